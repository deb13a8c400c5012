"""The lake's tables and the staged ones, each declared once."""
