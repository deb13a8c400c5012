"""What a command or a DAG task does; the only layer that joins steps."""
