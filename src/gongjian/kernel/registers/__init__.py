"""台账: typed tables of entries, declared with `register()`."""
