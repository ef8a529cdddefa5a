"""标准: the official criteria of industry, one file and one table of figures each."""
