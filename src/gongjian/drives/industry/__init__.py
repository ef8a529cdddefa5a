"""攻坚产业培育: invoiced sales, equipment upgrades, positions in the city."""
