"""Captures to pages: bytes to text, HTML and text dumps to fields."""
