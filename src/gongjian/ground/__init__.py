"""Who and where: enterprises and what else all drives share."""
