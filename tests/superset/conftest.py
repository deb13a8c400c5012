"""Airflow and Superset over the published sample pages, started once as ``make serve`` does."""

import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from devserver.settings import DevserverSettings
from etl.settings import PROJECT, Settings
from etl.workflows.build import chain
from etl.workflows.run_ids import new_run_id
from tests.superset.serving import Served, Token, free_port, read_until, start_serve

PAGES = PROJECT / "seeds" / "pages"


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("bi") / "home"
    chain.run(Settings(home=home), [PAGES], new_run_id())
    return home


@pytest.fixture(scope="session")
def served(home: Path) -> Iterator[Served]:
    settings = DevserverSettings(
        home=home, airflow_port=free_port(), superset_port=free_port(), explorer_port=free_port()
    )
    process = start_serve(settings)
    try:
        lines = read_until(process, "Ctrl-C stops both")
        assert f"Log in     as admin, with the password in {settings.passwords}" in lines
        superset = f"http://127.0.0.1:{settings.superset_port}"
        with httpx.Client(base_url=superset, timeout=600, trust_env=False) as api:
            served = Served(process, settings, api)
            api.auth = Token(superset, served.password)
            api.headers["X-CSRFToken"] = api.get("/api/v1/security/csrf_token/").json()["result"]
            yield served
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=300)
