"""Rejected rows and their review."""
