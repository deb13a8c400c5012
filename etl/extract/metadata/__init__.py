"""Title, authors, times and section of an HTML page, by order of trust."""
