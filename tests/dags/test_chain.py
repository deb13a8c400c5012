"""The DAGs over real pages, from the files to the published build, as ``make run`` goes."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dags._shared.assets import FACTS
from devserver import embedded, local_run
from devserver.local_run import SAMPLE_PAGES
from etl.settings import PROJECT, load_settings

OUTLET = "kalbela"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """One outlet's sample pages and a file with nothing in it."""
    folder = shutil.copytree(SAMPLE_PAGES / OUTLET, tmp_path / "pages")
    (folder / "empty.html").touch()
    return folder


@pytest.fixture
def said() -> list[str]:
    return []


def outcomes(home: Path) -> dict[str, int]:
    with duckdb.connect(home / "publish" / "current" / "warehouse.duckdb", read_only=True) as build:
        rows = build.execute("SELECT outcome, count(*) FROM mart.capture_outcome GROUP BY ALL")
        return dict(rows.fetchall())


def _last_event(asset: Any) -> dict[str, Any]:
    """What the asset's last event says."""
    from airflow.models.asset import AssetEvent, AssetModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    query = (
        select(AssetEvent.extra)
        .join(AssetModel, AssetModel.id == AssetEvent.asset_id)
        .where(AssetModel.name == asset.name)
        .order_by(AssetEvent.id.desc())
    )
    with create_session() as session:
        return dict(session.scalars(query).first() or {})


@pytest.mark.usefixtures("empty_queue")
def test_chain_ends_with_a_published_build_and_can_be_repeated(
    home: Path, pages: Path, said: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    count = len([path for path in pages.iterdir() if not path.name.endswith(".meta.json")])

    assert local_run.run_chain([pages], said.append), said
    assert f"{count} new captures, 0 known already" in said[0]
    published = outcomes(home)
    assert sum(published.values()) == count
    assert published["loaded"] >= count / 2
    assert published["failed"] == 1
    assert (home / "docs" / "index.html").exists()
    assert (home / "report" / "index.html").exists()
    checks = _last_event(FACTS)
    assert checks["rules_checked"] > 100
    assert checks["rows_that_broke_rules"]["article.title.not_null (warning)"] == 1
    assert checks["data_docs"] == str(home / "docs" / "index.html")
    build = (home / "publish" / "current").resolve()
    capsys.readouterr()
    local_run.print_answers(load_settings())
    assert capsys.readouterr().out.count("───") >= 3

    said.clear()
    assert local_run.run_chain([pages], said.append), said
    assert f"0 new captures, {count} known already" in said[0]
    assert sum("nothing new was loaded" in line for line in said) == 2
    assert (home / "publish" / "current").resolve() == build


@pytest.mark.usefixtures("empty_queue")
def test_chain_stops_where_it_fails_and_says_why(home: Path, pages: Path, said: list[str]) -> None:
    catalog = home / "lake" / "catalog.sqlite"
    catalog.parent.mkdir(parents=True)
    catalog.write_text("no catalog")
    assert not local_run.run_chain([pages], said.append)
    assert "failed" in said[0]
    assert "ingest_folder.ingest: " in said[1]
    assert len(said) == 2


def test_make_run(tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = subprocess.run(
        [sys.executable, "-m", "devserver.local_run", SAMPLE_PAGES / "inqilab"],
        cwd=PROJECT,
        env={"KHOBOR_HOME": str(home), "HOME": str(tmp_path), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) < 80
    for made in (
        "publish/current/warehouse.duckdb",
        "report/index.html",
        "docs/index.html",
        "airflow/airflow.db",
    ):
        assert (home / made).exists()
        assert made.startswith("airflow") or str(home / made) in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_make_run_that_stops_says_why(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def stop(paths: list[Path], say: Callable[[str], None]) -> bool:
        os.write(1, b"noise of a library\n")
        raise RuntimeError("no DAG could be read")

    monkeypatch.setattr(local_run, "run_chain", stop)
    monkeypatch.setattr(embedded, "apply_environment", lambda *places: None)
    assert local_run.main([]) == 1
    out, err = capfd.readouterr()
    (log,) = (home / "logs").glob("make-run-*.log")
    assert err == f"make run stopped: no DAG could be read\nDetails: {log}\n"
    assert "noise" not in out
    assert "noise of a library" in log.read_text()
