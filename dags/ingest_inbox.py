"""DAG ``ingest_inbox``: files that were dropped into the inbox become captures."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from airflow.sdk import Asset, AssetWatcher, dag, task

from dags._shared.assets import DAG_ARGS, HOME_QUEUE, LAKE_POOL, announce_captures
from dags._shared.inbox_trigger import InboxTrigger

DOC = """
### Dropped files become captures

Runs when files in the inbox (`KHOBOR_INBOX`, by default `HOME/inbox`) are complete: the triggerer
looks every ten seconds. A stored file is moved to `done/` in the inbox, a bad one to `bad/` with a
file that has the reason.
"""

INBOX = Asset(
    name="khobor_inbox",
    uri="khobor://inbox",
    watchers=[AssetWatcher(name="khobor_inbox_watcher", trigger=InboxTrigger())],
)


@dag(
    schedule=[INBOX],
    tags=["khobor", "ingest"],
    doc_md=DOC,
    dagrun_timeout=timedelta(hours=3),
    **DAG_ARGS,
)
def ingest_inbox() -> None:
    """Declare the order: ingest, then announce pending batches."""

    @task(pool=LAKE_POOL, queue=HOME_QUEUE)
    def ingest() -> dict[str, Any]:
        """Store complete files, and move them."""
        from etl.settings import load_settings
        from etl.workflows.collect import inbox
        from etl.workflows.run_ids import new_run_id

        return asdict(inbox.ingest_inbox(load_settings(), new_run_id()))

    ingest() >> announce_captures()


ingest_inbox()
