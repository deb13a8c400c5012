"""Validation: suites of Great Expectations on the staged rows of a batch."""
