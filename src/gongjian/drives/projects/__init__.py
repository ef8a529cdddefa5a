"""攻坚项目建设: major projects from signing to production."""
