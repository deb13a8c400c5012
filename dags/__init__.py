"""Airflow's side of Khobor: one file a DAG."""
