"""A lake put back from a backup after each kind of fault: what was committed is there again."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from etl.cli.app import main
from etl.lake.connection import open_lake
from etl.settings import PROJECT, Settings
from etl.workflows import publishing
from etl.workflows.backup.make import back_up
from etl.workflows.build import chain
from etl.workflows.collect.files import ingest_files
from etl.workflows.maintain import maintain
from etl.workflows.review import quarantine, rejected
from etl.workflows.run_ids import new_run_id
from etl.workflows.takedown.forget import forget
from tests.home_search import files_with
from tests.lake_rows import facts_of

PAGES = PROJECT / "seeds" / "pages"
FIRST = (
    "kalbela/fog-ferry-v1.html",
    "kalbela/fog-ferry-v2.html",
    "kalbela/untitled-river-port.html",
)
LATER = "ittefaq/bangladesh-japan-mango.html"
ARTICLE = "kalbela:253604"


def _copy_pages(folder: Path, names: tuple[str, ...]) -> Path:
    folder.mkdir()
    for name in names:
        for suffix in ("", ".meta.json"):
            shutil.copy(f"{PAGES / name}{suffix}", folder)
    return folder


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published home with versions and a decision, next to its backup; never changed."""
    folder = tmp_path_factory.mktemp("saved")
    settings = Settings(home=folder / "home", workers=1)
    chain.run(settings, [_copy_pages(folder / "pages", FIRST)], new_run_id())
    first = rejected.list_rejected(settings, None).rows[0][0]
    quarantine.release(settings, first, "Rina", "no headline in print", new_run_id())
    publishing.publish(settings, new_run_id())
    back_up(settings, folder / "backup", new_run_id())
    _copy_pages(folder / "later", (LATER,))
    return folder


@pytest.fixture
def settings(saved: Path, tmp_path: Path) -> Settings:
    shutil.copytree(saved, tmp_path / "here", symlinks=True)
    return Settings(home=tmp_path / "here" / "home", workers=1)


@pytest.fixture
def backup(settings: Settings) -> Path:
    return settings.home.with_name("backup")


def _run(settings: Settings, *words: str) -> int:
    return main([*words, "--home", str(settings.home)])


def _lose_home(settings: Settings) -> None:
    shutil.rmtree(settings.home)


def _lose_catalog(settings: Settings) -> None:
    shutil.rmtree(settings.catalog_backups)
    (settings.lake_folder / "catalog.sqlite").unlink()


def _empty_catalog(settings: Settings) -> None:
    (settings.lake_folder / "catalog.sqlite").write_bytes(b"")


def _overwrite_catalog(settings: Settings) -> None:
    path = settings.lake_folder / "catalog.sqlite"
    path.write_bytes(b"no catalog " * 100 + path.read_bytes()[1100:])


def _data_file(settings: Settings, table: str) -> Path:
    return next((Path(settings.lake_data) / table).rglob("*.parquet"))


def _lose_captures(settings: Settings) -> None:
    _data_file(settings, "raw/page_capture").unlink()


def _lose_facts(settings: Settings) -> None:
    _data_file(settings, "core/article_text").unlink()


def _truncate_captures(settings: Settings) -> None:
    path = _data_file(settings, "raw/page_capture")
    path.write_bytes(path.read_bytes()[:-100])


def _lose_data(settings: Settings) -> None:
    shutil.rmtree(settings.lake_data)


def _lose_build(settings: Settings) -> None:
    shutil.rmtree(settings.builds)


OFTEN = (_lose_home, _lose_catalog, _truncate_captures)
FAULTS = (
    *OFTEN,
    _empty_catalog,
    _overwrite_catalog,
    _lose_captures,
    _lose_facts,
    _lose_data,
    _lose_build,
)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(
            fault,
            id=fault.__name__.strip("_"),
            marks=() if fault in OFTEN else pytest.mark.slow,
        )
        for fault in FAULTS
    ],
)
def test_a_lake_is_put_back(
    settings: Settings, backup: Path, fault: Callable[[Settings], None]
) -> None:
    before = facts_of(settings)
    fault(settings)
    assert _run(settings, "restore", str(backup)) == 0
    assert facts_of(settings) == before
    assert _run(settings, "doctor", "--deep") == 0
    assert _run(settings, "sql", "SELECT count(*) FROM mart.article") == 0


@pytest.mark.slow
@pytest.mark.parametrize("fault", [_lose_catalog, _lose_captures, _lose_facts])
def test_what_came_since_the_backup_is_kept(
    settings: Settings, backup: Path, fault: Callable[[Settings], None]
) -> None:
    damaged = _data_file(settings, "raw/page_capture")
    facts = _data_file(settings, "core/article_text")
    ingest_files(settings, [settings.home.with_name("later")], new_run_id())
    chain.build(settings, new_run_id())
    before = facts_of(settings)
    if fault is _lose_captures:
        damaged.unlink()
    elif fault is _lose_facts:
        facts.unlink()
    else:
        fault(settings)
    assert _run(settings, "restore", str(backup)) == 0
    assert facts_of(settings) == before
    assert _run(settings, "doctor") == 0


def test_what_was_taken_down_since_the_backup_stays_down(settings: Settings, backup: Path) -> None:
    title = "পাটুরিয়ার ফেরি"
    forget(settings, [ARTICLE], "Rina", "a request", new_run_id())
    assert files_with(settings.home, [title]) == []
    _lose_catalog_alone(settings)
    assert _run(settings, "restore", str(backup)) == 0
    assert files_with(settings.home, [title]) == []
    assert _run(settings, "doctor") == 0
    # The next backup no longer has it either.
    assert files_with(backup, [title]) != []
    back_up(settings, backup, new_run_id())
    assert files_with(backup, [title]) == []


def _lose_catalog_alone(settings: Settings) -> None:
    (settings.lake_folder / "catalog.sqlite").unlink()


def test_a_later_backup_copies_what_is_new(
    settings: Settings, backup: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(settings, "backup", str(backup), "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["copied"] == 0
    ingest_files(settings, [settings.home.with_name("later")], new_run_id())
    chain.build(settings, new_run_id())
    maintain(settings, new_run_id())
    capsys.readouterr()
    assert _run(settings, "backup", str(backup), "--format", "json") == 0
    report = json.loads(capsys.readouterr().out)
    assert 0 < report["copied"] < report["files"]
    assert len(list(backup.glob("catalog-*"))) == 1
    other = Settings(home=tmp_path / "other", workers=1)
    assert _run(other, "restore", str(backup)) == 0
    assert facts_of(other) == facts_of(settings)


def test_a_backup_that_is_damaged_changes_nothing(
    settings: Settings, backup: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = next(backup.rglob("*.parquet"))
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert _run(Settings(home=tmp_path / "new"), "restore", str(backup)) == 1
    assert "has other bytes" in capsys.readouterr().err
    assert not (tmp_path / "new" / "lake").exists()


def test_a_backup_that_was_killed_leaves_the_earlier_one(
    settings: Settings, backup: Path, tmp_path: Path
) -> None:
    (backup / "data" / "half.parquet.tmp").write_bytes(b"half")
    (backup / "catalog-killed.sqlite").write_bytes(b"half")
    other = Settings(home=tmp_path / "other", workers=1)
    assert _run(other, "restore", str(backup)) == 0
    assert facts_of(other) == facts_of(settings)
    back_up(settings, backup, new_run_id())
    assert not list(backup.rglob("*.tmp"))
    assert not (backup / "catalog-killed.sqlite").exists()


def test_wrong_folders_are_refused(
    settings: Settings, backup: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(settings, "backup", str(settings.home / "backup")) == 2
    other = Settings(home=tmp_path / "other", workers=1)
    with open_lake(other):
        pass
    assert _run(other, "backup", str(backup)) == 1
    assert _run(other, "restore", str(backup)) == 1
    assert "restore into another --home" in capsys.readouterr().err
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    assert _run(settings, "backup", str(tmp_path / "full")) == 2
    assert _run(settings, "restore", str(tmp_path / "full")) == 2


def test_the_copy_of_the_catalog_is_consistent(backup: Path) -> None:
    manifest = json.loads((backup / "manifest.json").read_text())
    with closing(sqlite3.connect(backup / manifest["catalog"]["path"])) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    named = {file["path"] for file in manifest["data"]}
    assert named == {
        path.relative_to(backup).as_posix() for path in (backup / "data").rglob("*.parquet")
    }
