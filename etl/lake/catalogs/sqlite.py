"""The catalog in a SQLite file, for one machine."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb

from etl.lake.catalogs.base import LOCK_WAIT_SECONDS, Guard, attach_lake, busy_error
from etl.settings import Settings
from etl.storage.locks import exclusive_lock

TEMPORARY = ".tmp"
"""In names of copies that are not complete."""

_FILE = "catalog.sqlite"


class SqliteCatalog:
    """A file under home, for one machine.

    Attributes:
        file: the catalog's file.
    """

    extension = "sqlite_scanner"

    def __init__(self, folder: Path) -> None:
        self.place = str(folder)
        self._folder = folder
        self.file = folder / _FILE

    def exists(self) -> bool:
        """Whether the file is there, and not empty."""
        return self.file.exists() and self.file.stat().st_size > 0

    def attach(self, connection: duckdb.DuckDBPyConnection, data: str, *, read_only: bool) -> None:
        """Attach the file in WAL mode."""
        mode = "READ_ONLY" if read_only else "META_JOURNAL_MODE 'WAL'"
        attach_lake(connection, f"sqlite:{self.file}", data, "META_BUSY_TIMEOUT 5000", mode)

    @contextmanager
    def lock(self) -> Iterator[Guard]:
        """Hold the operating system's lock on a file.

        Raises:
            LakeBusyError: another writer held it for ten minutes.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / "writer.lock"
        with exclusive_lock(path, wait_seconds=LOCK_WAIT_SECONDS, busy=busy_error(str(path))):
            yield _no_guard

    def create_guard(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Create nothing: the operating system's lock can't be lost while its process lives."""


def copy_catalog(settings: Settings, folder: Path, name: str) -> None:
    """Copy the catalog consistently while it is in use; nothing is done where it is in Postgres.

    A copy of that name is complete: it is written under another and renamed.
    """
    if settings.is_catalog_on_postgres:
        return
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"{name}{TEMPORARY}"
    with (
        closing(sqlite3.connect(SqliteCatalog(settings.lake_folder).file)) as source,
        closing(sqlite3.connect(unfinished)) as copy,
    ):
        source.backup(copy)
    unfinished.replace(folder / f"{name}.sqlite")


def catalog_id(path: Path) -> str | None:
    """The id of the lake of a catalog's file, or of one in a folder; None if it has none."""
    file = path / _FILE if path.is_dir() else path
    if not file.exists():
        return None
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=5)) as session:
            row = session.execute(
                "SELECT schema_uuid FROM ducklake_schema WHERE schema_id = 0"
            ).fetchone()
    except sqlite3.Error:
        return None
    return row[0] if row else None


def _no_guard(connection: duckdb.DuckDBPyConnection) -> None:
    """Let the transaction begin with nothing, for the same reason."""
