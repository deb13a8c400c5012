"""What outlets declare: feeds, sitemaps, listings."""
