"""Bangla datelines: a grammar for times as outlets print them."""
