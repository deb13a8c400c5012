"""Airflow spread over machines, as processes: scheduler, API, DAG processor, Celery workers."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg

from dags._shared.assets import LAKE_POOL
from etl.settings import PROJECT
from tests.scale import servers

_AIRFLOW = [sys.executable, "-m", "airflow"]


@dataclass
class Cluster:
    """Processes by name, each with a log in ``folder``."""

    folder: Path
    database: str
    environment: Mapping[str, str]
    api: str
    processes: dict[str, psutil.Popen] = field(default_factory=dict)

    def start(self, name: str, *arguments: str, **environment: str) -> None:
        log = self.folder / f"{name}.log"
        with log.open("wb") as output:
            self.processes[name] = psutil.Popen(
                [*_AIRFLOW, *arguments],
                env={**self.environment, **environment},
                cwd=self.folder,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def start_worker(self, name: str, queues: str, **environment: str) -> None:
        """A Celery worker that takes one task at a time, as on a machine of its own."""
        options = ["--celery-hostname", f"{name}@%h", "--queues", queues, "--concurrency", "1"]
        command = ["celery", "worker", *options, "--skip-serve-logs", "--without-mingle"]
        self.start(name, *command, **environment)

    def run(self, *arguments: str) -> None:
        subprocess.run(
            [*_AIRFLOW, *arguments],
            env=dict(self.environment),
            cwd=self.folder,
            check=True,
            capture_output=True,
        )

    def kill(self, name: str) -> None:
        """SIGKILL for a process and all that it started, as when a machine loses its power."""
        process = self.processes.pop(name)
        if process.poll() is not None:
            return
        process.suspend()  # so that it starts nothing more
        for member in [process, *process.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                member.kill()
        process.wait()

    def runs_on(self, pid: int | None, name: str) -> bool:
        """Whether a task's process belongs to this worker."""
        return pid in {child.pid for child in self.processes[name].children(recursive=True)}

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database) as session:
            return session.execute(sql.encode()).fetchall()

    def wait_until(self, is_there: Callable[[], bool], what: str, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not is_there():
            for name, process in self.processes.items():
                if process.poll() is not None:
                    text = (self.folder / f"{name}.log").read_text(errors="replace")
                    raise AssertionError(f"{name} ended: {text[-4000:]}")
            if time.monotonic() > deadline:
                states = self.rows(
                    "SELECT dag_id, task_id, map_index, state, try_number FROM task_instance"
                )
                raise AssertionError(f"{what}: not within {seconds} s\n{states}")
            time.sleep(0.2)


@contextmanager
def cluster(
    folder: Path, postgres: servers.Postgres, redis_port: int, khobor: Mapping[str, str]
) -> Iterator[Cluster]:
    """The parts that a site has once; workers are started by the test.

    Args:
        khobor: Khobor's settings, as environment variables.
    """
    database = postgres.create_database("airflow")
    api = f"http://127.0.0.1:{servers.free_port()}"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")},
        **_airflow_settings(folder / "airflow", database, redis_port, api),
        **khobor,
        "PYTHONPATH": str(PROJECT),
    }
    site = Cluster(folder, database, environment, api)
    site.run("db", "migrate")
    site.run("pools", "set", LAKE_POOL, "1", "The lake's one writer")
    try:
        for part in ("api-server", "dag-processor", "scheduler"):
            site.start(part, part)
        site.wait_until(lambda: _is_healthy(api), "a healthy Airflow", 600)
        yield site
    finally:
        for name in list(site.processes):
            site.kill(name)


def _airflow_settings(home: Path, database: str, redis_port: int, api: str) -> dict[str, str]:
    sqlalchemy = database.removeprefix("postgresql://")
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(64),
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": api.rpartition(":")[2],
        "AIRFLOW__API__SECRET_KEY": secrets.token_hex(32),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__CELERY__BROKER_URL": f"redis://127.0.0.1:{redis_port}/0",
        # A busy machine takes longer than the default second to hand a task on.
        "AIRFLOW__CELERY__OPERATION_TIMEOUT": "30",
        "AIRFLOW__CELERY__RESULT_BACKEND": f"db+postgresql+psycopg2://{sqlalchemy}",
        # The test lets those run that it is about; others would look for news on their own.
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "True",
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{api}/execution/",
        "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2://{sqlalchemy}",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        # The DAGs don't change: to parse them again and again would cost what the tasks need.
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "3600",
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
        # A dead worker's tasks are found after a minute; the default is five. Not sooner: on a busy
        # machine the living would be taken for dead.
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "60",
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        # Nor does it answer its tasks within the default five seconds, and they fail unheard.
        "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": "60",
    }


def _is_healthy(api: str) -> bool:
    try:
        answer = httpx.get(f"{api}/api/v2/monitor/health", timeout=5)
    except httpx.HTTPError:
        return False
    parts = answer.json() if answer.is_success else {}
    return all(
        (parts.get(part) or {}).get("status") == "healthy"
        for part in ("metadatabase", "scheduler", "dag_processor")
    )
