"""A DAG as a newsroom would add it: one run for each outlet and day that got pages."""

from airflow.sdk import Asset, PartitionedAssetTimetable, dag, get_current_context, task


@dag(
    schedule=PartitionedAssetTimetable(
        assets=Asset(name="khobor_outlet_days", uri="khobor://web/outlet-days")
    )
)
def outlet_day() -> None:
    @task
    def tell() -> str | None:
        return get_current_context()["dag_run"].partition_key

    tell()


outlet_day()
