"""Upkeep: little is left of many small loads, nothing goes that somebody needs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.lake.upkeep import measures
from etl.lake.connection import open_lake
from etl.observability.logs import clear_logs
from etl.publish.releases import clear_builds
from etl.settings import PROJECT, Settings
from etl.workflows.build import chain
from etl.workflows.build.batches import stage_batch
from etl.workflows.collect.files import ingest_files
from etl.workflows.maintain import maintain
from etl.workflows.run_ids import new_run_id
from tests.lake_rows import facts_of
from tests.reliability.homes import age, leftovers, orphan_in

PAGES = PROJECT / "seeds" / "pages"
_LOADS = 12
_DAY = 86_400


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(home=tmp_path_factory.mktemp("upkeep"), workers=1)
    for folder in ("manabzamin", "inqilab"):
        chain.run(settings, [PAGES / folder], new_run_id())
    return settings


@pytest.mark.slow
def test_many_small_loads_end_as_one_big_one() -> None:
    found = {measure.name: measure for measure in measures(_LOADS)}
    before, after = found["upkeep_files_before"], found["upkeep_files"]
    assert (before.ratio("cpu") or 0) > 1.5
    assert (after.ratio("cpu") or 9) <= 1.3, after
    assert (found["upkeep_queries"].ratio("cpu") or 9) <= 1.3, found["upkeep_queries"]


def test_what_dead_processes_left_goes_and_the_facts_stay(settings: Settings) -> None:
    before = facts_of(settings)
    orphan = orphan_in(settings)
    (Path(settings.staging) / "a-batch" / "a-run").mkdir(parents=True)
    (settings.catalog_backups / "a-build.tmp").write_bytes(b"half")
    (settings.builds / "a-build.tmp-1").mkdir()
    (settings.current_build.parent / "current.tmp-1").symlink_to("builds/a-build")
    young = maintain(settings, new_run_id())
    assert (young.files_removed, young.staging_removed) == (0, 0)
    assert orphan.exists()
    age(settings.home)
    old = maintain(settings, new_run_id())
    assert (old.files_removed, old.staging_removed) == (1, 1)
    assert leftovers(settings) == []
    assert facts_of(settings) == before


def test_snapshots_go_at_their_age(settings: Settings) -> None:
    with open_lake(settings, read_only=True) as lake:
        before = len(lake.execute("FROM lake.snapshots()").fetchall())
    assert maintain(settings, new_run_id()).snapshots_removed == 0
    at_once = settings.model_copy(update={"snapshot_days": 0.0})
    assert maintain(at_once, new_run_id()).snapshots_removed >= before
    with open_lake(settings, read_only=True) as lake:
        assert len(lake.execute("FROM lake.snapshots()").fetchall()) <= 2


_READER = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
print("open", flush=True)
sys.stdin.readline()
print(connection.execute("SELECT count(*) FROM numbers").fetchone()[0])
"""


def test_an_open_build_and_the_published_one_stay(tmp_path: Path) -> None:
    import duckdb

    builds, current = tmp_path / "builds", tmp_path / "current"
    names = [f"202601{day:02d}T000000000000Z-0a1b2c" for day in range(1, 8)]
    for name in names:
        (builds / name).mkdir(parents=True)
        with duckdb.connect(builds / name / "warehouse.duckdb") as connection:
            connection.execute("CREATE TABLE numbers AS FROM range(7)")
    current.symlink_to(f"builds/{names[0]}")
    reader = subprocess.Popen(
        [sys.executable, "-c", _READER, str(builds / names[2] / "warehouse.duckdb")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "open\n"
        assert clear_builds(builds, current) == 2
        left = sorted(path.name for path in builds.iterdir() if path.is_dir())
        assert left == [names[0], names[2], *names[4:]]
        assert reader.communicate("\n")[0] == "7\n"
    assert clear_builds(builds, current) == 1


_WRITER = """
import sys
from pathlib import Path
from etl.lake.connection import open_lake
from etl.storage.temp_directory import temp_folder
from etl.settings import Settings

home = Path(sys.argv[1])
with open_lake(Settings(home=home), read_only=True) as lake, temp_folder(home) as folder:
    (folder / "texts").touch()
    lake.execute("SET memory_limit = '100MB'")
    lake.execute(
        "CREATE TEMP TABLE much AS SELECT repeat(i::VARCHAR, 99) FROM range(999999) _(i)"
    )
    print("written", flush=True)
    sys.stdin.readline()
"""


def test_what_memory_can_not_hold_lies_under_home_and_is_cleared_with_its_process(
    settings: Settings, tmp_path: Path
) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(settings.home)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "written\n"
        folders = list(settings.home.glob("temp-*"))
        assert len(folders) == 2
        assert list(tmp_path.iterdir()) == []
        maintain(settings, new_run_id())
        assert all(list(folder.iterdir()) for folder in folders)
        writer.kill()
    assert all(folder.exists() for folder in folders)
    maintain(settings, new_run_id())
    assert not any(folder.exists() for folder in folders)


def test_old_logs_go_and_long_ones_are_put_aside(tmp_path: Path) -> None:
    from datetime import UTC, datetime, timedelta

    now = datetime(2026, 3, 1, tzinfo=UTC)
    old, young = now - timedelta(days=31), now - timedelta(days=29)
    for name, moment in (("make-run-1.log", old), ("airflow/dag/run-1/1.log", old),
                         ("airflow/dag/run-2/1.log", young)):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("line\n")
        os.utime(path, (moment.timestamp(), moment.timestamp()))
    (tmp_path / "khobor.jsonl").write_bytes(b"x" * 10_000_001)
    (tmp_path / "openlineage.jsonl").write_bytes(b"x")
    (tmp_path / "airflow" / "latest").symlink_to("dag/run-2")
    assert clear_logs(tmp_path, now, timedelta(days=30)) == 2
    assert sorted(path.name for path in tmp_path.rglob("*")) == [
        "1.log", "airflow", "dag", "khobor.20260301T000000Z.jsonl", "latest",
        "openlineage.jsonl", "run-2",
    ]  # fmt: skip
    assert clear_logs(tmp_path / "none", now, timedelta(days=30)) == 0


def test_a_pending_batch_is_staged_anew_after_its_staging_was_cleared(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, workers=1)
    report = ingest_files(settings, [PAGES / "manabzamin"], new_run_id())
    stage_batch(settings, report.batch_ids[0], new_run_id())
    age(Path(settings.staging))
    assert maintain(settings, new_run_id()).staging_removed == 1
    assert chain.build(settings, new_run_id())["loaded"] == 2
