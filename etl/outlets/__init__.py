"""The outlets' profiles."""
