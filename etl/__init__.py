"""Khobor: a news warehouse, Bangla first."""
