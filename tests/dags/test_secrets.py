"""Planted secrets reach neither Airflow's metadata (XComs and all else) nor any log of a run."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devserver import embedded, local_run
from devserver.local_run import SAMPLE_PAGES

if TYPE_CHECKING:
    from airflow.sdk import DAG

SECRET = "planted-5ecret"
_PAGE = SAMPLE_PAGES / "manabzamin" / "winter-bird-census.html"


@pytest.fixture
def secrets(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "KHOBOR_S3_KEY_ID": f"{SECRET}-id",
        "KHOBOR_S3_SECRET": f"{SECRET}-key",
        "KHOBOR_METABASE_URL": "http://127.0.0.1:9",  # where nobody listens
        "KHOBOR_METABASE_USER": "admin@example.com",
        "KHOBOR_METABASE_PASSWORD": f"{SECRET}-metabase",
        "AIRFLOW_CONN_KHOBOR": f"postgres://user:{SECRET}-airflow@127.0.0.1:9/airflow",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("empty_queue", "secrets")
def test_no_secret_reaches_metadata_or_logs(
    home: Path,
    dags: "dict[str, DAG]",
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    said: list[str] = []
    assert local_run.run_chain([_PAGE], said.append), said

    # A run that fails is where an error could tell how it tried to connect.
    monkeypatch.setenv("KHOBOR_CATALOG", f"postgresql://khobor:{SECRET}-dsn@127.0.0.1:9/lake")
    monkeypatch.setenv("KHOBOR_DATA_PATH", "s3://khobor-lake/data")
    monkeypatch.setenv("KHOBOR_S3_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(dags["ingest_folder"].get_task("ingest"), "retries", 0)
    failed = embedded.run_dag(dags["ingest_folder"], {"paths": [str(_PAGE)]})
    assert not failed.is_success
    assert "postgresql://127.0.0.1:9/lake" in str(failed.failures)

    airflow = Path(os.environ["AIRFLOW_HOME"])
    with closing(sqlite3.connect(airflow / "airflow.db")) as metadata:
        xcoms = metadata.execute("SELECT value FROM xcom WHERE dag_id = 'build_articles'")
        assert "captures" in str(xcoms.fetchall())
        everything = "\n".join(metadata.iterdump())
    printed = capfd.readouterr()
    texts = [everything, printed.out, printed.err, *said, *failed.failures]
    assert not [text for text in texts if SECRET in text or SECRET.encode().hex() in text.lower()]
    files = [path for folder in (airflow, home) for path in folder.rglob("*") if path.is_file()]
    assert [path for path in files if SECRET.encode() in path.read_bytes()] == []
