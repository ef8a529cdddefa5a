"""攻坚城乡融合: public works, roads and clean-ups."""
