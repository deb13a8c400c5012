"""Articles about the same event, linked into stories."""
