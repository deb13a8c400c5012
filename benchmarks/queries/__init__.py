"""Publishing and querying."""
