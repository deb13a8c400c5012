"""The marts' tables, each declared once."""
