"""Files, folders, the inbox and URL lists."""
