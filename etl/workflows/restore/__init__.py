"""Facts built again from stored captures."""
