"""The DuckLake: making, attaching, migrating and locking it, and transactions over it."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import duckdb

from etl.errors import LakeBusyError, LakeConflictError, LakeError
from etl.load import form
from etl.load.commit import CATALOG, transaction
from etl.schema.ddl import literal
from etl.settings import Settings

__all__ = ["CATALOG", "open_lake", "transaction", "writer_lock"]

_EXTENSIONS = ("ducklake", "sqlite_scanner")
_LOCK_WAIT_SECONDS = 600.0


@contextmanager
def open_lake(
    settings: Settings, *, read_only: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the lake attached as ``lake``; the session's time zone is UTC.

    A lake that is not there yet is made, unless ``read_only``; one that an older release made is
    migrated. One lake is open at a time in a process.

    :raises LakeError: there is no lake to read, it can't be opened, or a newer release made it.
    """
    catalog = settings.lake_folder / "catalog.sqlite"
    if read_only and not catalog.exists():
        raise LakeError(f"no lake at {settings.lake_folder}: run `khobor run PATH` first")
    connection = _engine().cursor()
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"SET threads = {settings.workers}")
        if catalog.exists():
            _attach(connection, catalog, settings.lake_data, read_only=read_only)
        else:
            with writer_lock(settings):
                _attach(connection, catalog, settings.lake_data, read_only=False)
        if not _is_ready(connection, settings, read_only=read_only):
            _prepare(connection, settings, catalog, read_only=read_only)
        yield connection
    except duckdb.Error as error:
        raise _translated(error, settings) from error
    finally:
        connection.close()
        _engine().execute(f"DETACH DATABASE IF EXISTS {CATALOG}")


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """The process's DuckDB, with the signed extensions that came with the packages.

    Kept, because checking the extensions' signatures takes 0.7 s of CPU each time.
    """
    engine = duckdb.connect(
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    )
    for name in _EXTENSIONS:
        spec = find_spec(f"duckdb_extension_{name}")
        if spec is None or not spec.submodule_search_locations:
            raise LakeError(f"DuckDB's extension {name} is not installed: run `make setup`")
        folder = Path(spec.submodule_search_locations[0])
        path = folder / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
        engine.execute(f"LOAD {literal(str(path))}")
    return engine


def _attach(
    connection: duckdb.DuckDBPyConnection, catalog: Path, data_path: str, *, read_only: bool
) -> None:
    options = [
        f"DATA_PATH {literal(data_path)}",
        "OVERRIDE_DATA_PATH true",
        "META_BUSY_TIMEOUT 5000",
        "READ_ONLY" if read_only else "META_JOURNAL_MODE 'WAL'",
    ]
    connection.execute(
        f"ATTACH {literal(f'ducklake:sqlite:{catalog}')} AS {CATALOG} ({', '.join(options)})"
    )


def _is_ready(
    connection: duckdb.DuckDBPyConnection, settings: Settings, *, read_only: bool
) -> bool:
    """Whether the lake has the declared form, and for writing its options too.

    :raises LakeError: a newer release made it.
    """
    found = form.read_form(connection)
    form.check_form(found, settings.lake_folder)
    return form.is_as_declared(found) and (read_only or form.has_options(connection))


def _prepare(
    connection: duckdb.DuckDBPyConnection, settings: Settings, catalog: Path, *, read_only: bool
) -> None:
    """Make the lake's tables, or complete or migrate them, under the lock; then open it again.

    A connection that has changed a column's type gives internal errors afterwards.
    """
    with writer_lock(settings):
        if read_only:
            _attach_again(connection, settings, catalog, read_only=False)
        found = form.read_form(connection)
        if not found.version:
            form.make(connection)
        elif not form.is_as_declared(found):
            form.migrate(connection, found)
        if not form.has_options(connection):
            form.set_options(connection)
    _attach_again(connection, settings, catalog, read_only=read_only)


def _attach_again(
    connection: duckdb.DuckDBPyConnection, settings: Settings, catalog: Path, *, read_only: bool
) -> None:
    connection.execute(f"DETACH {CATALOG}")
    _attach(connection, catalog, settings.lake_data, read_only=read_only)


@contextmanager
def writer_lock(settings: Settings) -> Iterator[None]:
    """One writer at a time: DuckLake has no unique keys that would stop two.

    The lock is the operating system's and goes with its process.

    :raises LakeBusyError: another writer held it for ten minutes.
    """
    path = settings.lake_folder / "writer.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + _LOCK_WAIT_SECONDS
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise LakeBusyError(
                        f"another writer has held {path} for {_LOCK_WAIT_SECONDS:.0f} s: "
                        "wait for it or stop it, then run the command again"
                    ) from None
                time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)


def _translated(error: duckdb.Error, settings: Settings) -> LakeError | LakeConflictError:
    text = str(error).strip().splitlines()[0]
    if "database is locked" in text or "Transaction conflict" in text:
        return LakeConflictError(f"the lake at {settings.lake_folder} is busy: {text}")
    return LakeError(
        f"the lake at {settings.lake_folder}: {text}\n"
        "`khobor doctor` examines it; nothing that was committed is changed"
    )
