"""A new page through the real chain: Airflow ingests, builds and publishes it."""

import time
from pathlib import Path

import httpx

from bi.dashboards.coverage import COVERAGE
from etl.settings import PROJECT
from tests.superset.serving import Served

_PAGE = PROJECT / "seeds/pages/kalbela/turkey-field-hospital-kalbela.html"
_WAIT_SECONDS = 900.0
_PAUSE_SECONDS = 0.5  # so that the questions don't take the machine from the build


def new_page(folder: Path) -> None:
    """A page of an article that is not held: a sample with another id, day and headline."""
    folder.mkdir()
    for source in (_PAGE, _PAGE.with_name(f"{_PAGE.name}.meta.json")):
        text = source.read_text("utf-8").replace("261027", "261999").replace("তুরস্ক", "মিসর")
        (folder / source.name).write_text(text, "utf-8")


def flip_by_airflow(served: Served) -> None:
    """Trigger the chain, and wait for its build; BI is asked all the while and never fails."""
    folder = served.settings.home / "by-hand"  # not the inbox, which another DAG watches
    new_page(folder)
    before = served.settings.current_build.readlink()
    with httpx.Client(base_url=served.airflow, timeout=300, trust_env=False) as airflow:
        login = {"username": "admin", "password": served.password}
        token = airflow.post("/auth/token", json=login).json()["access_token"]
        response = airflow.post(
            "/api/v2/dags/ingest_folder/dagRuns",
            json={"logical_date": None, "conf": {"paths": [str(folder)]}},
            headers={"Authorization": f"Bearer {token}"},
        )
        assert response.status_code == 200, response.text
    chart = served.chart(COVERAGE.charts[0])
    deadline = time.monotonic() + _WAIT_SECONDS
    while served.settings.current_build.readlink() == before:
        assert time.monotonic() < deadline, "no new build: see logs/serve and logs/airflow"
        answer = served.api.get(f"/api/v1/chart/{chart['id']}/data/")
        assert answer.status_code == 200, answer.text
        time.sleep(_PAUSE_SECONDS)
