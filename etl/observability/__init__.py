"""What a run leaves for those who watch it: log lines, OpenLineage events, progress."""
