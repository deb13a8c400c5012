"""DAG ``maintain_lake``: the lake's housekeeping."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, dag, task

from dags.shared import DAG_ARGS, LAKE_POOL

DOC = """
### Housekeeping of the lake

Each night at 03:30 in Dhaka: merges small Parquet files, expires old snapshots, removes files that
nothing refers to, and cleans up staging. What queries return stays the same.
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
        """Merge, expire, remove."""
        from etl import pipeline
        from etl.settings import load_settings

        return asdict(pipeline.maintain(load_settings(), pipeline.new_run_id()))

    maintain()


maintain_lake()
