"""工作要点: a plan document, its passages and its commitments."""
