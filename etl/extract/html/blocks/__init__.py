"""The text of a page as blocks: paragraphs, headings, items, and what speaks against each."""
