"""``make serve``: the explorer, Airflow and Superset over one home, on loopback, until Ctrl-C."""

import os
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx

from bi.dashboards import DASHBOARDS
from bi.superset.environment import environment, python
from devserver import airflow_services
from devserver import superset_services as superset
from devserver.airflow_services import HOST
from devserver.services import Services, StoppedError
from devserver.settings import DevserverSettings
from etl.errors import KhoborError, UsageError
from etl.settings import read_settings
from etl.storage.locks import exclusive_lock


def main() -> int:
    """Start, say where, wait, stop; the exit code."""
    try:
        settings = read_settings(DevserverSettings)
        _check(settings)
        with _alone(settings):
            _serve(settings)
    except KhoborError as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    return 0


def _check(settings: DevserverSettings) -> None:
    """Check that Superset, a published build and free ports are there.

    Raises:
        KhoborError: something that is needed is not there.
    """
    python()
    warehouse = settings.current_build / "warehouse.duckdb"
    if not warehouse.exists():
        raise KhoborError(f"no published build at {warehouse}: run `make run` first")
    ports = {
        "KHOBOR_AIRFLOW_PORT": settings.airflow_port,
        "KHOBOR_SUPERSET_PORT": settings.superset_port,
        "KHOBOR_EXPLORER_PORT": settings.explorer_port,
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
def _alone(settings: DevserverSettings) -> Iterator[None]:
    """Hold the lock of this home.

    Raises:
        KhoborError: another ``make serve`` runs over this home.
    """
    busy = KhoborError(f"`make serve` already runs over {settings.home}")
    with exclusive_lock(settings.home / "serve.lock", wait_seconds=0, busy=busy):
        yield


def _serve(settings: DevserverSettings) -> None:
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


def _start(services: Services, settings: DevserverSettings) -> None:
    environ = airflow_services.environment(settings)
    with ThreadPoolExecutor() as pool:
        steps = [
            pool.submit(superset.prepare, settings, services.run),
            pool.submit(airflow_services.prepare, services, environ),
        ]
        for step in steps:
            step.result()
    services.start("superset", superset.command(settings.superset_port), environment(settings))
    services.start("explorer", _explorer_command(settings), dict(os.environ))
    airflow_services.start(services, settings.airflow_port, environ)
    services.wait_for("explorer", lambda: _is_up(settings.explorer_port, "/static/style.css"))
    services.wait_for("superset", lambda: _is_up(settings.superset_port, "/health"))
    airflow_services.wait_until_healthy(services, settings.airflow_port)


def _explorer_command(settings: DevserverSettings) -> list[str]:
    port = str(settings.explorer_port)
    return [sys.executable, "-m", "etl", "serve", "--home", str(settings.home), "--port", port]


def _is_up(port: int, path: str) -> bool:
    try:
        return httpx.get(f"http://{HOST}:{port}{path}", timeout=5, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def _say_where(settings: DevserverSettings) -> None:
    _say(f"Explorer   http://{HOST}:{settings.explorer_port}/")
    _say(f"Superset   http://{HOST}:{settings.superset_port}/")
    for dashboard in DASHBOARDS:
        address = f"http://{HOST}:{settings.superset_port}/superset/dashboard/{dashboard.name}/"
        _say(f"           {address}")
    _say(f"Airflow    http://{HOST}:{settings.airflow_port}/")
    _say(f"Log in     as {superset.ADMIN}, with the password in {settings.passwords}")
    _say(f"Logs       {settings.logs / 'serve'}")
    _say("Ctrl-C stops all")


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
