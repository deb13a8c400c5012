"""Airflow's own services over one home, on loopback: how ``make serve`` starts them."""

import os
import sys
from typing import Any

import httpx

from devserver import embedded
from devserver.services import Services
from devserver.settings import DevserverSettings
from devserver.superset_services import ADMIN

HOST = "127.0.0.1"

_AIRFLOW = [sys.executable, "-m", "airflow"]
_PREPARE = [sys.executable, "-c", "from devserver import embedded; embedded.prepare()"]
# The steps themselves start worker processes.
_PARALLEL_TASKS = 4
_PARTS = ("metadatabase", "scheduler", "dag_processor", "triggerer")


def environment(settings: DevserverSettings) -> dict[str, str]:
    """Return the environment of Airflow's processes: loopback, its own SQLite, active DAGs."""
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
        # After half a minute without a heartbeat the scheduler counts itself as dead and stops
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
    """Start all parts; follow it with ``wait_until_healthy``."""
    services.start("airflow-api-server", [*_AIRFLOW, "api-server"], environ)
    services.start("airflow-dag-processor", [*_AIRFLOW, "dag-processor"], environ)
    # Tasks report to the API: a task started before it answers would fail.
    services.wait_for("airflow-api-server", lambda: bool(_health(port)))
    # Their log servers would listen on every address; logs are read from the folder.
    services.start("airflow-scheduler", [*_AIRFLOW, "scheduler", "--skip-serve-logs"], environ)
    services.start("airflow-triggerer", [*_AIRFLOW, "triggerer", "--skip-serve-logs"], environ)


def wait_until_healthy(services: Services, port: int) -> None:
    """Wait until every part has written a heartbeat to Airflow's database."""
    services.wait_for("airflow-scheduler", lambda: _is_healthy(_health(port)))


def _is_healthy(health: dict[str, Any]) -> bool:
    return all((health.get(part) or {}).get("status") == "healthy" for part in _PARTS)


def _health(port: int) -> dict[str, Any]:
    """Return the health by part; empty while Airflow does not answer."""
    url = f"http://{HOST}:{port}/api/v2/monitor/health"
    try:
        response = httpx.get(url, timeout=5, trust_env=False)
    except httpx.HTTPError:
        return {}
    return response.json() if response.is_success else {}
