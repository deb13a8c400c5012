"""Pages as they come: from files and archives to captures."""
