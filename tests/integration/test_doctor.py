"""Faults made for real: each gives a clear error on ordinary commands, and ``doctor`` names it.

What can be repaired is, and then the facts are those from before: nothing committed is lost.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from etl.cli.app import main
from etl.lake.connection import open_lake
from etl.settings import PROJECT, Settings
from etl.workflows import publishing
from etl.workflows.build import chain
from etl.workflows.collect.files import ingest_files
from etl.workflows.doctor.examine import examine
from etl.workflows.doctor.finding import Finding
from etl.workflows.review import quarantine, rejected
from etl.workflows.run_ids import new_run_id
from tests.lake_rows import facts_of, rows_of

PAGES = PROJECT / "seeds" / "pages"
CHOSEN = (
    "kalbela/fog-ferry-v1.html",
    "kalbela/fog-ferry-v2.html",
    "kalbela/untitled-river-port.html",
    "ittefaq/old-ghat-restored-1990.html",
)
LATER = "ittefaq/bangladesh-japan-mango.html"


def _copy_pages(folder: Path, names: tuple[str, ...]) -> Path:
    folder.mkdir()
    for name in names:
        for suffix in ("", ".meta.json"):
            shutil.copy(f"{PAGES / name}{suffix}", folder)
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with versions and two decisions of a reviewer, published; never changed."""
    folder = tmp_path_factory.mktemp("whole")
    settings = Settings(home=folder / "home", workers=1)
    pages = _copy_pages(folder / "pages", CHOSEN)
    ingest_files(settings, [pages], new_run_id())
    chain.build(settings, new_run_id())
    first, second = [row[0] for row in rejected.list_rejected(settings, None).rows]
    quarantine.release(settings, first, "Rina", "no headline in print", new_run_id())
    quarantine.discard(settings, second, "Karim", "an old page", new_run_id())
    publishing.publish(settings, new_run_id())
    return settings.home


@pytest.fixture
def settings(whole: Path, tmp_path: Path) -> Settings:
    shutil.copytree(whole, tmp_path / "home", symlinks=True)
    return Settings(home=tmp_path / "home", workers=1)


def _found(settings: Settings, *, deep: bool = False) -> dict[str, Finding]:
    """What is not well, by check."""
    return {item.check: item for item in examine(settings, deep=deep) if item.level != "ok"}


def _run(settings: Settings, *words: str) -> int:
    return main([*words, "--home", str(settings.home)])


def _core_files(settings: Settings, table: str) -> list[Path]:
    folder = Path(settings.lake_data) / "core" / table
    return sorted(p for p in folder.rglob("*.parquet") if not p.stem.endswith("-delete"))


def test_a_home_that_is_well(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KHOBOR_METABASE_PASSWORD", "planted-secret")
    monkeypatch.setenv("KHOBOR_OPENLINEAGE_URL", "http://me:planted-secret@127.0.0.1:9/x")
    assert _run(settings, "doctor", "--deep") == 0
    told = capsys.readouterr().out
    lines = [line for line in told.splitlines() if not line.startswith("KHOBOR_")]
    assert {line.split()[0] for line in lines} == {"ok"}
    assert "planted-secret" not in told
    assert _run(settings, "doctor", "--format", "json") == 0
    document = json.loads(capsys.readouterr().out)
    shown = {item["name"]: item for item in document["settings"]}
    assert shown["KHOBOR_HOME"] == {
        "name": "KHOBOR_HOME",
        "value": str(settings.home),
        "origin": "--home",
    }
    assert shown["KHOBOR_METABASE_PASSWORD"]["value"] == "••••"
    assert shown["KHOBOR_OPENLINEAGE_URL"]["value"] == "http://me:••••@127.0.0.1:9/x"
    assert shown["KHOBOR_BATCH_ROWS"]["origin"] == "default"
    assert {item["level"] for item in document["checks"]} == {"ok"}


def test_a_home_that_is_not_there_yet_is_well(tmp_path: Path) -> None:
    assert _found(Settings(home=tmp_path / "none")) == {}
    assert not (tmp_path / "none").exists()


def test_a_home_that_is_whole(tmp_path: Path) -> None:
    """What a dead process staged is named, and is no fault of the lake's."""
    run = tmp_path / "staging" / "batch-1" / "run"
    run.mkdir(parents=True)
    (run / "capture.parquet").write_bytes(b"half")
    assert _found(Settings(home=tmp_path)) == {}
    long_ago = (datetime.now(UTC) - timedelta(days=2)).timestamp()
    for path in (run / "capture.parquet", run, run.parent):
        os.utime(path, (long_ago, long_ago))
    found = _found(Settings(home=tmp_path))
    assert found.keys() == {"staging"}
    assert "batch-1" in found["staging"].text


def test_damaged_facts_are_built_again_from_the_captures(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    before = facts_of(settings)
    build = settings.current_build.resolve()
    shutil.rmtree(Path(settings.lake_data) / "core" / "article_text")
    path = _core_files(settings, "fact_article")[0]
    path.write_bytes(path.read_bytes()[:-100])
    assert _run(settings, "publish") == 1
    assert "`khobor doctor` examines the lake; the old build stays" in capsys.readouterr().err
    assert settings.current_build.resolve() == build
    assert _run(settings, "rebuild") == 0
    assert "2 decisions of reviewers\nnothing was changed: add --apply" in capsys.readouterr().out
    found = _found(settings)
    assert list(found) == ["facts"]
    assert f"{path}: {path.stat().st_size} bytes" in found["facts"].text
    assert "missing" in found["facts"].text
    assert _run(settings, "doctor", "--repair") == 0
    told = capsys.readouterr().out
    assert "repaired  facts: built again from 4 captures" in told
    assert facts_of(settings) == before
    assert settings.current_build.resolve() != build


def test_a_rebuild_that_is_broken_off_publishes_nothing(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = facts_of(settings)
    with monkeypatch.context() as patch:
        patch.setattr(chain, "build", lambda *arguments: {})  # killed after the first commit
        assert _run(settings, "rebuild", "--apply") == 0
    assert _run(settings, "publish") == 1
    assert "a rebuild is not finished" in capsys.readouterr().err
    assert "run `khobor build`" in str(_found(settings)["rebuild"].remedy)
    assert _run(settings, "build") == 0
    assert facts_of(settings) == before
    assert _found(settings) == {}


def test_a_changed_byte_is_found_by_reading_every_row(settings: Settings) -> None:
    path = _core_files(settings, "article_text")[0]
    bodies = pq.ParquetFile(path).metadata.row_group(0).column(4)
    assert bodies.path_in_schema == "body"
    content = bytearray(path.read_bytes())
    start = bodies.dictionary_page_offset or bodies.data_page_offset
    for place in range(start + 40, start + 90):
        content[place] ^= 0xFF
    path.write_bytes(content)
    assert _found(settings) == {}
    found = _found(settings, deep=True)
    assert path.name in found["facts"].text


def test_lost_captures_are_named_and_the_facts_left_alone(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    before = facts_of(settings)
    (path,) = (Path(settings.lake_data) / "raw" / "page_capture").rglob("*.parquet")
    aside = path.rename(settings.home / "aside.parquet")
    assert _run(settings, "doctor", "--repair") == 1
    told = capsys.readouterr().out
    assert f"fail  captures  1 damaged: {path}: missing: `khobor restore` puts it back" in told
    assert "repaired" not in told
    assert _run(settings, "rebuild", "--apply") == 1
    assert path.name in capsys.readouterr().err
    aside.rename(path)
    assert facts_of(settings) == before
    assert _found(settings) == {}


def _catalog(settings: Settings) -> Path:
    return settings.lake_folder / "catalog.sqlite"


def _overwrite_catalog(settings: Settings) -> None:
    content = _catalog(settings).read_bytes()
    _catalog(settings).write_bytes(b"no catalog " * 100 + content[1100:])


def _lose_catalog(settings: Settings) -> None:
    shutil.rmtree(settings.lake_folder / "backup")
    _catalog(settings).unlink()


@pytest.mark.parametrize("damage", [_overwrite_catalog, _lose_catalog])
def test_a_damaged_catalog_is_replaced_with_all_that_was_committed(
    settings: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[Settings], None],
) -> None:
    """Pages and facts that came after the last copy of the catalog included."""
    later = _copy_pages(tmp_path / "later", (LATER,))
    ingest_files(settings, [later], new_run_id())
    chain.build(settings, new_run_id())
    before = facts_of(settings)
    for suffix in ("-wal", "-shm"):
        _catalog(settings).with_name(f"catalog.sqlite{suffix}").unlink(missing_ok=True)
    damage(settings)
    if _catalog(settings).exists():
        assert _run(settings, "status") == 1
        assert "file is not a database\n`khobor doctor`" in capsys.readouterr().err
    assert _found(settings)["catalog"].level == "fail"
    assert _run(settings, "doctor", "--repair") == 0
    told = capsys.readouterr().out
    assert "raw.page_capture: 5 rows" in told
    assert "lost" not in told
    assert facts_of(settings) == before
    assert len(list(settings.lake_folder.glob("damaged-*"))) == 1


def _remove_build(settings: Settings) -> None:
    settings.current_build.unlink()


def _break_link(settings: Settings) -> None:
    shutil.rmtree(settings.current_build.resolve())


def _empty_build(settings: Settings) -> None:
    (settings.current_build / "warehouse.duckdb").write_bytes(b"")


@pytest.mark.parametrize("damage", [_remove_build, _break_link, _empty_build])
def test_a_missing_build_is_published_anew(
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[Settings], None],
) -> None:
    damage(settings)
    assert _run(settings, "sql", "SELECT count(*) FROM mart.article") == 1
    assert len(capsys.readouterr().err.splitlines()) <= 2
    assert _found(settings)["build"].remedy == "run `khobor publish`"
    assert _run(settings, "doctor", "--repair") == 0
    assert _run(settings, "sql", "SELECT count(*) FROM mart.article") == 0


def test_a_folder_in_the_links_place_is_left_alone(settings: Settings) -> None:
    settings.current_build.unlink()
    settings.current_build.mkdir()
    assert "is no link" in _found(settings)["build"].text
    assert _run(settings, "doctor", "--repair") == 1
    assert settings.current_build.is_dir()


def test_what_dead_processes_left_is_named_and_removed(settings: Settings) -> None:
    left = Path(settings.staging) / "batch.1234.tmp"
    left.mkdir(parents=True)
    old = (datetime.now(UTC) - timedelta(days=2)).timestamp()
    os.utime(left, (old, old))
    assert _found(settings)["staging"].level == "warn"
    assert _run(settings, "doctor", "--repair") == 0
    assert not left.exists()


def test_a_clock_that_went_backwards(settings: Settings, tmp_path: Path) -> None:
    """Commits of tomorrow: they are named, and everything goes on."""
    before = facts_of(settings)
    with sqlite3.connect(_catalog(settings)) as catalog:
        (newest,) = catalog.execute("SELECT max(snapshot_time) FROM ducklake_snapshot").fetchone()
        tomorrow = datetime.fromisoformat(newest) + timedelta(days=1)
        catalog.execute(
            "UPDATE ducklake_snapshot SET snapshot_time = ? WHERE snapshot_time = ?",
            [tomorrow.isoformat(sep=" "), newest],
        )
    catalog.close()
    assert "the clock went backwards" in _found(settings)["clock"].text
    assert _run(settings, "doctor") == 0
    later = _copy_pages(tmp_path / "later", (LATER,))
    assert _run(settings, "ingest", "files", str(later)) == 0
    assert _run(settings, "publish") == 0
    assert facts_of(settings)["fact_article"] == before["fact_article"]


def test_a_key_that_stands_twice_is_found(settings: Settings) -> None:
    with open_lake(settings) as lake:
        lake.execute("INSERT INTO lake.core.fact_event FROM lake.core.fact_event")
        lake.execute("INSERT INTO lake.core.dim_section FROM lake.core.dim_section LIMIT 1")
    assert "core.dim_section has (section_id)" in _found(settings)["keys"].text


def test_wrong_profiles_are_named(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "outlets.yml").write_text("outlets: 3")
    found = _found(Settings(home=settings.home, outlets=tmp_path / "outlets.yml"))
    assert found["outlets"].remedy == f"mend {tmp_path / 'outlets.yml'}"


def _in_namespace(script: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a script with mounts of its own, as root; skip where that is not allowed."""
    allowed = subprocess.run(
        ["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False
    )
    if allowed.returncode:
        pytest.skip("this user may not mount: no full or read-only disk can be made")
    return subprocess.run(
        ["unshare", "-m", "bash", "-e", "-c", script, "bash", sys.executable, *arguments],
        capture_output=True,
        text=True,
        cwd=PROJECT,
        check=False,
    )


@pytest.mark.slow
def test_a_disk_that_is_full_loses_nothing(settings: Settings, tmp_path: Path) -> None:
    before = facts_of(settings)
    pages = tmp_path / "pages"
    pages.mkdir()
    for number in range(3):  # bytes that don't compress, on a disk with a megabyte left
        text = os.urandom(700_000).hex()
        (pages / f"{number}.html").write_text(f"<html><body><p>{text}</p></body></html>")
    done = _in_namespace(
        """
        size=$(du -sk "$2" | cut -f1)
        mount -t tmpfs -o size=$((size + 1024))k none /mnt
        cp -a "$2/." /mnt
        set +e
        "$1" -m etl ingest files "$3" --home /mnt; echo "exit $?"
        "$1" -m etl doctor --home /mnt; echo "exit $?"
        rm -rf "$2"; cp -a /mnt "$2"
        """,
        str(settings.home),
        str(pages),
    )
    assert done.stdout.count("exit 1") == 2, done.stdout + done.stderr
    told = [line for line in done.stderr.splitlines() if line.startswith("khobor: ")]
    assert "space" in told[0]
    assert "Traceback" not in done.stderr
    assert "fail  disk" in done.stdout
    assert facts_of(settings) == before
    assert rows_of(settings, "SELECT count(*) FROM lake.raw.page_capture") == [(4,)]


@pytest.mark.slow
def test_a_disk_that_is_read_only(settings: Settings) -> None:
    done = _in_namespace(
        """
        mount --bind "$2" "$2"; mount -o remount,ro,bind "$2"
        set +e
        "$1" -m etl build --home "$2"; echo "exit $?"
        "$1" -m etl doctor --home "$2"; echo "exit $?"
        "$1" -m etl sql 'SELECT 1' --home "$2"; echo "exit $?"
        """,
        str(settings.home),
    )
    assert done.stdout.count("exit 1") == 2, done.stdout + done.stderr
    assert done.stdout.count("exit 0") == 1
    assert "Traceback" not in done.stderr
    assert "fail  home" in done.stdout
    assert "Read-only file system: make it writable" in done.stdout
    assert "`khobor doctor`" in done.stderr or "make the disk writable" in done.stderr


def test_a_home_without_permission(settings: Settings) -> None:
    folders = [path for path in (settings.home, *settings.home.rglob("*")) if path.is_dir()]
    for folder in folders:
        folder.chmod(0o555)
    # Root writes everywhere unless this power is taken from it.
    powers = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    prefix = powers if os.geteuid() == 0 else []

    def ordinary(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*prefix, sys.executable, "-m", "etl", *words, "--home", str(settings.home)],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )

    try:
        done = ordinary("build")
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert str(settings.home) in done.stderr
        told = ordinary("doctor").stdout
        assert f"fail  home      {settings.home} can't be written" in told
        assert "Permission denied: make it writable for this user" in told
    finally:
        for folder in folders:
            folder.chmod(0o755)
