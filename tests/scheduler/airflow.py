"""A running Airflow as ``make serve`` starts it, without Superset, and how a test talks to it."""

import json
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from devserver import airflow_services, superset_services
from devserver.embedded import DAGS_FOLDER
from devserver.services import Services
from devserver.settings import DevserverSettings

_LOCKED_TRIES = 10
OWN_DAGS = Path(__file__).parent / "dags"


@dataclass
class Airflow:
    """Its API, its command line and its metadata."""

    services: Services
    environment: Mapping[str, str]
    api: httpx.Client
    database: Path

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        address = f"file:{self.database}?mode=ro"
        session = sqlite3.connect(address, uri=True, timeout=60)
        try:
            return session.execute(sql, values).fetchall()
        finally:
            session.close()

    def pause(self, *dag_ids: str, is_paused: bool = True) -> None:
        for dag_id in dag_ids:
            self.api.patch(
                f"/api/v2/dags/{dag_id}",
                params={"update_mask": "is_paused"},
                json={"is_paused": is_paused},
            ).raise_for_status()

    def unpause(self, *dag_ids: str) -> None:
        self.pause(*dag_ids, is_paused=False)

    def trigger(self, dag_id: str, **conf: object) -> str:
        """Start a run; its id."""
        body = {"logical_date": None, "conf": conf}
        answer = self.api.post(f"/api/v2/dags/{dag_id}/dagRuns", json=body)
        return str(answer.raise_for_status().json()["dag_run_id"])

    def run_again(self, dag_id: str) -> None:
        """Clear the tasks of the DAG's oldest run, so that they run once more."""
        ((run_id,),) = self.rows(
            "SELECT run_id FROM dag_run WHERE dag_id = ? ORDER BY id LIMIT 1", dag_id
        )
        self.api.post(
            f"/api/v2/dags/{dag_id}/clearTaskInstances",
            json={"dry_run": False, "only_failed": False, "dag_run_id": run_id},
        ).raise_for_status()

    def backfill(self, dag_id: str, at: datetime) -> None:
        """Create the run that was due at a time of the past."""
        date = at.isoformat()
        body = {"dag_id": dag_id, "from_date": date, "to_date": date, "max_active_runs": 1}
        answer = self.api.post("/api/v2/backfills", json=body)
        assert answer.is_success, answer.text

    def set_due(self, dag_id: str) -> None:
        """Let the scheduler believe that the DAG's next run is due."""
        session = sqlite3.connect(self.database, timeout=60)
        try:
            with session:
                session.execute(
                    "UPDATE dag SET next_dagrun_create_after = datetime('now') WHERE dag_id = ?",
                    [dag_id],
                )
        finally:
            session.close()

    def command(self, *arguments: str) -> str:
        """What ``airflow …`` prints; again where SQLite lets another writer pass, as a user would.

        Such a command has changed nothing.
        """
        for _ in range(_LOCKED_TRIES):
            done = subprocess.run(
                [sys.executable, "-m", "airflow", *arguments],
                env=dict(self.environment),
                capture_output=True,
                text=True,
            )
            if "database is locked" not in done.stderr:
                break
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def wait_for(self, what: str, is_there: Callable[[], bool], seconds: float = 1800) -> None:
        """Until it is there; a run that failed ends the wait."""
        deadline = time.monotonic() + seconds
        while not is_there():
            bad = self.rows(
                "SELECT dag_id, task_id, map_index, state FROM task_instance "
                "WHERE state IN ('failed', 'upstream_failed')"
            )
            assert not bad, f"{what}: {bad}"
            if time.monotonic() > deadline:
                states = self.rows("SELECT dag_id, run_type, state FROM dag_run")
                raise AssertionError(f"{what}: not within {seconds:g} s: {states}")
            self.services.wait_for(what, lambda: True)  # every service still runs
            time.sleep(0.5)

    def runs(self, dag_id: str, run_type: str = "%") -> list[str]:
        """The states of its runs, oldest first."""
        found = self.rows(
            "SELECT state FROM dag_run WHERE dag_id = ? AND run_type LIKE ? ORDER BY id",
            dag_id,
            run_type,
        )
        return [state for (state,) in found]

    def returned(self, dag_id: str, task_id: str) -> list[Any]:
        """What a task returned, as it came."""
        found = self.rows(
            "SELECT value FROM xcom WHERE dag_id = ? AND task_id = ? AND key = 'return_value' "
            "ORDER BY timestamp, map_index",
            dag_id,
            task_id,
        )
        return [json.loads(value) for (value,) in found]

    def partitions(self, asset: str) -> list[str]:
        """The partitions of an asset's events, oldest first."""
        found = self.rows(
            "SELECT partition_key FROM asset_event JOIN asset ON asset.id = asset_id "
            "WHERE name = ? ORDER BY asset_event.id",
            asset,
        )
        return [key for (key,) in found]

    def state_store(self, asset: str) -> dict[str, Any]:
        """What is kept with the asset."""
        found = self.rows(
            "SELECT key, value FROM asset_state_store JOIN asset ON asset.id = asset_id "
            "WHERE name = ?",
            asset,
        )
        return {key: json.loads(value) for key, value in found}


@contextmanager
def running(settings: DevserverSettings, khobor: Mapping[str, str]) -> Iterator[Airflow]:
    """All parts of Airflow, healthy; DAGs are paused until the test lets them run.

    Args:
        khobor: Khobor's settings, as environment variables.
    """
    superset_services.ensure_secrets(settings)
    bundles = [
        {
            "name": name,
            "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
            "kwargs": {"path": str(path)},
        }
        for name, path in (("khobor", DAGS_FOLDER), ("newsroom", OWN_DAGS))
    ]
    environment = {
        **airflow_services.environment(settings),
        **khobor,
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "True",
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(bundles),
    }
    services = Services(settings.logs / "services")
    port = settings.airflow_port
    try:
        airflow_services.prepare(services, environment)
        airflow_services.start(services, port, environment)
        airflow_services.wait_until_healthy(services, port)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120, trust_env=False) as api:
            password = json.loads(settings.passwords.read_text("utf-8"))["admin"]
            token = api.post("/auth/token", json={"username": "admin", "password": password})
            bearer = token.raise_for_status().json()["access_token"]
            api.headers["Authorization"] = f"Bearer {bearer}"
            yield Airflow(services, environment, api, settings.airflow_home / "airflow.db")
    finally:
        services.end()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
