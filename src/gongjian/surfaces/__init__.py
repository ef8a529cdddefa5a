"""The doors: pages, inlets, outlets, the command line."""
