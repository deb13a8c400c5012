"""Takedowns and retention: rows removed, erased from all files, and kept out."""
