"""Registers: list, form, detail, import, export, evidence."""
