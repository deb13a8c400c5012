"""A lake's things stay its own: no command creates a lake over them or removes another's."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import duckdb
import pytest

from etl.cli.app import main
from etl.errors import LakeDataError, LakeLostError
from etl.lake.catalogs.sqlite import copies_by_age, id_of_copy
from etl.lake.connection import open_lake
from etl.lake.file_checks import sqlite_problem
from etl.lake.identity import MARKER, lake_id, read_marker
from etl.settings import PROJECT, Settings
from etl.workflows.build import chain
from etl.workflows.doctor.examine import examine
from etl.workflows.maintain import maintain
from etl.workflows.run_ids import new_run_id
from tests.lake_rows import facts_of

PAGES = PROJECT / "seeds" / "pages"
OLD_LAKE = PROJECT / "tests" / "fixtures" / "lake_v1.tar.xz"
COMMANDS = (
    ("run", str(PAGES / "samakal")),
    ("ingest", "files", str(PAGES / "samakal")),
    ("build",),
    ("publish",),
    ("status",),
    ("maintain",),
    ("rebuild", "--apply"),
    ("quarantine", "list"),
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a published lake; never changed."""
    home = tmp_path_factory.mktemp("whole") / "home"
    chain.run(Settings(home=home, workers=1), [PAGES / "ittefaq"], new_run_id())
    return home


@pytest.fixture
def settings(whole: Path, tmp_path: Path) -> Settings:
    shutil.copytree(whole, tmp_path / "home", symlinks=True)
    return Settings(home=tmp_path / "home", workers=1)


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A folder for data outside of any home."""
    return tmp_path / "shared"


def _home(home: Path, data: Path) -> Settings:
    return Settings(home=home, data_path=str(data), workers=1)


def _run(settings: Settings, *words: str) -> int:
    return main([*words, "--home", str(settings.home)])


def _catalog(settings: Settings) -> Path:
    return settings.lake_folder / "catalog.sqlite"


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"}


def _age(folder: Path) -> None:
    then = time.time() - 3 * 86_400
    for path in folder.rglob("*"):
        os.utime(path, (then, then), follow_symlinks=False)


def _catalog_finding(settings: Settings) -> tuple[str, str]:
    (found,) = [item for item in examine(settings) if item.check == "catalog"]
    return str(found.level), f"{found.text} {found.remedy}"


def _delete(settings: Settings) -> None:
    for path in settings.lake_folder.glob("catalog.sqlite*"):
        path.unlink()


def _empty(settings: Settings) -> None:
    _delete(settings)
    _catalog(settings).touch()


def _without_tables(settings: Settings) -> None:
    _delete(settings)
    with sqlite3.connect(_catalog(settings)) as session:
        session.execute("CREATE TABLE other (a)")
    session.close()


@pytest.mark.parametrize("damage", [_delete, _empty, _without_tables])
def test_no_command_creates_a_lake_where_one_lost_its_catalog(
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[Settings], None],
) -> None:
    before = facts_of(settings)
    data = Path(settings.lake_data)
    damage(settings)
    kept = _files(data) | _files(settings.catalog_backups) | _files(settings.builds)
    _age(data)
    for command in COMMANDS:
        assert _run(settings, *command) == 1, command
        assert "khobor doctor" in capsys.readouterr().err, command
    assert _files(data) | _files(settings.catalog_backups) | _files(settings.builds) == kept
    assert _catalog_finding(settings)[0] == "fail"
    assert _run(settings, "doctor") == 1
    assert _run(settings, "doctor", "--repair") == 0
    assert facts_of(settings) == before


@pytest.mark.parametrize("left", ["data", "backup", "builds"])
def test_any_part_of_a_lake_stops_a_new_one(settings: Settings, left: str) -> None:
    parts = {
        "data": Path(settings.lake_data),
        "backup": settings.catalog_backups,
        "builds": settings.builds.parent,
    }
    _delete(settings)
    for name, folder in parts.items():
        if name != left:
            shutil.rmtree(folder)
    kept = _files(parts[left])
    place = settings.builds if left == "builds" else parts[left]
    with pytest.raises(LakeLostError, match=str(place)), open_lake(settings):
        pass
    assert not _catalog(settings).exists()
    assert _catalog_finding(settings)[0] == "fail"
    # Builds alone hold no captures: a repair would publish an empty lake over them.
    assert _run(settings, "doctor", "--repair") == (1 if left != "data" else 0)
    assert kept <= _files(parts[left])


def test_another_lakes_catalog_is_refused_and_the_own_one_restored(
    settings: Settings, tmp_path: Path
) -> None:
    before = facts_of(settings)
    other = Settings(home=tmp_path / "other", workers=1)
    with open_lake(other):
        pass
    _delete(settings)
    shutil.copy(_catalog(other), _catalog(settings))
    with pytest.raises(LakeLostError, match="is of lake"), open_lake(settings, read_only=True):
        pass
    assert _catalog_finding(settings)[0] == "fail"
    assert _run(settings, "doctor", "--repair") == 0
    assert facts_of(settings) == before


def test_data_that_are_gone_are_named_and_nothing_is_repaired(settings: Settings) -> None:
    shutil.rmtree(settings.lake_data)
    catalog = _catalog(settings).read_bytes()
    assert _run(settings, "status") == 1
    level, text = _catalog_finding(settings)
    assert level == "fail"
    assert "put them back" in text
    assert _run(settings, "doctor", "--repair") == 1
    assert _catalog(settings).read_bytes() == catalog


def test_catalog_data_and_build_have_one_id(settings: Settings) -> None:
    with open_lake(settings, read_only=True) as lake:
        found = lake_id(lake.connection)
    assert UUID(found).version == 4
    marker = read_marker(settings)
    assert marker is not None
    assert marker.lake_id == found
    with duckdb.connect(settings.current_build / "warehouse.duckdb", read_only=True) as build:
        assert build.execute("SELECT lake_id FROM mart.build_info").fetchall() == [(found,)]
    assert {id_of_copy(copy) for copy in settings.catalog_backups.iterdir()} == {found}


def test_copies_of_the_catalog_are_read_without_a_log_next_to_them(settings: Settings) -> None:
    kept = _files(settings.catalog_backups)
    assert {path.suffix for path in settings.catalog_backups.iterdir()} == {".sqlite"}
    assert [id_of_copy(copy) is None for copy in copies_by_age(settings.catalog_backups)] == [False]
    assert sqlite_problem(*settings.catalog_backups.iterdir(), is_copy=True) is None
    assert _files(settings.catalog_backups) == kept


def test_a_marker_that_a_kill_prevented_is_written_next_time(settings: Settings) -> None:
    marker = Path(settings.lake_data) / MARKER
    marker.unlink()
    assert _run(settings, "status") == 0
    assert _run(settings, "publish") == 0
    with open_lake(settings, read_only=True) as lake:
        assert json.loads(marker.read_text())["lake_id"] == lake_id(lake.connection)


def test_a_folder_with_other_things_is_no_place_for_data(tmp_path: Path, shared: Path) -> None:
    (shared / "photos").mkdir(parents=True)
    (shared / "photos" / "1.jpg").touch()
    (shared / "other.parquet").write_bytes(b"PAR1")
    _age(shared)
    kept = _files(shared)
    settings = _home(tmp_path / "home", shared)
    with pytest.raises(LakeDataError, match=r"other\.parquet"), open_lake(settings):
        pass
    assert _files(shared) == kept
    assert _catalog_finding(settings)[0] == "fail"
    empty = tmp_path / "empty"
    empty.mkdir()
    with open_lake(_home(tmp_path / "home", empty)):
        pass


def test_two_homes_can_not_share_their_data(tmp_path: Path, shared: Path) -> None:
    first, second = _home(tmp_path / "a", shared), _home(tmp_path / "b", shared)
    chain.run(first, [PAGES / "ittefaq"], new_run_id())
    before = facts_of(first)
    kept = _files(shared)
    with pytest.raises(LakeDataError, match=str(first.lake_folder)), open_lake(second):
        pass
    private = Settings(home=second.home, workers=1)
    chain.run(private, [PAGES / "kalbela"], new_run_id())  # made elsewhere, then pointed there
    _age(shared)
    for work in (lambda: maintain(second, new_run_id()), lambda: facts_of(second)):
        with pytest.raises(LakeDataError, match="whose catalog is at"):
            work()
    catalog = _catalog(second).read_bytes()
    assert _catalog_finding(second)[0] == "fail"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KHOBOR_DATA_PATH", str(shared))
        assert _run(second, "doctor", "--repair") == 1
    assert _catalog(second).read_bytes() == catalog
    assert _files(shared) == kept
    assert facts_of(first) == before


def test_a_copied_home_can_not_write_to_the_same_data_and_a_moved_one_can(
    tmp_path: Path, shared: Path
) -> None:
    first = _home(tmp_path / "a", shared)
    chain.run(first, [PAGES / "ittefaq"], new_run_id())
    before = facts_of(first)
    shutil.copytree(first.home, tmp_path / "b", symlinks=True)
    copy = _home(tmp_path / "b", shared)
    with pytest.raises(LakeDataError, match="is a copy"), open_lake(copy):
        pass
    first.home.rename(tmp_path / "moved")
    moved = _home(tmp_path / "moved", shared)
    with open_lake(moved):
        pass
    assert facts_of(moved) == before
    with pytest.raises(LakeDataError, match="is a copy"), open_lake(copy):
        pass


_CREATE = """
import sys
from pathlib import Path
from etl.errors import LakeError
from etl.lake.connection import open_lake
from etl.settings import Settings
print("ready", flush=True)
sys.stdin.readline()
try:
    with open_lake(Settings(home=Path(sys.argv[1]), data_path=sys.argv[2])):
        pass
except LakeError:
    sys.exit(3)
"""


def test_of_two_homes_created_at_once_one_gets_the_data(tmp_path: Path, shared: Path) -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-c", _CREATE, str(tmp_path / name), str(shared)],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in "ab"
    ]
    for process in running:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    for process in running:
        process.communicate()
    assert sorted(process.returncode for process in running) == [0, 3]


def _written(milliseconds: int) -> str:
    """A file's name as DuckLake forms it, with the time at which it was written."""
    return f"ducklake-{UUID(int=milliseconds << 80 | 7 << 76 | 2 << 62 | 1)}.parquet"


def test_only_the_lakes_own_orphans_are_removed(settings: Settings) -> None:
    now = int(time.time() * 1000)
    data = Path(settings.lake_data)
    table = data / "core" / "fact_article"
    partition = next(path for path in table.iterdir() if path.is_dir())
    orphans = [
        table / _written(now),
        partition / _written(now + 1).replace(".parquet", "-delete.parquet"),
    ]
    foreign = [
        data / "other.parquet",
        data / _written(now + 2),
        data / "archive" / "fact_article" / _written(now + 3),
        table / "export.parquet",
        table / "ducklake-mine.parquet",
        table / "mine" / _written(now + 4),
        table / _written(now - 86_400_000),  # from before the lake marked the folder
    ]
    for path in (*orphans, *foreign):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"PAR1")
    before = facts_of(settings)
    assert maintain(settings, new_run_id()).files_removed == 0  # too young
    _age(data)
    (found,) = [item for item in examine(settings) if item.check == "orphans"]
    assert found.text.startswith("2 files")
    maintain(settings, new_run_id())
    assert [path for path in orphans if path.exists()] == []
    assert [path for path in foreign if not path.exists()] == []
    assert facts_of(settings) == before


def test_lakes_of_the_last_release_on_one_path_keep_their_files(
    tmp_path: Path, shared: Path
) -> None:
    """The first to be opened gets the path; the other one's files stay, though it is refused."""
    for name in "ab":
        with tarfile.open(OLD_LAKE) as archive:
            archive.extractall(tmp_path / name, filter="data")
    first, second = _home(tmp_path / "a", shared), _home(tmp_path / "b", shared)
    shutil.copytree(first.lake_folder / "data", shared)
    with sqlite3.connect(_catalog(second)) as session:  # as made by itself, not by copying
        session.execute("UPDATE ducklake_schema SET schema_uuid = ? WHERE schema_id = 0", ["b"])
    session.close()
    theirs = shared / "core" / "fact_article" / _written(int(time.time() * 1000) - 60_000)
    theirs.write_bytes(b"PAR1")
    with open_lake(first):
        pass
    assert facts_of(first)["fact_article"]
    assert read_marker(first) is not None
    with pytest.raises(LakeDataError, match="is of lake b"), open_lake(second):
        pass
    _age(shared)
    maintain(first, new_run_id())
    assert theirs.exists()
