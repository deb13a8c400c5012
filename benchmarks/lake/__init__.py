"""Writing and keeping the lake."""
