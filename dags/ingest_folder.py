"""DAG ``ingest_folder``: files and folders become captures."""

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import Param, dag, get_current_context, task

from dags._shared.assets import DAG_ARGS, HOME_QUEUE, LAKE_POOL, announce_captures

DOC = """
### Files become captures

Takes pages and archives from the files and folders named in `paths` into `raw.page_capture`, byte
for byte. A page that is known already is counted and not stored again.

Run it by hand or through the API with `{"paths": ["/data/inbox"]}`; the paths are read on the
worker. When batches then wait to be built, the asset `khobor_captures` tells `build_articles`.
"""


@dag(
    schedule=None,
    params={
        "paths": Param(
            type="array",
            items={"type": "string", "minLength": 1},
            minItems=1,
            description="Files and folders on the worker; folders are walked.",
        )
    },
    tags=["khobor", "ingest"],
    doc_md=DOC,
    dagrun_timeout=timedelta(hours=3),
    **DAG_ARGS,
)
def ingest_folder() -> None:
    """Declare the order: ingest, then announce pending batches."""

    @task(pool=LAKE_POOL, queue=HOME_QUEUE)
    def ingest() -> dict[str, Any]:
        """Store the new pages of the given paths."""
        from etl.settings import load_settings
        from etl.workflows.collect.files import ingest_files
        from etl.workflows.run_ids import new_run_id

        paths = [Path(path) for path in get_current_context()["params"]["paths"]]
        return asdict(ingest_files(load_settings(), paths, new_run_id()))

    ingest() >> announce_captures()


ingest_folder()
