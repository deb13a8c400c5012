"""Airflow's own services over a home, on loopback: what ``make serve`` starts beside Superset."""

import os
import sys
from typing import Any

import httpx

from bi.superset.server import ADMIN
from devserver import embedded
from devserver.services import Services
from etl.settings import Settings

HOST = "127.0.0.1"


_AIRFLOW = [sys.executable, "-m", "airflow"]
_PREPARE = [sys.executable, "-c", "from devserver import embedded; embedded.prepare()"]
# The steps themselves start worker processes.
_PARALLEL_TASKS = 4
_PARTS = ("metadatabase", "scheduler", "dag_processor", "triggerer")


def environment(settings: Settings) -> dict[str, str]:
    """The environment of Airflow's processes: loopback, its own SQLite, DAGs not paused."""
    environ = dict(os.environ)
    embedded.apply_environment(settings.airflow_home, settings.logs / "airflow", environ)
    url = f"http://{HOST}:{settings.airflow_port}"
    return {
        **environ,
        "AIRFLOW__API__PORT": str(settings.airflow_port),
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": str(_PARALLEL_TASKS),
        # After half a minute without a sign of life the scheduler takes itself for dead and stops
        # its own tasks. There is only this one, and a laptop may sleep or be busy for longer.
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "600",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{ADMIN}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(settings.passwords),
        "KHOBOR_HOME": str(settings.home),
    }


def prepare(services: Services, environ: dict[str, str]) -> None:
    """Bring Airflow's database and pools up to date."""
    services.run("airflow-prepare", _PREPARE, environ)


def start(services: Services, port: int, environ: dict[str, str]) -> None:
    """Start all parts; ``wait_until_healthy`` says when they work."""
    services.start("airflow-api-server", [*_AIRFLOW, "api-server"], environ)
    services.start("airflow-dag-processor", [*_AIRFLOW, "dag-processor"], environ)
    # Tasks report to the API: a task started before it answers would fail.
    services.wait_for("airflow-api-server", lambda: bool(_health(port)))
    # Their log servers would listen on every address; logs are read from the folder.
    services.start("airflow-scheduler", [*_AIRFLOW, "scheduler", "--skip-serve-logs"], environ)
    services.start("airflow-triggerer", [*_AIRFLOW, "triggerer", "--skip-serve-logs"], environ)


def wait_until_healthy(services: Services, port: int) -> None:
    """Wait until every part has told the database that it lives."""
    services.wait_for("airflow-scheduler", lambda: _is_healthy(_health(port)))


def _is_healthy(health: dict[str, Any]) -> bool:
    return all((health.get(part) or {}).get("status") == "healthy" for part in _PARTS)


def _health(port: int) -> dict[str, Any]:
    """Health by part; empty as long as Airflow does not answer."""
    url = f"http://{HOST}:{port}/api/v2/monitor/health"
    try:
        response = httpx.get(url, timeout=5, trust_env=False)
    except httpx.HTTPError:
        return {}
    return response.json() if response.is_success else {}
