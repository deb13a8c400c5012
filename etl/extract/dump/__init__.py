"""Plain-text dumps of entire news pages, as in Common Crawl's WET files."""
