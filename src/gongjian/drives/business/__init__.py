"""攻坚营商环境: services, law and work safety."""
