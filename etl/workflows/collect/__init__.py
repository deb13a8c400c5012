"""Captures from the live web and from the inbox."""
