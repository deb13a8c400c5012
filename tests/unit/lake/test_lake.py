"""An open lake: commits need the writer's lock, and are complete or absent."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from etl.errors import LakeBusyError, LakeError
from etl.lake.catalogs import sqlite
from etl.lake.catalogs.factory import catalog_of
from etl.lake.connection import open_lake
from etl.lake.lake import Lake
from etl.lake.relations import Relations
from etl.settings import Settings

_SOURCE = "INSERT INTO lake.core.dim_source VALUES ('x', 'x', 'x', 'x')"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


@pytest.fixture
def lake(settings: Settings) -> Iterator[Lake]:
    with open_lake(settings) as lake:
        yield lake


def _sources(lake: Lake) -> int:
    row = lake.execute("SELECT count(*) FROM lake.core.dim_source").fetchone()
    assert row is not None
    return int(row[0])


def test_a_commit_carries_its_message(lake: Lake) -> None:
    with lake.write("a source"):
        lake.execute(_SOURCE)
    messages = lake.execute("SELECT commit_message FROM lake.snapshots()").fetchall()
    assert ("a source",) in messages
    assert _sources(lake) == 1


def test_a_block_that_raises_commits_nothing(lake: Lake) -> None:
    def write() -> None:
        with lake.write("a source"):
            lake.execute(_SOURCE)
            raise RuntimeError("the first error")

    with pytest.raises(RuntimeError, match="first"):
        write()
    assert _sources(lake) == 0
    with lake.write("a source"):
        lake.execute(_SOURCE)
    assert _sources(lake) == 1


def test_a_transaction_without_the_lock_is_refused(lake: Lake) -> None:
    with lake.lock(), lake.transaction("a source"):
        lake.execute(_SOURCE)
    with (
        pytest.raises(LakeError, match="needs the writer's lock"),
        lake.transaction("another"),
    ):
        lake.execute(_SOURCE)
    assert _sources(lake) == 1


def test_a_writer_who_has_waited_long_enough_names_the_lock(
    lake: Lake, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "LOCK_WAIT_SECONDS", 0.1)
    with (
        catalog_of(settings).lock(),
        pytest.raises(LakeBusyError, match=r"another writer has held .*writer\.lock"),
        lake.lock(),
    ):
        pass
    with lake.lock():
        pass


def _relations(lake: Lake) -> list[str]:
    """Names of temporary tables and of registered views."""
    rows = lake.execute(
        "SELECT table_name FROM duckdb_tables() WHERE temporary "
        "UNION ALL SELECT view_name FROM duckdb_views() WHERE temporary AND NOT internal"
    ).fetchall()
    return [name for (name,) in rows]


def test_relations_are_dropped_at_the_end_of_their_block(lake: Lake) -> None:
    with Relations(lake.connection) as relations:
        relations.register("given", pa.table({"number": [1, 2]}))
        relations.create("more", "SELECT number + 1 AS number FROM given")
        assert sorted(_relations(lake)) == ["given", "more"]
    assert _relations(lake) == []


def test_relations_of_a_failed_commit_are_dropped_and_its_error_is_raised(lake: Lake) -> None:
    def write() -> None:
        with lake.write("a source"), Relations(lake.connection) as relations:
            relations.register_ids("given", ["a"])
            relations.create("more", "FROM given")
            lake.execute("SELECT absent FROM more")

    with pytest.raises(duckdb.BinderException, match="absent"):
        write()
    assert _relations(lake) == []
