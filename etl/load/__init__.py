"""Rows into the lake: one batch or run in one commit."""
