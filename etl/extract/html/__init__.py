"""HTML pages: the body, the parts around it, the lists next to it."""
