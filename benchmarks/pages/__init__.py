"""Reading pages: extraction, collection."""
