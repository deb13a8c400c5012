"""HTTP: polite requests, connections, robots.txt, the crawl."""
