"""攻坚科技创新: high-tech enterprises, ventures, talents, research platforms."""
