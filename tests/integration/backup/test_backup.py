"""A backup: consistent, incremental, proved by hashes; restored after each kind of loss."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from etl.cli.app import main
from etl.errors import LakeDataError, UsageError
from etl.settings import PROJECT, Settings
from etl.workflows import takedown
from etl.workflows.backup import backup, restore
from etl.workflows.build import chain
from etl.workflows.collect.files import ingest_files
from etl.workflows.run_ids import new_run_id
from tests.lake_rows import facts_of, rows_of

PAGES = PROJECT / "seeds" / "pages" / "samakal"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A home with some articles, and its backup."""
    folder = tmp_path_factory.mktemp("original")
    settings = Settings(home=folder / "home", workers=1)
    chain.run(settings, [PAGES], new_run_id())
    backup(settings, folder / "backup", new_run_id())
    return settings.home, folder / "backup"


@pytest.fixture
def settings(original: tuple[Path, Path], tmp_path: Path) -> Settings:
    shutil.copytree(original[0], tmp_path / "home", symlinks=True)
    return Settings(home=tmp_path / "home", workers=1)


def _catalog(settings: Settings) -> Path:
    return settings.lake_folder / "catalog.sqlite"


def _data_files(settings: Settings) -> list[Path]:
    return sorted(Path(settings.lake_data).rglob("*.parquet"))


def lose_catalog(settings: Settings) -> None:
    for path in settings.lake_folder.glob("catalog.sqlite*"):
        path.unlink()


def empty_catalog(settings: Settings) -> None:
    lose_catalog(settings)
    _catalog(settings).touch()


def break_catalog(settings: Settings) -> None:
    with _catalog(settings).open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 40_000)


def lose_a_file(settings: Settings) -> None:
    _data_files(settings)[-1].unlink()


def break_all_files(settings: Settings) -> None:
    for path in _data_files(settings):
        path.write_bytes(b"x" * path.stat().st_size)


def lose_the_lake(settings: Settings) -> None:
    shutil.rmtree(settings.lake_folder)


def lose_the_home(settings: Settings) -> None:
    shutil.rmtree(settings.home)


FAULTS = (
    break_all_files,
    lose_the_home,
    *(
        pytest.param(fault, marks=pytest.mark.slow)
        for fault in (lose_catalog, empty_catalog, break_catalog, lose_a_file, lose_the_lake)
    ),
)


@pytest.mark.parametrize("fault", FAULTS)
def test_restored_after_each_loss(
    original: tuple[Path, Path], settings: Settings, fault: Callable[[Settings], None]
) -> None:
    facts = facts_of(Settings(home=original[0]))
    fault(settings)
    restore(settings, original[1], new_run_id())
    assert facts_of(settings) == facts
    assert main(["doctor", "--deep", "--home", str(settings.home)]) == 0
    assert main(["maintain", "--home", str(settings.home)]) == 0
    assert facts_of(settings) == facts


def test_a_second_backup_copies_what_is_new(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    first = backup(settings, folder, new_run_id())
    assert first.files_copied == first.files - 1  # the catalog is no data file
    assert backup(settings, folder, new_run_id()).files_copied <= 1  # the marker
    ingest_files(settings, [PAGES.parent / "kalbela" / "untitled-river-port.html"], new_run_id())
    third = backup(settings, folder, new_run_id())
    assert 0 < third.files_copied < first.files_copied
    assert len(list(folder.glob("catalog-*.sqlite"))) == 1


@pytest.mark.parametrize("what", ["changed", "missing"])
def test_a_damaged_backup_changes_nothing(settings: Settings, tmp_path: Path, what: str) -> None:
    folder = tmp_path / "backup"
    backup(settings, folder, new_run_id())
    victim = sorted((folder / "data").rglob("*.parquet"))[0]
    if what == "changed":
        victim.write_bytes(b"x" * victim.stat().st_size)
    else:
        victim.unlink()
    facts = facts_of(settings)
    with pytest.raises(LakeDataError, match="is damaged"):
        restore(settings, folder, new_run_id())
    assert facts_of(settings) == facts


def test_what_was_forgotten_since_stays_forgotten(
    original: tuple[Path, Path], settings: Settings
) -> None:
    ((article_id,), *_) = rows_of(settings, "SELECT article_id FROM lake.core.fact_article")
    takedown.forget(settings, [article_id], "asked", "desk", new_run_id())
    restore(settings, original[1], new_run_id())
    gone = f"SELECT 1 FROM lake.core.fact_article WHERE article_id = '{article_id}'"
    assert rows_of(settings, gone) == []


def test_folders_that_are_refused(
    original: tuple[Path, Path], settings: Settings, tmp_path: Path
) -> None:
    other = Settings(home=tmp_path / "other", workers=1)
    ingest_files(other, [PAGES / "soft-404.html"], new_run_id())
    with pytest.raises(UsageError, match="another lake"):
        backup(other, original[1], new_run_id())
    with pytest.raises(LakeDataError, match="choose another --home"):
        restore(other, original[1], new_run_id())
    (tmp_path / "family").mkdir()
    (tmp_path / "family" / "photo.jpg").touch()
    with pytest.raises(UsageError, match="other things"):
        backup(settings, tmp_path / "family", new_run_id())
    with pytest.raises(UsageError, match="in the lake itself"):
        backup(settings, settings.lake_folder / "copy", new_run_id())
    assert main(["restore", str(tmp_path / "family"), "--home", str(settings.home)]) == 2
