"""What `make run` and `make serve` need to run Airflow and Superset on this machine."""
