"""Registers: list, form, detail, import, export, evidence; everything derives from the declaration of each register."""
