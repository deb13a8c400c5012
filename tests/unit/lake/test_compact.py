"""A catalog without what deleted rows have left, or a plain word on who keeps it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from etl.errors import LakeBusyError, LakeConflictError
from etl.lake.catalogs import sqlite
from etl.lake.catalogs.sqlite import SqliteCatalog

WORD = "ঝিকিমিকিশব্দ"


@pytest.fixture
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SqliteCatalog:
    """A file with deleted rows in its free pages and in its log."""
    monkeypatch.setattr(sqlite, "_COMPACT_WAIT_SECONDS", 0.1)
    found = SqliteCatalog(tmp_path)
    with closing(sqlite3.connect(found.file, isolation_level=None)) as session:
        session.execute("PRAGMA journal_mode = WAL")
        session.execute("PRAGMA secure_delete = OFF")
        session.execute("CREATE TABLE deleted (text VARCHAR)")
        session.executemany("INSERT INTO deleted VALUES (?)", [(WORD * 50,)] * 500)
        session.execute("DELETE FROM deleted")
    return found


def _has_word(catalog: SqliteCatalog) -> bool:
    return any(WORD.encode() in path.read_bytes() for path in catalog.file.parent.iterdir())


def test_nothing_of_deleted_rows_is_left(catalog: SqliteCatalog) -> None:
    assert _has_word(catalog)
    catalog.compact()
    assert not _has_word(catalog)


def test_a_reader_who_keeps_the_log_is_told_of(catalog: SqliteCatalog) -> None:
    with closing(sqlite3.connect(catalog.file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM deleted").fetchone()
        with pytest.raises(LakeBusyError, match="end the reader"):
            catalog.compact()
    catalog.compact()
    assert not _has_word(catalog)


def test_another_writer_is_told_of(catalog: SqliteCatalog) -> None:
    with closing(sqlite3.connect(catalog.file, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(LakeConflictError, match="locked"):
            catalog.compact()
        writer.execute("ROLLBACK")
