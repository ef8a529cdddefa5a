"""Logging in, first run, units and officers."""
