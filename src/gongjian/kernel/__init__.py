"""The machine: knows no drive, no HTTP, no forms."""
