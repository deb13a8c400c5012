"""Every DAG, started in every way that it can be, and run again, under Airflow's own scheduler.

Tasks run in processes of their own with the context that the task runner gives them, which
``dag.test()`` makes differently. Needs about two minutes of a core: run by ``make test-scheduler``,
alone by ``make test-scheduler ARGS="-k every_dag"``.
"""

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from devserver.settings import DevserverSettings
from etl.lake.connection import open_lake
from etl.settings import PROJECT
from tests.lake_rows import rows_of
from tests.scheduler.airflow import Airflow, free_port, running
from tests.web.site import ROBOTS, Reply, Site, article, rss, serve

pytestmark = pytest.mark.scheduler

PAGES = PROJECT / "seeds" / "pages"
REJECTED = ("kalbela/untitled-river-port.html", "ittefaq/old-ghat-restored-1990.html")

# In how many ways each DAG is started, besides being run again.
TRIGGERS = {
    "ingest_folder": {"manual"},
    "ingest_feeds": {"scheduled", "backfill", "manual"},
    "ingest_sitemaps": {"scheduled", "backfill", "manual"},
    "ingest_inbox": {"asset_triggered", "manual"},
    "build_articles": {"asset_triggered", "manual"},
    "quarantine_review": {"asset_triggered", "manual"},
    "publish_warehouse": {"asset_triggered", "manual"},
    "maintain_lake": {"scheduled", "backfill", "manual"},
}
DHAKA = ZoneInfo("Asia/Dhaka")
SCHEDULED = [dag for dag, triggers in TRIGGERS.items() if "scheduled" in triggers]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """An outlet with a feed of one page and an empty sitemap."""
    with serve({"/robots.txt": ROBOTS, "/news/1": Reply(article(1, dated=True))}) as site:
        site.routes["/feed.xml"] = rss([(site.url("/news/1"), format_datetime(datetime.now(UTC)))])
        space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        site.routes["/sitemap.xml"] = Reply(
            f'<?xml version="1.0"?><urlset {space}></urlset>'.encode(), content_type="text/xml"
        )
        yield site


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, site: Site) -> DevserverSettings:
    folder = tmp_path_factory.mktemp("every_dag")
    outlet = {
        "id": "paper",
        "name_en": "paper",
        "hosts": [site.host],
        "url_id": r"/news/(\d+)",
        "feeds": [site.url("/feed.xml")],
        "sitemaps": [site.url("/sitemap.xml")],
    }
    path = folder / "outlets.yml"
    path.write_text(json.dumps({"outlets": [outlet]}))
    return DevserverSettings(home=folder / "home", outlets=path, airflow_port=free_port())


@pytest.fixture(scope="module")
def airflow(settings: DevserverSettings) -> Iterator[Airflow]:
    khobor = {
        "KHOBOR_OUTLETS": str(settings.outlets),
        "KHOBOR_CONTACT": "desk@khobor.example",
        "KHOBOR_FETCH_DELAY_SECONDS": "0.02",
        "KHOBOR_FETCH_ALLOW_PRIVATE": "127.0.0.0/8",
        "KHOBOR_INBOX_SETTLE_SECONDS": "0.5",
        "KHOBOR_WORKERS": "1",
    }
    with running(settings, khobor) as airflow:
        airflow.wait_for(
            "the parsed DAGs",
            lambda: (
                set(TRIGGERS)
                <= {row[0] for row in airflow.rows("SELECT dag_id FROM serialized_dag")}
            ),
        )
        yield airflow


def _pages(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        for suffix in (".meta.json", ""):
            shutil.copy(f"{PAGES / name}{suffix}", folder)
    return folder


def _ended(airflow: Airflow, dag_id: str, run_type: str, count: int = 1) -> None:
    airflow.wait_for(
        f"{dag_id} {run_type}",
        lambda: airflow.runs(dag_id, run_type)[:count] == ["success"] * count,
    )


def _all_ended(airflow: Airflow) -> None:
    """No run is under way, and no asset's event waits for one to start."""
    airflow.wait_for(
        "the end of all runs",
        lambda: (
            not airflow.rows("SELECT 1 FROM dag_run WHERE state NOT IN ('success', 'failed')")
            and not airflow.rows("SELECT 1 FROM asset_dag_run_queue")
        ),
    )


def _answer(airflow: Airflow, decision: str, count: int) -> None:
    """Answer the question about this many captures in Airflow's API, as a person would."""

    def asked() -> list[tuple[Any, ...]]:
        return airflow.rows(
            "SELECT run_id, subject FROM hitl_detail JOIN task_instance ON ti_id = id "
            "WHERE responded_at IS NULL AND state = 'awaiting_input'"
        )

    def is_carried_out() -> bool:
        query = "SELECT 1 FROM task_instance WHERE run_id = ? AND task_id = 'ask' AND state = ?"
        return bool(airflow.rows(query, run_id, "success"))

    airflow.wait_for("the question", lambda: len(asked()) == 1)
    # Airflow takes an answer that comes before it has noted the end of the asking process for a
    # failure of that process, and asks again; a busy scheduler notes it after some seconds.
    while question := asked():
        time.sleep(5)
        ((run_id, subject),) = question
        assert subject == f"{count} captures are in quarantine"
        airflow.api.patch(
            f"/api/v2/dags/quarantine_review/dagRuns/{run_id}/taskInstances/ask/-1/hitlDetails",
            json={
                "chosen_options": [decision],
                "params_input": {"reason": "read", "captures": ""},
            },
        ).raise_for_status()
        airflow.wait_for("the answer", lambda: is_carried_out() or bool(asked()))


def test_a_person_is_asked_about_new_batches_alone(
    airflow: Airflow, settings: DevserverSettings, tmp_path: Path
) -> None:
    """From a run by hand to assets' runs; the second question is of the inbox's page alone."""
    airflow.unpause(*TRIGGERS.keys() - SCHEDULED)
    pages = _pages(tmp_path / "pages", REJECTED[0], "samakal/export-earnings-january.html")
    airflow.trigger("ingest_folder", paths=[str(pages)])
    _answer(airflow, "Leave open", 1)
    _all_ended(airflow)
    _pages(settings.inbox_folder, REJECTED[1])
    _answer(airflow, "Release", 1)
    _all_ended(airflow)
    states = "SELECT review_state, reviewer FROM lake.core.rejected_article ORDER BY ALL"
    assert rows_of(settings, states) == [("open", None), ("released", "admin")]
    # Releasing changed facts: what hangs on them ran again, and there was no question left.
    assert len(airflow.runs("publish_warehouse", "asset_triggered")) == 3
    assert airflow.state_store("khobor_facts")["quarantine_review/asked_to"] > 0


def test_schedules_and_backfills(airflow: Airflow) -> None:
    airflow.unpause(*SCHEDULED)
    for dag_id in SCHEDULED:
        airflow.set_due(dag_id)
    for dag_id in SCHEDULED:
        _ended(airflow, dag_id, "scheduled")
    airflow.pause(*SCHEDULED)  # so that the clock starts no other
    _all_ended(airflow)
    airflow.unpause(*SCHEDULED)
    midnight = datetime.now(DHAKA).replace(hour=0, minute=0, second=0, microsecond=0)
    for dag_id in SCHEDULED:
        at = timedelta(hours=3, minutes=30) if dag_id == "maintain_lake" else timedelta()
        airflow.backfill(dag_id, midnight - timedelta(days=4) + at)
    for dag_id in SCHEDULED:
        _ended(airflow, dag_id, "backfill")


def test_a_task_whose_process_dies_is_tried_again(
    airflow: Airflow, settings: DevserverSettings
) -> None:
    with open_lake(settings) as lake, lake.lock():
        run_id = airflow.trigger("maintain_lake")
        running = "SELECT pid FROM task_instance WHERE run_id = ? AND state = 'running'"
        airflow.wait_for("its process", lambda: bool(airflow.rows(running, run_id)))
        ((pid,),) = airflow.rows(running, run_id)
        os.kill(pid, signal.SIGKILL)
        airflow.wait_for("its end", lambda: not airflow.rows(running, run_id))
    _ended(airflow, "maintain_lake", "manual")
    tries = "SELECT try_number FROM task_instance WHERE run_id = ?"
    assert airflow.rows(tries, run_id) == [(2,)]


def test_by_hand_and_again(airflow: Airflow, site: Site) -> None:
    """Runs last: then each DAG has been started in every way."""
    for dag_id in TRIGGERS.keys() - {"ingest_folder", "maintain_lake"}:
        airflow.trigger(dag_id)
    _answer(airflow, "Leave open", 1)  # by hand it asks about all that is open
    _all_ended(airflow)
    for dag_id in TRIGGERS:
        airflow.run_again(dag_id)
    _all_ended(airflow)
    found = airflow.rows("SELECT dag_id, run_type, state FROM dag_run")
    assert {state for *_, state in found} == {"success"}
    started: dict[str, set[str]] = {dag_id: set() for dag_id in TRIGGERS}
    for dag_id, run_type, _ in found:
        if dag_id in started:
            started[dag_id].add(run_type)
    assert started == TRIGGERS
    assert len(site.asked("/news/1")) == 1
