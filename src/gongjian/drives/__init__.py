"""The mission: one folder per drive of the plan, one file per mechanism."""
