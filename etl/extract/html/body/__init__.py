"""The body of an article: the box that holds it, and what in it is not its text."""
