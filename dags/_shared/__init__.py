"""What the DAG files share; declares no DAG."""
