"""填报: the owner unit's own monthly figure, progress text and evidence for a commitment."""
