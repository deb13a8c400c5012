"""Airflow and Superset over the published sample pages, started once as ``make serve`` does."""

import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from devserver.settings import DevserverSettings
from etl.lake.connection import open_lake
from etl.schema.tables.ledgers import FACT_SOURCE_READ
from etl.settings import PROJECT, Settings
from etl.workflows import publishing
from etl.workflows.build import chain
from etl.workflows.run_ids import new_run_id
from tests.factories.table_rows import insert_row
from tests.superset.serving import Served, Token, free_port, read_until, start_serve

PAGES = PROJECT / "seeds" / "pages"


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("bi") / "home"
    settings = Settings(home=home)
    chain.run(settings, [PAGES], new_run_id())
    # Sources are read on the web alone: one that gave something, and then nothing.
    with open_lake(settings) as lake, lake.write("readings"):
        for hour, outcome in ((6, "read"), (7, "failed")):
            insert_row(
                lake.connection,
                FACT_SOURCE_READ,
                source="https://www.kalbela.com/feed",
                declaration_kind="feed",
                outlet_id="kalbela",
                read_at=f"2026-03-26 0{hour}:00:00+00",
                outcome=outcome,
                reason="timeout_read: no byte in time" if outcome == "failed" else None,
            )
    publishing.publish(settings, new_run_id())
    return home


@pytest.fixture(scope="session")
def served(home: Path) -> Iterator[Served]:
    settings = DevserverSettings(
        home=home, airflow_port=free_port(), superset_port=free_port(), explorer_port=free_port()
    )
    process = start_serve(settings)
    try:
        lines = read_until(process, "Ctrl-C stops all")
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
