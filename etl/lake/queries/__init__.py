"""Read-only queries on the lake."""
