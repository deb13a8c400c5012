"""What was read on a page to rows of every fact: identity, times in UTC, mentions, events."""
