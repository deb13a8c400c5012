"""Pages of Great Expectations that are complete without a network."""
