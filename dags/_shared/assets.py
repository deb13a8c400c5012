"""Assets, pools, retries and arguments shared by all DAGs."""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Asset, ExceptionRetryPolicy, RetryAction, RetryRule, task
from airflow.sdk.exceptions import AirflowSkipException

from etl.errors import TransientError

CAPTURES = Asset(name="khobor_captures", uri="khobor://lake/raw/page_capture")
FACTS = Asset(name="khobor_facts", uri="khobor://lake/core")
WAREHOUSE = Asset(name="khobor_warehouse", uri="khobor://publish/current/warehouse.duckdb")

# Every task that writes to the lake takes the pool's only slot: DuckLake's embedded catalog is one
# SQLite file, where a second writer could only wait.
LAKE_POOL = "lake_commit"
# Tasks that fetch: each from many hosts at once, from one host slowly. The frontier leases hosts to
# them, so the number bounds processes, not politeness.
WEB_POOL = "web_fetch"
# Slots and description of each pool; they must exist before the DAGs run.
POOLS = {LAKE_POOL: (1, "The lake's one writer"), WEB_POOL: (4, "Processes that fetch")}

# Tasks whose files are on one machine: pages given by path, and what BI and people read there.
# With Celery, the worker of that machine takes this queue too; other executors have no queues.
HOME_QUEUE = "home"

# Other errors fail at once: a retry would fail the same way, and a person should see it soon.
RETRY_TRANSIENT = ExceptionRetryPolicy(
    rules=[RetryRule(exception=TransientError, action=RetryAction.RETRY, reason="transient")],
    default=RetryAction.FAIL,
)

DEFAULT_ARGS: dict[str, Any] = {
    "owner": "khobor",
    "retries": 4,
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=10),
    "retry_policy": RETRY_TRANSIENT,
    "execution_timeout": timedelta(hours=1),
}

# Arguments of all DAGs. One run at a time: a step reads all that is pending, so a second run in
# parallel would take the same work.
DAG_ARGS: dict[str, Any] = {
    "start_date": datetime(2026, 1, 1, tzinfo=UTC),
    "catchup": False,
    "max_active_runs": 1,
    "default_args": DEFAULT_ARGS,
}


@task(outlets=[CAPTURES])
def announce_captures() -> int:
    """Emit the asset's event when batches are pending, also those of an interrupted run."""
    from etl.settings import load_settings
    from etl.workflows.build.batches import pending_batches

    waiting = len(pending_batches(load_settings()))
    if not waiting:
        raise AirflowSkipException("no batch is pending")
    return waiting
