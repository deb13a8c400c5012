"""A lake of release 0.1.0 opened by this one, and lakes of newer releases refused."""

import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from etl.cli.app import main
from etl.errors import LakeError
from etl.lake import schema_version
from etl.lake.catalogs.factory import catalog_of
from etl.lake.connection import open_lake
from etl.lake.engine import EnginePool
from etl.lake.migrations import STEPS, Step
from etl.schema.model import Column, Table, Type
from etl.schema.tables.dimensions import DIM_SECTION
from etl.schema.tables.lake import LAKE_TABLES
from etl.settings import PROJECT, Settings
from etl.workflows import publishing
from etl.workflows.build import chain
from etl.workflows.build.chain import check_balance
from etl.workflows.collect.files import ingest_files
from etl.workflows.review import quarantine, rejected
from etl.workflows.run_ids import new_run_id
from tests.lake_rows import facts_of, rows_of

OLD_LAKE = PROJECT / "tests" / "fixtures" / "lake_v1.tar.xz"
PAGES = PROJECT / "seeds" / "pages" / "ittefaq"
# What is declared and what DuckLake made of it, column by column.
SCHEMA = """
    SELECT schema_name, table_name, column_name, data_type, is_nullable, comment
    FROM duckdb_columns() WHERE database_name = 'lake' AND schema_name IN ('raw', 'core')
    ORDER BY ALL"""
LAYOUT = """
    SELECT t.table_name, p.transform, c.column_name, s.sort_key_index, s.expression
    FROM __ducklake_metadata_lake.ducklake_table AS t
    LEFT JOIN __ducklake_metadata_lake.ducklake_partition_column AS p USING (table_id)
    LEFT JOIN __ducklake_metadata_lake.ducklake_column AS c USING (table_id, column_id)
    LEFT JOIN (
      SELECT * FROM __ducklake_metadata_lake.ducklake_sort_expression
      JOIN __ducklake_metadata_lake.ducklake_sort_info USING (sort_id, table_id)
      WHERE end_snapshot IS NULL
    ) AS s ON s.table_id = t.table_id
    WHERE t.end_snapshot IS NULL ORDER BY ALL"""
TABLE_COMMENTS = """
    SELECT table_name, comment FROM duckdb_tables() WHERE database_name = 'lake'
    AND schema_name IN ('raw', 'core') ORDER BY ALL"""
# A dropped table's option stays behind without a name.
OPTIONS = """
    SELECT option_name, scope_entry, value FROM lake.options()
    WHERE option_name <> 'data_path' AND (scope = 'GLOBAL' OR scope_entry IS NOT NULL)
    ORDER BY ALL"""


@pytest.fixture
def old(tmp_path: Path) -> Settings:
    """A home with the lake of release 0.1.0."""
    with tarfile.open(OLD_LAKE) as archive:
        archive.extractall(tmp_path / "old", filter="data")
    return Settings(home=tmp_path / "old")


def _described(settings: Settings) -> list[list[tuple[Any, ...]]]:
    with open_lake(settings) as lake:
        return [lake.execute(sql).fetchall() for sql in (SCHEMA, TABLE_COMMENTS, LAYOUT, OPTIONS)]


@pytest.fixture(scope="module")
def as_new(tmp_path_factory: pytest.TempPathFactory) -> list[list[tuple[Any, ...]]]:
    """The schema of a lake that this release creates."""
    return _described(Settings(home=tmp_path_factory.mktemp("new")))


def _as_it_was(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the old lake, read by DuckLake alone."""
    with EnginePool().connect(("ducklake", "sqlite_scanner")) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(
            f"ATTACH 'ducklake:sqlite:{settings.lake_folder}/catalog.sqlite' AS lake "
            f"(DATA_PATH '{settings.lake_data}', OVERRIDE_DATA_PATH true, READ_ONLY)"
        )
        names = connection.execute(
            "SELECT schema_name || '.' || table_name FROM duckdb_tables() "
            "WHERE database_name = 'lake' AND schema_name IN ('raw', 'core')"
        ).fetchall()
        return {
            name: connection.execute(f"SELECT * FROM lake.{name} ORDER BY ALL").fetchall()
            for (name,) in names
        }


def test_an_old_lake_is_migrated_with_all_its_rows(
    old: Settings, as_new: list[list[tuple[Any, ...]]], capsys: pytest.CaptureFixture[str]
) -> None:
    before = _as_it_was(old)
    assert len(before) == 19
    home = ["--home", str(old.home)]
    digest = (old.lake_folder / "catalog.sqlite").read_bytes()
    for words in (["status"], ["quarantine", "list"], ["upgrade", "--check"], ["doctor"]):
        code = main([*words, *home])  # what only reads changes nothing
        told = capsys.readouterr()
        assert "khobor upgrade" in told.err + told.out, words
        assert code == (1 if words in (["status"], ["quarantine", "list"]) else 0)
    assert (old.lake_folder / "catalog.sqlite").read_bytes() == digest
    assert main(["upgrade", *home]) == 0
    assert (
        f"upgraded: schema version {schema_version.declared_version()}" in capsys.readouterr().out
    )
    assert main(["status", *home]) == 0

    with open_lake(old, read_only=True) as lake:
        for name, rows in before.items():
            columns = _columns_of_first_release(lake.connection, name)
            sql = f"SELECT {columns} FROM lake.{name} ORDER BY ALL"
            assert lake.execute(sql).fetchall() == rows, name
    assert rows_of(
        old, "SELECT decision, reviewer, reason FROM lake.raw.review_decision ORDER BY decided_at"
    ) == [
        ("released", "Rina", "the outlet prints no headline"),
        ("discarded", "Karim", "a scan of an old page"),
    ]
    changes = rows_of(
        old, "SELECT schema_version, change FROM lake.core.schema_change ORDER BY change_no"
    )
    assert changes[0] == (2, "review_decisions")
    assert {number for number, _ in changes} <= set(range(2, schema_version.declared_version() + 1))

    assert _described(old) == as_new
    check_balance(old)
    assert publishing.publish(old, new_run_id()).articles == len(
        {row[0] for row in before["core.fact_article"]}
    )
    (row,) = [row for row in rejected.list_rejected(old, None).rows if row[-1] == "open"]
    quarantine.discard(old, row[0], "Karim", "no headline", "r1")
    assert rows_of(old, "SELECT count(*) FROM lake.raw.review_decision") == [(3,)]


VERSIONS = range(1, schema_version.declared_version())


@pytest.mark.parametrize("version", VERSIONS)
def test_a_lake_of_every_version_is_migrated_and_its_catalog_copied_first(
    old: Settings,
    as_new: list[list[tuple[Any, ...]]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    version: int,
) -> None:
    before = _as_it_was(old)
    steps = tuple(step for step in STEPS if step.number <= version)
    if steps:
        with monkeypatch.context() as patch:
            patch.setattr(schema_version, "STEPS", steps)
            with open_lake(old):
                pass
        shutil.rmtree(old.catalog_backups)
    caplog.clear()
    with open_lake(old):
        pass
    (copy,) = old.catalog_backups.glob("*.sqlite")
    assert copy.name.endswith(f"-schema-{version}.sqlite")
    assert str(copy) in caplog.text
    assert _described(old) == as_new
    with open_lake(old) as lake:
        for name, rows in before.items():
            columns = _columns_of_first_release(lake.connection, name)
            sql = f"SELECT {columns} FROM lake.{name} ORDER BY ALL"
            assert lake.execute(sql).fetchall() == rows, name
    # The copy is the lake as it was.
    shutil.copy(copy, old.lake_folder / "catalog.sqlite")
    with pytest.raises(LakeError, match="khobor upgrade"), open_lake(old, read_only=True):
        pass


def test_a_migration_whose_catalog_cannot_be_copied_is_not_begun(old: Settings) -> None:
    old.catalog_backups.parent.mkdir(exist_ok=True)
    old.catalog_backups.write_bytes(b"a file in the place of the folder")
    before = _as_it_was(old)
    with pytest.raises(OSError, match="backup"), open_lake(old):
        pass
    assert _as_it_was(old) == before


def _columns_of_first_release(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """The columns that 0.1.0 knew, in its order: all that no later change added."""
    schema, _, table = name.partition(".")
    found = connection.execute(
        "SELECT column_name FROM duckdb_columns() WHERE database_name = 'lake' "
        "AND schema_name = ? AND table_name = ? AND NOT list_contains((SELECT "
        "flatten(list(added_columns)) FROM lake.core.schema_change), ? || '.' || column_name) "
        "ORDER BY column_index",
        [schema, table, name],
    ).fetchall()
    return ", ".join(column for (column,) in found)


KILLED = """
import os, signal, sys
from pathlib import Path
from etl.lake import schema_version
from etl.lake.connection import open_lake
from etl.lake.migrations import STEPS, Step
from etl.settings import Settings

def die(connection):
    connection.execute("UPDATE lake.core.dim_outlet SET name_en = 'half'")
    os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[2] == "in a step":
    schema_version.STEPS = (*STEPS, Step(99, "deadly", die))
else:
    schema_version.set_options = lambda lake: os.kill(os.getpid(), signal.SIGKILL)
with open_lake(Settings(home=Path(sys.argv[1]))):
    pass
"""


@pytest.mark.parametrize("where", ["in a step", "before the options"])
def test_a_migration_that_is_killed_goes_on_at_the_next_start(
    old: Settings, as_new: list[list[tuple[Any, ...]]], where: str
) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(old.home), where], cwd=PROJECT, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert _described(old) == as_new
    assert rows_of(
        old, "SELECT count(*) > 0, bool_or(name_en = 'half') FROM lake.core.dim_outlet"
    ) == [(True, False)]
    changes = rows_of(
        old, "SELECT change_no, change FROM lake.core.schema_change ORDER BY change_no"
    )
    assert [number for number, _ in changes] == list(range(1, len(changes) + 1))
    assert [change for _, change in changes].count("review_decisions") == 1


def test_two_processes_that_open_an_old_lake_migrate_it_once(old: Settings) -> None:
    command = [sys.executable, "-m", "etl", "upgrade", "--home", str(old.home)]
    with catalog_of(old).lock():  # both find the old schema before either can change it
        running = [
            subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL) for _ in range(2)
        ]
        for process in running:
            _wait_for_the_lock(old, process)
    assert [process.wait() for process in running] == [0, 0]
    assert rows_of(
        old, "SELECT count(*) FROM lake.core.schema_change WHERE change = 'review_decisions'"
    ) == [(1,)]


def _wait_for_the_lock(settings: Settings, process: "subprocess.Popen[bytes]") -> None:
    """Until the process has the lock's file open, or has ended."""
    lock = settings.lake_folder / "writer.lock"
    while process.poll() is None:
        for descriptor in Path(f"/proc/{process.pid}/fd").iterdir():
            try:
                if descriptor.readlink() == lock:
                    return
            except OSError:
                continue


def _newer_version(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "INSERT INTO lake.core.schema_change VALUES (9, 99, 'later', [], now(), '7.1.0')"
    )


def _newer_column(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("ALTER TABLE lake.core.dim_entity ADD COLUMN mood VARCHAR")
    connection.execute(
        "INSERT INTO lake.core.schema_change VALUES "
        f"(9, {schema_version.declared_version()}, 'additions', "
        "['core.dim_entity.mood'], now(), '7.1.0')"
    )


@pytest.mark.parametrize(
    ("change", "named"),
    [(_newer_version, "schema version 99"), (_newer_column, "core.dim_entity.mood")],
)
def test_a_lake_of_a_newer_release_is_refused(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[duckdb.DuckDBPyConnection], None],
    named: str,
) -> None:
    settings = Settings(home=tmp_path / "home")
    with open_lake(settings) as lake:
        change(lake.connection)
    home = ["--home", str(settings.home)]
    for words in (["status"], ["build"], ["run", str(PAGES)], ["quarantine", "list"], ["publish"]):
        assert main([*words, *home]) == 1, words
        told = capsys.readouterr().err
        assert named in told
        assert "khobor 7.1.0 made it" in told
        assert "install khobor 7.1.0 or newer" in told
        assert len(told.splitlines()) == 1


_A_STEP_FOR_ROWS = """
import sys
from pathlib import Path
from etl.lake import schema_version
from etl.lake.catalogs.factory import catalog_of
from etl.lake.connection import open_lake
from etl.lake.engine import EnginePool
from etl.lake.migrations import Step
from etl.settings import Settings
schema_version.STEPS = (*schema_version.STEPS, Step(99, "rows alone", lambda connection: None))
with open_lake(Settings(home=Path(sys.argv[1]))):
    pass
"""


def test_a_process_that_knows_the_lake_sees_what_a_newer_release_did_meanwhile(
    tmp_path: Path,
) -> None:
    settings = Settings(home=tmp_path / "home")
    for _ in range(3):
        with open_lake(settings):
            pass
    newer = [sys.executable, "-c", _A_STEP_FOR_ROWS, str(settings.home)]
    subprocess.run(newer, cwd=PROJECT, check=True)
    with pytest.raises(LakeError, match="schema version 99"), open_lake(settings):
        pass


def test_declared_tables_and_columns_that_a_lake_lacks_are_added(
    old: Settings, as_new: list[list[tuple[Any, ...]]]
) -> None:
    """What is added comes last in a lake, wherever it is declared: rows go by name."""
    ingest_files(old, [PAGES], new_run_id())
    straight = Settings(home=old.home.with_name("straight"))
    shutil.copytree(old.home, straight.home)
    with open_lake(old) as lake, lake.lock():
        for column in ("fact_article.edition", "dim_outlet.name_bn", "fact_declared.section"):
            table, _, name = column.partition(".")
            lake.execute(f"ALTER TABLE lake.core.{table} DROP COLUMN {name}")
        lake.execute("DROP TABLE lake.core.bridge_story")
    for settings in (old, straight):
        chain.build(settings, new_run_id())
    assert _described(old) == as_new
    changed = ("fact_article", "dim_outlet", "fact_declared")
    found, expected = facts_of(old), facts_of(straight)
    for name in set(expected) - {*changed, "schema_change"}:
        assert found[name] == expected[name], name
    query = "SELECT * EXCLUDE (edition) FROM lake.core.fact_article ORDER BY ALL"
    assert rows_of(old, query) == rows_of(straight, query)
    query = "SELECT DISTINCT edition FROM lake.core.fact_article WHERE outlet_id = 'ittefaq'"
    assert rows_of(old, query) == rows_of(straight, query)
    assert rows_of(
        old, "SELECT added_columns[1] FROM lake.core.schema_change ORDER BY change_no DESC LIMIT 1"
    ) == [("core.fact_article.edition",)]


def _with_column(column: Column) -> tuple[Table, ...]:
    wider = replace(DIM_SECTION, columns=(*DIM_SECTION.columns, column))
    return tuple(wider if table is DIM_SECTION else table for table in LAKE_TABLES)


def test_a_required_column_needs_a_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(home=tmp_path / "home")
    with open_lake(settings):
        pass
    monkeypatch.setattr(
        schema_version, "LAKE_TABLES", _with_column(Column("mood", Type.STRING, "How it feels."))
    )
    with (
        pytest.raises(LakeError, match=r"lacks core\.dim_section\.mood, .* no step"),
        open_lake(settings),
    ):
        pass

    def apply(connection: duckdb.DuckDBPyConnection) -> None:
        """As DuckLake can: a new table, the rows, and the old one's name."""
        connection.execute(
            "CREATE TABLE lake.core.dim_section_new (section_id VARCHAR NOT NULL, outlet_id "
            "VARCHAR NOT NULL, section VARCHAR NOT NULL, top_section VARCHAR NOT NULL, "
            "mood VARCHAR NOT NULL)"
        )
        connection.execute(
            "INSERT INTO lake.core.dim_section_new BY NAME "
            "SELECT *, 'calm' AS mood FROM lake.core.dim_section"
        )
        connection.execute("DROP TABLE lake.core.dim_section")
        connection.execute("ALTER TABLE lake.core.dim_section_new RENAME TO dim_section")

    monkeypatch.setattr(schema_version, "STEPS", (*STEPS, Step(99, "moods", apply)))
    with open_lake(settings):
        pass
    assert rows_of(
        settings,
        "SELECT is_nullable FROM duckdb_columns() WHERE database_name = 'lake' "
        "AND table_name = 'dim_section' AND column_name = 'mood'",
    ) == [(False,)]
    assert rows_of(settings, "SELECT max(schema_version) FROM lake.core.schema_change") == [(99,)]
