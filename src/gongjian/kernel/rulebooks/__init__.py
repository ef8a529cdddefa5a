"""标准: official criteria as expressions over named facts; verdicts, gaps and what-if."""
