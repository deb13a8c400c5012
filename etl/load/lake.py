"""The DuckLake: making, attaching and locking it, and transactions over it."""

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
from etl.schema.core import TABLES
from etl.schema.ddl import create_table, literal
from etl.settings import Settings

CATALOG = "lake"
_EXTENSIONS = ("ducklake", "sqlite_scanner")
# Rows of one commit to an `inlined` table that stay in the catalog instead of a Parquet file:
# 1,000 kept 200 small commits out of Parquet, and queries three times faster.
_INLINED_ROWS = 1_000
# At its default level zstd takes 300 news pages (75 MB) to 0.88 of gzip -9's size in 0.16 of its
# time; level 9 to 0.73, but at 7 ms a page, half of what extraction costs.
_COMPRESSION = "zstd"
_LOCK_WAIT_SECONDS = 600.0


@contextmanager
def open_lake(
    settings: Settings, *, read_only: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the lake attached as ``lake``; the session's time zone is UTC.

    A lake that is not there yet is made, unless ``read_only``. One lake is open at a time in a
    process.

    :raises LakeError: there is no lake to read, or it can't be opened.
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
        if not read_only and not _is_complete(connection):
            with writer_lock(settings):
                _create_tables(connection)
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


def _is_complete(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether making the lake came to its end: the compression is set last."""
    return (
        connection.execute(
            f"SELECT 1 FROM {CATALOG}.options() WHERE option_name = 'parquet_compression'"
        ).fetchone()
        is not None
    )


def _create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """All tables in one commit, then their storage options; a broken-off making is completed."""
    present = connection.execute(
        "SELECT 1 FROM duckdb_tables() WHERE database_name = ? LIMIT 1", [CATALOG]
    ).fetchone()
    if present is None:
        with transaction(connection, "create"):
            for schema in dict.fromkeys(table.schema for table in TABLES):
                connection.execute(f"CREATE SCHEMA {CATALOG}.{schema}")
            for table in TABLES:
                for statement in create_table(table, CATALOG):
                    connection.execute(statement)
    # DuckLake takes options of a table only once the table is committed.
    for table in TABLES:
        rows = _INLINED_ROWS if table.inlined else 0
        connection.execute(
            f"CALL {CATALOG}.set_option('data_inlining_row_limit', {rows}, "
            f"schema => {literal(table.schema)}, table_name => {literal(table.name)})"
        )
    connection.execute(f"CALL {CATALOG}.set_option('parquet_compression', '{_COMPRESSION}')")


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection, message: str = "") -> Iterator[None]:
    """All or nothing. Any exception rolls back and goes on up.

    DuckLake's COMMIT answers OK after a failed statement, so no error may be swallowed inside.
    """
    connection.execute("BEGIN")
    try:
        yield
        if message:
            connection.execute(f"CALL {CATALOG}.set_commit_message('khobor', ?)", [message])
        connection.execute("COMMIT")
    except BaseException:
        _roll_back(connection)
        raise


def _roll_back(connection: duckdb.DuckDBPyConnection) -> None:
    try:
        connection.execute("ROLLBACK")
    except duckdb.Error:
        # The failed COMMIT has ended the transaction already; the first error is the one to tell.
        return


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
    return LakeError(f"the lake at {settings.lake_folder}: {text}")
