"""Where the lake's catalog lies, SQLite or Postgres: attaching it, and one writer at a time.

DuckLake has no unique keys, so two writers that merge the same new rows would both commit. On
SQLite a lock of the operating system keeps them apart. On Postgres an advisory lock does, over
machines, and a guard row does where the lock is lost: see ``etl.lake.catalogs.postgres``.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Protocol

import duckdb

from etl.errors import LakeBusyError
from etl.lake.transaction import CATALOG
from etl.schema.derive.ddl import literal
from etl.settings import Settings

LOCK_WAIT_SECONDS = 600.0


class Catalog(Protocol):
    """One kind of catalog. ``place`` says where it lies, without a password."""

    extension: str
    place: str

    def exists(self) -> bool:
        """Whether there is a lake."""

    def attach(self, engine: duckdb.DuckDBPyConnection, data: str, *, read_only: bool) -> None:
        """Attach the lake as ``lake``; where there is none, and not ``read_only``, make it."""

    @contextmanager
    def lock(self) -> Iterator[None]:
        """One writer at a time; the lock goes with its process."""

    def create_guard(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Make what ``guard`` needs, once for each lake."""

    def guard(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Let this transaction's commit fail if another writer's comes between."""


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

    def attach(self, engine: duckdb.DuckDBPyConnection, data: str, *, read_only: bool) -> None:
        """Attach the file in WAL mode."""
        mode = "READ_ONLY" if read_only else "META_JOURNAL_MODE 'WAL'"
        attach_lake(engine, f"sqlite:{self.file}", data, "META_BUSY_TIMEOUT 5000", mode)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """The operating system's lock on a file.

        :raises LakeBusyError: another writer held it for ten minutes.
        """
        path = self._folder / "writer.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        deadline = time.monotonic() + LOCK_WAIT_SECONDS
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            while True:
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise busy(str(path)) from None
                    time.sleep(0.05)
            yield
        finally:
            os.close(descriptor)

    def create_guard(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Nothing: the operating system's lock can't be lost while its process lives."""

    def guard(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Nothing, for the same reason."""


def attach_lake(engine: duckdb.DuckDBPyConnection, address: str, data: str, *options: str) -> None:
    """ATTACH with what every kind of catalog is attached with, and these options."""
    of_data = (f"DATA_PATH {literal(data)}", "OVERRIDE_DATA_PATH true")
    engine.execute(
        f"ATTACH {literal(f'ducklake:{address}')} AS {CATALOG} ({', '.join((*of_data, *options))})"
    )


def busy(place: str) -> LakeBusyError:
    """The error of a writer who has waited long enough."""
    return LakeBusyError(
        f"another writer has held {place} for {LOCK_WAIT_SECONDS:.0f} s: "
        "wait for it or stop it, then run the command again"
    )


@cache
def catalog_of(settings: Settings) -> Catalog:
    """The catalog that the settings name; one object each, as it knows the lock it holds."""
    if not settings.is_catalog_on_postgres:
        return SqliteCatalog(settings.lake_folder)
    from etl.lake.catalogs.postgres import PostgresCatalog  # the driver takes 0.1 s to import

    return PostgresCatalog(settings.catalog_parts)
