"""The lake: its catalog, opening and writing it, versions of its schema, maintenance, queries."""

CATALOG = "lake"
"""The name that a lake is attached by."""
