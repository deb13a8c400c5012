"""A lake copied to a folder, and put back from it."""
