"""The DuckLake: making, attaching, migrating and locking it, and transactions over it."""

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import duckdb

from etl.errors import DiskFullError, KhoborError, LakeError, transient_lake_error
from etl.lake import schema_version
from etl.lake.catalogs.sqlite import Catalog, catalog_of
from etl.lake.transaction import CATALOG, guarded, transaction
from etl.schema.derive.ddl import literal
from etl.settings import Settings
from etl.storage.temp_directory import spill_under

__all__ = ["CATALOG", "open_lake", "transaction", "writer_lock"]

_LEAST_ROOM_BYTES = 1_000_000
# DuckLake keeps what it has read of each snapshot, 18 MB after a hundred commits, and memory frays
# (https://github.com/duckdb/ducklake/issues/1018).
_OPENINGS_OF_ONE_ENGINE = 40
_openings = count(1)
# By place and way of opening: DuckLake's schema version at which a lake had its declared form.
_ready_at: dict[tuple[str, bool], int] = {}


@contextmanager
def open_lake(
    settings: Settings, *, read_only: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the lake attached as ``lake``; the session's time zone is UTC.

    A lake that is not there yet is made, unless ``read_only``; one that an older release made is
    migrated. One lake is open at a time in a process.

    :raises LakeError: there is no lake to read, it can't be opened, or a newer release made it.
    """
    catalog = catalog_of(settings)
    is_there = catalog.exists()
    if read_only and not is_there:
        raise LakeError(f"no lake at {catalog.place}: run `khobor run PATH` first")
    extensions = ["ducklake", catalog.extension, *(["httpfs"] if settings.is_data_on_s3 else [])]
    engine = _engine(tuple(extensions))
    connection = engine.cursor()
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"SET threads = {settings.workers}")
        spill_under(connection, settings.home)
        if settings.is_data_on_s3:
            _set_s3_secret(connection, settings)
        if is_there:
            catalog.attach(connection, settings.lake_data, read_only=read_only)
        else:
            with catalog.lock():
                catalog.attach(connection, settings.lake_data, read_only=False)
        if not _is_ready(connection, catalog, read_only=read_only):
            _prepare(connection, settings, catalog, read_only=read_only)
        with guarded(connection, catalog.guard):
            yield connection
    except duckdb.Error as error:
        raise _translated(error, settings, catalog.place) from error
    finally:
        connection.close()
        engine.execute(f"DETACH DATABASE IF EXISTS {CATALOG}")
        if next(_openings) % _OPENINGS_OF_ONE_ENGINE == 0:
            _engine.cache_clear()
            engine.close()


@cache
def _engine(extensions: tuple[str, ...]) -> duckdb.DuckDBPyConnection:
    """The process's DuckDB, with the signed extensions that came with the packages.

    Kept for some openings, because checking the extensions' signatures takes 0.7 s of CPU.
    """
    engine = duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            # Of local files the system keeps what is read again; a copy more grows with the lake.
            "enable_external_file_cache": "httpfs" in extensions,
            # What a statement has used goes back to the system; by default 128 MB stay.
            "allocator_flush_threshold": "4MB",
            # For the newest few rows DuckDB would list and open a table's files twice.
            "late_materialization_max_rows": 0,
        }
    )
    for name in extensions:
        spec = find_spec(f"duckdb_extension_{name}")
        if spec is None or not spec.submodule_search_locations:
            raise LakeError(f"DuckDB's extension {name} is not installed: run `make setup`")
        folder = Path(spec.submodule_search_locations[0])
        path = folder / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
        engine.execute(f"LOAD {literal(str(path))}")
    return engine


def _is_ready(connection: duckdb.DuckDBPyConnection, catalog: Catalog, *, read_only: bool) -> bool:
    """Whether the lake has the declared form, and for writing its options too.

    What this process has seen once it looks at again only when DuckLake counts a change: a newer
    release may have come meanwhile.

    :raises LakeError: a newer release made it.
    """
    counted = schema_version.changes_counted(connection)
    if _ready_at.get((catalog.place, read_only)) == counted:
        return True
    found = schema_version.read_form(connection)
    schema_version.check_form(found, catalog.place)
    if not (
        schema_version.is_as_declared(found)
        and (read_only or schema_version.has_options(connection))
    ):
        return False
    _ready_at[catalog.place, read_only] = counted
    return True


def _prepare(
    connection: duckdb.DuckDBPyConnection, settings: Settings, catalog: Catalog, *, read_only: bool
) -> None:
    """Make the lake's tables, or complete or migrate them, under the lock; then open it again.

    A connection that has changed a column's type gives internal errors afterwards.
    """
    with catalog.lock(), guarded(connection, catalog.guard):
        if read_only:
            _attach_again(connection, settings, catalog, read_only=False)
        catalog.create_guard(connection)
        found = schema_version.read_form(connection)
        if not found.version:
            schema_version.make(connection)
        elif not schema_version.is_as_declared(found):
            schema_version.migrate(connection, found)
        if not schema_version.has_options(connection):
            schema_version.set_options(connection)
    _attach_again(connection, settings, catalog, read_only=read_only)


def _attach_again(
    connection: duckdb.DuckDBPyConnection, settings: Settings, catalog: Catalog, *, read_only: bool
) -> None:
    connection.execute(f"DETACH {CATALOG}")
    catalog.attach(connection, settings.lake_data, read_only=read_only)


def writer_lock(settings: Settings) -> AbstractContextManager[None]:
    """One writer at a time: DuckLake has no unique keys that would stop two.

    :raises LakeBusyError: another writer held it for ten minutes.
    """
    return catalog_of(settings).lock()


def _set_s3_secret(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Let DuckDB read and write the lake's data on S3; the keys stay in a secret."""
    values = {
        "KEY_ID": settings.s3_key_id.get_secret_value(),
        "SECRET": settings.s3_secret.get_secret_value(),
        "REGION": settings.s3_region,
        "SCOPE": settings.lake_data,
    }
    if settings.s3_endpoint:
        scheme, _, host = settings.s3_endpoint.partition("://")
        values |= {"ENDPOINT": host, "URL_STYLE": "path", "USE_SSL": str(scheme == "https")}
    named = ", ".join(f"{name} {literal(value)}" for name, value in values.items())
    connection.execute(f"CREATE OR REPLACE SECRET khobor_data (TYPE s3, {named})")


def _translated(error: duckdb.Error, settings: Settings, place: str) -> KhoborError:
    text = settings.without_secrets(" ".join(str(error).split()))
    if "disk I/O error" in text and not _has_room(settings.lake_folder):
        # SQLite tells of its shared memory, which can't grow, as of any other failure.
        return DiskFullError(f"the lake at {place}")
    return transient_lake_error(f"the lake at {place}", text) or LakeError(
        f"the lake at {place}: {text}\n"
        "`khobor doctor` examines it; nothing that was committed is changed"
    )


def _has_room(folder: Path) -> bool:
    return shutil.disk_usage(folder).free > _LEAST_ROOM_BYTES
