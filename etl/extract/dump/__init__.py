"""Plain-text dumps of whole news pages, as in Common Crawl's WET files."""
