"""Loading the demo zone: from cast, firms, rows and story into the tables, every step with its day and its officer."""
