"""Modules shared by the DAG files; declares no DAG."""
