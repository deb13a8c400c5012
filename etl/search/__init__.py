"""Full-text search over the articles of a published build, in the inflected forms of Bangla."""
