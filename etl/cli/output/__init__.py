"""How results are shown on a terminal or written to a pipe."""
