"""DAG ``maintain_lake``: the lake's housekeeping."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, dag, task

from dags._shared.assets import DAG_ARGS, LAKE_POOL

DOC = """
### Housekeeping of the lake

Each night at 03:30 in Dhaka: merges small Parquet files, rewrites those full of deleted rows,
expires old snapshots, removes files that nothing refers to, and clears staging, old builds and old
logs. What queries return stays the same; others may read and write meanwhile.
"""


@dag(
    schedule=CronTriggerTimetable("30 3 * * *", timezone="Asia/Dhaka"),
    tags=["khobor", "maintain"],
    doc_md=DOC,
    dagrun_timeout=timedelta(hours=6),
    **DAG_ARGS,
)
def maintain_lake() -> None:
    """Declare the one task."""

    @task(pool=LAKE_POOL, execution_timeout=timedelta(hours=5))
    def maintain() -> dict[str, Any]:
        """Merge, expire and remove."""
        from etl.settings import load_settings
        from etl.workflows import maintain
        from etl.workflows.run_ids import new_run_id

        return asdict(maintain.maintain(load_settings(), new_run_id()))

    maintain()


maintain_lake()
