"""Review of quarantined captures."""
