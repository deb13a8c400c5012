"""The catalog in a SQLite file, for one machine."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import duckdb

from etl.errors import LakeBusyError, LakeError, transient_lake_error
from etl.lake.catalogs.base import (
    DATA_FILES,
    LAKE_ID,
    LOCK_WAIT_SECONDS,
    Guard,
    attach_lake,
    busy_error,
)
from etl.storage.locks import exclusive_lock

_FILE = "catalog.sqlite"
_COMPACT_WAIT_SECONDS = 60.0


class SqliteCatalog:
    """A file under home, for one machine.

    Attributes:
        file: the catalog's file.
    """

    extension = "sqlite_scanner"
    copy_ending = ".sqlite"

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

    def lake_id(self) -> str | None:
        """The id of its lake; None where it can't be read."""
        return catalog_id(self.file)

    def copy_to(self, target: Path) -> None:
        """Copy the file consistently, also while it is read."""
        try:
            with (
                closing(sqlite3.connect(self.file)) as source,
                closing(sqlite3.connect(target)) as copy,
            ):
                source.backup(copy)
        except sqlite3.Error as error:
            raise self._unreadable(error) from error

    def copy_from(self, source: Path) -> None:
        """Put a copy in its place."""
        self._folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, self.file)

    def data_files(self) -> list[str]:
        """Paths of all files that its snapshots need, relative to the data."""
        try:
            with closing(sqlite3.connect(f"{self.file.as_uri()}?mode=ro", uri=True)) as session:
                return [path for (path,) in session.execute(DATA_FILES)]
        except sqlite3.Error as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: sqlite3.Error) -> LakeError:
        return LakeError(f"the lake at {self.place}: {error}\n`khobor doctor` examines it")

    def compact(self) -> None:
        """Write the file again without free pages, and empty the write-ahead log.

        Raises:
            LakeBusyError: a reader kept the log for a minute.
        """
        try:
            with closing(sqlite3.connect(self.file, timeout=_COMPACT_WAIT_SECONDS)) as session:
                session.execute("VACUUM")
                is_busy, *_ = session.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error as error:
            what = f"the lake at {self.place}"
            raise transient_lake_error(what, str(error)) or self._unreadable(error) from error
        if is_busy:
            raise LakeBusyError(
                f"a reader has held {self.file} for {_COMPACT_WAIT_SECONDS:.0f} s, so that its log "
                "still has what was deleted: end the reader, then run the command again"
            )

    def create_guard(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Create nothing: the operating system's lock can't be lost while its process lives."""


def catalog_id(path: Path) -> str | None:
    """The id of the lake of a catalog's file, or of one in a folder; None if it has none."""
    file = path / _FILE if path.is_dir() else path
    row = _first_row(f"{file.as_uri()}?mode=ro", file, LAKE_ID)
    return str(row[0]) if row else None


def id_of_copy(file: Path) -> str | None:
    """The id of the lake of a catalog's copy; None if it has none."""
    row = _first_row(_unchanging(file), file, LAKE_ID)
    return str(row[0]) if row else None


def snapshot_of_copy(file: Path) -> int:
    """The latest snapshot of a catalog's copy; -1 if it can't be read."""
    row = _first_row(_unchanging(file), file, "SELECT max(snapshot_id) FROM ducklake_snapshot")
    return int(row[0]) if row and row[0] is not None else -1


def copies_by_age(folder: Path) -> list[Path]:
    """Copies of the catalog, the newest first.

    By their snapshots: names and times are by a clock that may have been set back.
    """
    copies = sorted(folder.glob("*.sqlite"), reverse=True)
    return sorted(copies, key=snapshot_of_copy, reverse=True)


def _unchanging(file: Path) -> str:
    """The address of a copy, which nobody writes: without a log and its index next to it."""
    return f"{file.as_uri()}?immutable=1"


def _first_row(address: str, file: Path, query: str) -> tuple[Any, ...] | None:
    """The first row of a query; None where there is none, or the file can't be read."""
    if not file.exists():
        return None
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=5)) as session:
            row: tuple[Any, ...] | None = session.execute(query).fetchone()
    except sqlite3.Error:
        return None
    return row


def _no_guard(connection: duckdb.DuckDBPyConnection) -> None:
    """Let the transaction begin with nothing, for the same reason."""
