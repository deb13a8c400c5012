"""The catalog in a SQLite file, for one machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from etl.lake.catalogs.base import LOCK_WAIT_SECONDS, Guard, attach_lake, busy_error
from etl.storage.locks import exclusive_lock


class SqliteCatalog:
    """A file under home, for one machine."""

    extension = "sqlite_scanner"

    def __init__(self, folder: Path) -> None:
        self.place = str(folder)
        self._folder = folder
        self.file = folder / "catalog.sqlite"

    def exists(self) -> bool:
        """Whether the file is there."""
        return self.file.exists()

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


def _no_guard(connection: duckdb.DuckDBPyConnection) -> None:
    """Let the transaction begin with nothing, for the same reason."""
