"""标准: the pages of the rulebooks."""
