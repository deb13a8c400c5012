"""What re-extraction selects, compares and takes out of the facts."""
