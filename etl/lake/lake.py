"""An open lake: SQL on it, and commits by one writer at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from etl.errors import LakeError
from etl.lake import CATALOG
from etl.lake.catalogs.base import Catalog, Guard
from etl.lake.transaction import transaction


class Lake:
    """A lake while it is open: what ``etl.lake.connection.open_lake`` gives.

    Attributes:
        connection: has the lake attached as ``lake``; its time zone is UTC.
        place: where the catalog is, without a password.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, catalog: Catalog) -> None:
        self.connection = connection
        self.place = catalog.place
        self._catalog = catalog
        self._guard: Guard | None = None

    def execute(self, query: str, parameters: object = None) -> duckdb.DuckDBPyConnection:
        """Execute a query on the connection; fetch from what it returns."""
        return self.connection.execute(query, parameters)

    def snapshot(self) -> int:
        """The id of the snapshot that is read: each commit makes the next, whatever the clock."""
        row = self.execute(f"SELECT id FROM {CATALOG}.current_snapshot()").fetchone()
        return int(row[0]) if row else 0

    @contextmanager
    def write(self, message: str) -> Iterator[None]:
        """Commit all that a block writes, under the writer's lock, or nothing where it raises.

        Args:
            message: the commit's, for ``lake.snapshots()``.

        Raises:
            LakeBusyError: another writer held the lock for ten minutes.
            LakeConflictError: another writer's commit came between.
        """
        with self.lock(), self.transaction(message):
            yield

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the writer's lock, to read what a commit depends on, then commit it.

        DuckLake has no unique keys that would stop two writers.

        Raises:
            LakeBusyError: another writer held it for ten minutes.
        """
        with self._catalog.lock() as guard:
            self._guard = guard
            try:
                yield
            finally:
                self._guard = None

    @contextmanager
    def transaction(self, message: str) -> Iterator[None]:
        """Commit all that a block writes, or nothing where it raises; under ``lock``.

        Args:
            message: the commit's, for ``lake.snapshots()``.

        Raises:
            LakeError: the writer's lock is not held.
            LakeConflictError: another writer's commit came between.
        """
        if self._guard is None:
            raise LakeError("a transaction on the lake needs the writer's lock")
        with transaction(self.connection):
            self._guard(self.connection)
            yield
            self.execute(f"CALL {CATALOG}.set_commit_message('khobor', ?)", [message])
