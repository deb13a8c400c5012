"""``make serve``: Airflow and Superset over one home, on loopback, until Ctrl-C."""

import fcntl
import os
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx

from bi.dashboards import DASHBOARDS
from bi.superset import server as superset
from dags import embedded
from dags.services import Services, StoppedError
from etl.errors import KhoborError, UsageError
from etl.settings import Settings, load_settings

HOST = "127.0.0.1"
_AIRFLOW = [sys.executable, "-m", "airflow"]
_PREPARE_AIRFLOW = [sys.executable, "-c", "from dags import embedded; embedded.prepare()"]
# The steps themselves start worker processes.
_PARALLEL_TASKS = 4


def main() -> int:
    """Start, say where, wait, stop; the exit code."""
    try:
        settings = load_settings()
        _check(settings)
        with _alone(settings):
            _serve(settings)
    except KhoborError as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    return 0


def _check(settings: Settings) -> None:
    """:raises KhoborError: something that is needed is not there."""
    superset.check_installed()
    warehouse = settings.current_build / "warehouse.duckdb"
    if not warehouse.exists():
        raise KhoborError(f"no published build at {warehouse}: run `make run` first")
    ports = {
        "KHOBOR_AIRFLOW_PORT": settings.airflow_port,
        "KHOBOR_SUPERSET_PORT": settings.superset_port,
    }
    for name, port in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError as error:
                raise KhoborError(
                    f"port {port} is taken: stop what listens there, or set {name} to another"
                ) from error


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """:raises KhoborError: another ``make serve`` runs over this home."""
    with (settings.home / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise KhoborError(f"`make serve` already runs over {settings.home}") from None
        yield


def _serve(settings: Settings) -> None:
    superset.ensure_secrets(settings)
    services = Services(settings.logs / "serve")
    with services.until_signalled():
        try:
            _say(f"Airflow and Superset start over {settings.home}: the first time a minute")
            _start(services, settings)
            _say_where(settings)
            services.watch()
        except StoppedError:
            pass
        finally:
            _say("stopping")
            services.end()
            _say("stopped")


def _start(services: Services, settings: Settings) -> None:
    airflow = airflow_environment(settings)
    with ThreadPoolExecutor() as pool:
        steps = [
            pool.submit(superset.prepare, settings, services.run),
            pool.submit(services.run, "airflow-prepare", _PREPARE_AIRFLOW, airflow),
        ]
        for step in steps:
            step.result()
    services.start("airflow-api-server", [*_AIRFLOW, "api-server"], airflow)
    services.start(
        "superset", superset.command(settings.superset_port), superset.environment(settings)
    )
    services.start("airflow-dag-processor", [*_AIRFLOW, "dag-processor"], airflow)
    # Tasks report to the API: a task started before it answers would fail.
    services.wait_for("airflow-api-server", lambda: bool(_airflow_health(settings.airflow_port)))
    # The scheduler's log server would listen on every address; logs are read from the folder.
    services.start("airflow-scheduler", [*_AIRFLOW, "scheduler", "--skip-serve-logs"], airflow)
    services.wait_for("superset", lambda: _answer(settings.superset_port, "/health") is not None)
    services.wait_for(
        "airflow-scheduler",
        lambda: all(
            _airflow_health(settings.airflow_port)[part]["status"] == "healthy"
            for part in ("metadatabase", "scheduler", "dag_processor")
        ),
    )


def airflow_environment(settings: Settings) -> dict[str, str]:
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
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{superset.ADMIN}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(settings.passwords),
        "KHOBOR_HOME": str(settings.home),
    }


def _answer(port: int, path: str) -> httpx.Response | None:
    try:
        response = httpx.get(f"http://{HOST}:{port}{path}", timeout=5, trust_env=False)
    except httpx.HTTPError:
        return None
    return response if response.is_success else None


def _airflow_health(port: int) -> dict[str, Any]:
    """Health by part; empty as long as Airflow does not answer."""
    response = _answer(port, "/api/v2/monitor/health")
    return response.json() if response else {}


def _say_where(settings: Settings) -> None:
    _say(f"Superset   http://{HOST}:{settings.superset_port}/")
    for dashboard in DASHBOARDS:
        address = f"http://{HOST}:{settings.superset_port}/superset/dashboard/{dashboard.name}/"
        _say(f"           {address}")
    _say(f"Airflow    http://{HOST}:{settings.airflow_port}/")
    _say(f"Log in     as {superset.ADMIN}, with the password in {settings.passwords}")
    _say(f"Logs       {settings.logs / 'serve'}")
    _say("Ctrl-C stops both")


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
