"""The door for programs: every register as an interface with tokens, the same permissions and the same sentences."""
