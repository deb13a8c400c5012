"""The DAGs over real pages, from the files to the published build, as ``make run`` goes."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from dags import embedded
from dags.local_run import SAMPLE_PAGES
from etl.settings import PROJECT

if TYPE_CHECKING:
    from airflow.sdk import DAG

OUTLET = "kalbela"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """One outlet's sample pages and a file with nothing in it."""
    folder = shutil.copytree(SAMPLE_PAGES / OUTLET, tmp_path / "pages")
    (folder / "empty.html").touch()
    return folder


def outcomes(home: Path) -> dict[str, int]:
    with duckdb.connect(home / "publish" / "current" / "warehouse.duckdb", read_only=True) as build:
        rows = build.execute("SELECT outcome, count(*) FROM mart.capture_outcome GROUP BY ALL")
        return dict(rows.fetchall())


def test_chain_ends_with_a_published_build(dags: "dict[str, DAG]", home: Path, pages: Path) -> None:
    conf = {"paths": [str(pages)]}
    ingest = embedded.run_dag(dags["ingest_folder"], conf)
    assert ingest.is_success, ingest.failures
    captures = ingest.returned["ingest"][0]["captures_new"]
    files = [path for path in pages.iterdir() if not path.name.endswith(".meta.json")]
    assert captures == len(files)

    assert embedded.take_trigger("build_articles")
    build = embedded.run_dag(dags["build_articles"])
    assert build.is_success, build.failures

    assert embedded.take_trigger("publish_warehouse")
    publish = embedded.run_dag(dags["publish_warehouse"])
    assert publish.is_success, publish.failures
    published = outcomes(home)
    assert sum(published.values()) == captures
    assert published["loaded"] >= len(files) / 2
    assert published["failed"] == 1
    assert (home / "docs" / "index.html").exists()

    maintain = embedded.run_dag(dags["maintain_lake"])
    assert maintain.is_success, maintain.failures

    again = embedded.run_dag(dags["ingest_folder"], conf)
    assert again.is_success, again.failures
    assert again.returned["ingest"][0]["captures_new"] == 0
    assert again.returned["ingest"][0]["captures_known"] == captures
    assert not embedded.take_trigger("build_articles")


def make_run(home: Path, *paths: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dags.local_run", *paths],
        cwd=PROJECT,
        env={"KHOBOR_HOME": str(home), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )


def test_make_run_reports_and_can_be_repeated(tmp_path: Path) -> None:
    home, pages = tmp_path / "home", SAMPLE_PAGES / "inqilab"
    first = make_run(home, pages)
    assert first.returncode == 0, first.stderr
    assert len(first.stdout.splitlines()) < 80
    for folder in ("publish/current/warehouse.duckdb", "docs", "logs", "airflow/airflow.db"):
        assert (home / folder).exists()
    published = (home / "publish" / "current").resolve()

    second = make_run(home, pages)
    assert second.returncode == 0, second.stderr
    assert "0 new captures" in second.stdout
    assert second.stdout.count("nothing new was loaded") == 2
    assert (home / "publish" / "current").resolve() == published


def test_make_run_says_why_it_failed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    lake = home / "lake"
    lake.mkdir(parents=True)
    (lake / "catalog.sqlite").write_text("no catalog")
    done = make_run(home, tmp_path)
    assert done.returncode == 1
    assert "ingest_folder.ingest: " in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    (log,) = (home / "logs").glob("*.log")
    assert str(log) in done.stderr
    assert "Traceback" in log.read_text()
