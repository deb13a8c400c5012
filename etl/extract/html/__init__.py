"""HTML pages: the body, the parts round it, the lists beside it."""
