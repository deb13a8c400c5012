"""What people read in a published build: articles, versions, stories, search results."""
