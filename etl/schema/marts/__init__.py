"""The marts, each declared once: what a row is, its columns, and how to read it."""
