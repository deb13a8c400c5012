"""What every kind of catalog does for the lake, and what all kinds share."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import duckdb

from etl.errors import LakeBusyError
from etl.lake import CATALOG
from etl.schema.derive.ddl import literal

LOCK_WAIT_SECONDS = 600.0

METADATA = f"__ducklake_metadata_{CATALOG}"
"""The name by which DuckLake attaches the catalog's own tables."""

DATA_FILES = """
    SELECT DISTINCT s.path || t.path || f.path
    FROM (
      SELECT table_id, path FROM ducklake_data_file
      UNION ALL SELECT table_id, path FROM ducklake_delete_file
    ) AS f
    JOIN ducklake_table AS t ON t.table_id = f.table_id
    JOIN ducklake_schema AS s ON s.schema_id = t.schema_id
    ORDER BY 1"""
"""Paths of the files of all snapshots, in the SQL of SQLite and Postgres."""

LAKE_ID = "SELECT schema_uuid FROM ducklake_schema WHERE schema_id = 0"
"""The id of the lake, in the same."""

Guard = Callable[[duckdb.DuckDBPyConnection], None]
"""Begins a transaction with what makes its commit fail if another writer's comes between."""


class Catalog(Protocol):
    """One kind of catalog.

    Attributes:
        extension: DuckDB's extension that reads it.
        place: where it is, without a password.
        copy_ending: the ending of its copies' names.
    """

    extension: str
    place: str
    copy_ending: str

    def exists(self) -> bool:
        """Whether there is a lake."""

    def attach(self, connection: duckdb.DuckDBPyConnection, data: str, *, read_only: bool) -> None:
        """Attach the lake as ``lake``; where there is none, and not ``read_only``, create it."""

    def lock(self) -> AbstractContextManager[Guard]:
        """Hold the writer's lock, which ends with its process.

        Returns:
            A context of the guard that transactions under this lock begin with.

        Raises:
            LakeBusyError: another writer held it for ten minutes.
        """

    def lake_id(self) -> str | None:
        """The id of its lake; None where it can't be read."""

    def copy_to(self, target: Path) -> None:
        """Copy it to a file, under the lock.

        Raises:
            LakeError: it can't be copied.
        """

    def copy_from(self, source: Path) -> None:
        """Restore it from such a copy, where it does not exist.

        Raises:
            LakeError: it can't be restored.
        """

    def data_files(self) -> list[str]:
        """Paths of all files that its snapshots need, relative to the data; under the lock.

        Raises:
            LakeError: it can't be read.
        """

    def compact(self) -> None:
        """Overwrite or give back what deleted rows have left; under the lock, none is attached.

        Raises:
            LakeBusyError: a reader keeps old pages for too long.
            LakeConflictError: another process holds it.
        """

    def create_guard(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Create what guards need, once for each lake."""


def attach_lake(
    connection: duckdb.DuckDBPyConnection, address: str, data: str, *options: str
) -> None:
    """ATTACH with the options of every kind of catalog, and these.

    Args:
        connection: gets the lake as ``lake``.
        address: the catalog, as DuckLake's ``ducklake:`` addresses name it.
        data: the folder or the S3 prefix of the data files.
        options: further options of DuckLake's ATTACH, as SQL.
    """
    of_data = (f"DATA_PATH {literal(data)}", "OVERRIDE_DATA_PATH true")
    connection.execute(
        f"ATTACH {literal(f'ducklake:{address}')} AS {CATALOG} ({', '.join((*of_data, *options))})"
    )


def busy_error(place: str) -> LakeBusyError:
    """The error of a writer who has waited long enough."""
    return LakeBusyError(
        f"another writer has held {place} for {LOCK_WAIT_SECONDS:.0f} s: "
        "wait for it or stop it, then run the command again"
    )
