"""The plan, its review, commitments, reported values, the task table."""
