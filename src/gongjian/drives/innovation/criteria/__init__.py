"""标准: the official criteria that enterprises are judged by, one file and one table of figures each."""
