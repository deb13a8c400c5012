"""Markup: one tree of a page, and CSS selectors on it."""
