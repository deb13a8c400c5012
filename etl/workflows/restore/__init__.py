"""Facts made again from stored captures."""
