"""接口: the page on which officers get tokens for programs, and the description of every operation."""
