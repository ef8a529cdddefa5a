"""攻坚基层治理: countryside, livelihood and social order."""
