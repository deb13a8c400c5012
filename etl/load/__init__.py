"""The lake: opening it, and one atomic commit for everything a batch or run writes."""
