"""Superset: its assets, derived from the declaration, and how it is set up and run."""
