"""Airflow's side of Khobor: one thin file a DAG, and the runner of ``make run``."""
