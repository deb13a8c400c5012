"""What every DAG declares, how the chain is wired, and what importing a DAG file costs."""

import json
import signal
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from dags._shared.assets import CAPTURES, FACTS, LAKE_POOL, RETRY_TRANSIENT, WAREHOUSE
from dags._shared.web import FAILING_SOURCES, OUTLET_DAYS, STALE_OUTLETS
from dags.ingest_inbox import INBOX
from devserver import embedded
from devserver.embedded import DAGS_FOLDER

if TYPE_CHECKING:
    from airflow.sdk import DAG

CHAIN = (
    "ingest_feeds",
    "ingest_folder",
    "ingest_inbox",
    "ingest_sitemaps",
    "build_articles",
    "quarantine_review",
    "publish_warehouse",
    "maintain_lake",
)
LAKE_WRITERS = {
    ("ingest_folder", "ingest"),
    ("ingest_inbox", "ingest"),
    ("build_articles", "batch.load"),
    ("build_articles", "link_stories"),
    ("quarantine_review", "carry_out"),
    ("publish_warehouse", "publish"),
    ("maintain_lake", "maintain"),
}
HEAVY = {"duckdb", "great_expectations", "lxml", "pandas", "pyarrow", "trafilatura"}


def test_every_dag_file_declares_its_dag(dags: "dict[str, DAG]") -> None:
    assert set(dags) == set(CHAIN)
    for dag_id, dag in dags.items():
        assert dag.fileloc == str(DAGS_FOLDER / f"{dag_id}.py")


@pytest.mark.parametrize("dag_id", CHAIN)
def test_dag_says_what_it_is(dags: "dict[str, DAG]", dag_id: str) -> None:
    dag = dags[dag_id]
    assert "khobor" in dag.tags
    assert len(dag.tags) >= 2
    assert dag.doc_md
    assert dag.doc_md.strip().startswith("###")
    assert dag.max_active_runs == 1
    assert not dag.catchup
    assert dag.dagrun_timeout is not None
    for task in dag.tasks:
        assert task.owner == "khobor"
        assert task.execution_timeout is not None
        assert task.execution_timeout <= dag.dagrun_timeout


@pytest.mark.parametrize("dag_id", CHAIN)
def test_tasks_back_off_between_retries(dags: "dict[str, DAG]", dag_id: str) -> None:
    for task in dags[dag_id].tasks:
        assert task.retries is not None
        assert task.retries >= 3
        assert task.retry_policy is RETRY_TRANSIENT
        assert task.retry_exponential_backoff > 1
        assert isinstance(task.retry_delay, timedelta)
        assert isinstance(task.max_retry_delay, timedelta)
        assert timedelta(0) < task.retry_delay < task.max_retry_delay


def test_all_that_write_the_lake_share_one_slot(dags: "dict[str, DAG]") -> None:
    pooled = {
        (dag_id, task.task_id)
        for dag_id, dag in dags.items()
        for task in dag.tasks
        if task.pool == LAKE_POOL
    }
    assert pooled == LAKE_WRITERS


def test_assets_join_the_chain(dags: "dict[str, DAG]") -> None:
    conditions: dict[str, Any] = {
        dag_id: dag.timetable.asset_condition
        for dag_id, dag in dags.items()
        if getattr(dag.timetable, "asset_condition", None)
    }
    triggers = {
        dag_id: {asset.name for asset in condition.objects}
        for dag_id, condition in conditions.items()
    }
    outlets = {
        (dag_id, task.task_id): {asset.name for asset in task.outlets}
        for dag_id, dag in dags.items()
        for task in dag.tasks
        if task.outlets
    }
    assert triggers == {
        "ingest_inbox": {INBOX.name},
        "build_articles": {CAPTURES.name},
        "quarantine_review": {FACTS.name},
        "publish_warehouse": {FACTS.name},
    }
    assert outlets == {
        ("ingest_feeds", "announce_captures"): {CAPTURES.name},
        ("ingest_feeds", "announce_days"): {OUTLET_DAYS.name},
        ("ingest_feeds", "check_freshness"): {STALE_OUTLETS.name},
        ("ingest_feeds", "check_sources"): {FAILING_SOURCES.name},
        ("ingest_sitemaps", "announce_captures"): {CAPTURES.name},
        ("ingest_sitemaps", "announce_days"): {OUTLET_DAYS.name},
        ("ingest_sitemaps", "check_sources"): {FAILING_SOURCES.name},
        ("ingest_folder", "announce_captures"): {CAPTURES.name},
        ("ingest_inbox", "announce_captures"): {CAPTURES.name},
        ("build_articles", "announce_facts"): {FACTS.name},
        ("build_articles", "announce_rest"): {CAPTURES.name},
        ("quarantine_review", "announce_facts"): {FACTS.name},
        ("publish_warehouse", "publish"): {WAREHOUSE.name},
    }


def test_facts_are_announced_after_the_balance(dags: "dict[str, DAG]") -> None:
    build = dags["build_articles"]
    order = ["list_batches", "batch.stage", "batch.load", "link_stories", "check_balance"]
    for before, after in zip(order, [*order[1:], "announce_facts"], strict=True):
        assert after in build.get_task(before).downstream_task_ids


def test_dag_files_import_fast_and_light() -> None:
    """Airflow parses every file again and again, so its top level must cost next to no CPU."""
    program = f"""
import importlib, json, sys, time
import airflow.sdk
airflow.sdk.Asset, airflow.sdk.dag, airflow.sdk.task, airflow.sdk.CronTriggerTimetable
seconds = {{}}
for name in {CHAIN}:
    started = time.process_time()
    importlib.import_module("dags." + name)
    seconds[name] = time.process_time() - started
print(json.dumps([seconds, list(sys.modules)]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        cwd=DAGS_FOLDER.parent,
        check=True,
    )
    seconds, modules = json.loads(done.stdout.splitlines()[-1])
    assert max(seconds.values()) < 1.0
    assert not HEAVY & set(modules)


def test_a_crash_of_native_code_ends_the_process(dags: "dict[str, DAG]") -> None:
    # Loaded here: other tests parse the files by Airflow's own ways, which leave its handler.
    embedded.load_dags()
    assert signal.getsignal(signal.SIGSEGV) is signal.SIG_DFL
