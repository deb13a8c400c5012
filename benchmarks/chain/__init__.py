"""The chain: build, Airflow, stories, memory."""
