"""DAG ``publish_warehouse``: facts become the build that BI reads."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from airflow.sdk import dag, task

from dags._shared.assets import DAG_ARGS, FACTS, HOME_QUEUE, LAKE_POOL, WAREHOUSE

DOC = """
### Facts become the published warehouse

Runs when facts have changed. Builds a new `warehouse.duckdb` next to the published one, checks it,
and flips the link `publish/current` to it. If a check fails, BI keeps the build it has. Then the
report, `report/index.html`, is written from the new build.
"""


@dag(
    schedule=[FACTS],
    tags=["khobor", "publish"],
    doc_md=DOC,
    dagrun_timeout=timedelta(hours=3),
    **DAG_ARGS,
)
def publish_warehouse() -> None:
    """Declare the tasks."""

    # In the pool because it writes the run into the lake.
    @task(pool=LAKE_POOL, queue=HOME_QUEUE, outlets=[WAREHOUSE])
    def publish() -> dict[str, Any]:
        """Build, check, flip."""
        from etl.settings import load_settings
        from etl.workflows import publishing
        from etl.workflows.run_ids import new_run_id

        return asdict(publishing.publish(load_settings(), new_run_id()))

    @task(queue=HOME_QUEUE)
    def report() -> str:
        """Write the report of the new build."""
        from etl.settings import load_settings
        from etl.workflows import publishing

        return str(publishing.report(load_settings()))

    publish() >> report()


publish_warehouse()
