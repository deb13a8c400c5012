"""Opening a lake: attached, created or migrated where that is needed."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from etl.errors import (
    DiskFullError,
    KhoborError,
    LakeError,
    LakeOutdatedError,
    transient_lake_error,
)
from etl.lake import CATALOG, schema_version
from etl.lake.catalogs.base import Catalog
from etl.lake.catalogs.factory import catalog_of
from etl.lake.engine import EnginePool
from etl.lake.identity import DataCheck, check_nothing_remains
from etl.lake.lake import Lake
from etl.schema.derive.ddl import literal
from etl.settings import Settings
from etl.storage.temp_directory import set_temp_directory

_LEAST_ROOM_BYTES = 1_000_000

# What all openings of a process share.
_ENGINES = EnginePool()
_DATA_CHECK = DataCheck()
_SCHEMA_CHECK = schema_version.SchemaCheck()


@contextmanager
def open_lake(
    settings: Settings, *, read_only: bool = False, replaces_lost: bool = False
) -> Iterator[Lake]:
    """Open the lake, which is attached as ``lake``; the session's time zone is UTC.

    A lake that does not exist is created, and one that an older release created is migrated, unless
    ``read_only``. One lake is open at a time in a process.

    Args:
        settings: name the catalog and the data.
        read_only: nothing will be written.
        replaces_lost: create the lake also where data or builds of a lost one are, and take them.

    Raises:
        LakeLostError: there is no catalog, and data, copies or builds of a lake are there.
        LakeDataError: the data are not this lake's.
        LakeOutdatedError: an older release created it, and nothing may be written.
        LakeError: there is no lake to read, it can't be opened, or a newer release created it.
    """
    catalog = catalog_of(settings)
    if read_only and not catalog.exists():
        check_nothing_remains(settings, catalog.place)
        raise LakeError(f"no lake at {catalog.place}: run `khobor run PATH` first")
    extensions = ("ducklake", catalog.extension, *(["httpfs"] if settings.is_data_on_s3 else []))
    with _ENGINES.connect(extensions) as connection:
        try:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(f"SET threads = {settings.workers}")
            set_temp_directory(connection, settings.home)
            if settings.is_data_on_s3:
                _set_s3_secret(connection, settings)
            if catalog.exists():
                catalog.attach(connection, settings.lake_data, read_only=read_only)
            else:
                _create(connection, settings, catalog, replaces_lost=replaces_lost)
            lake = Lake(connection, catalog)
            if not replaces_lost:
                _DATA_CHECK.check(lake, settings)
            if not _SCHEMA_CHECK.is_ready(lake, read_only=read_only):
                if read_only:
                    raise LakeOutdatedError(
                        f"the lake at {catalog.place} is of an older release: run `khobor upgrade`,"
                        " which copies its catalog first"
                    )
                _prepare(lake, settings, catalog, replaces_lost=replaces_lost)
            if not read_only:
                _DATA_CHECK.mark(lake, settings, replace=replaces_lost)
            yield lake
        except duckdb.Error as error:
            raise _translated(error, settings, catalog.place) from error


def _create(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    catalog: Catalog,
    *,
    replaces_lost: bool,
) -> None:
    """Create a catalog without tables and attach it, where nothing of another lake is."""
    with catalog.lock():
        if not catalog.exists() and not replaces_lost:
            check_nothing_remains(settings, catalog.place)
        catalog.attach(connection, settings.lake_data, read_only=False)


def pending_changes(settings: Settings) -> tuple[str, ...]:
    """What a lake of an older release lacks, in words; nothing is changed.

    Raises:
        LakeError: there is no lake, it can't be opened, or a newer release created it.
    """
    catalog = catalog_of(settings)
    if not catalog.exists():
        raise LakeError(f"no lake at {catalog.place}: run `khobor run PATH` first")
    extensions = ("ducklake", catalog.extension, *(["httpfs"] if settings.is_data_on_s3 else []))
    with _ENGINES.connect(extensions) as connection:
        try:
            if settings.is_data_on_s3:
                _set_s3_secret(connection, settings)
            catalog.attach(connection, settings.lake_data, read_only=True)
            return schema_version.missing(Lake(connection, catalog))
        except duckdb.Error as error:
            raise _translated(error, settings, catalog.place) from error


def _prepare(lake: Lake, settings: Settings, catalog: Catalog, *, replaces_lost: bool) -> None:
    """Create the lake's tables, or complete or migrate them, under the lock; then attach it again.

    A connection that has changed a column's type gives internal errors afterwards. The catalog of a
    lake that has tables already is copied first.
    """
    with lake.lock():
        version = schema_version.read_schema(lake).version
        if version and schema_version.missing(lake):
            _copy_before_migration(settings, catalog, f"{version}-{lake.snapshot()}")
        elif not (replaces_lost or version):
            check_nothing_remains(settings, catalog.place)
        catalog.create_guard(lake.connection)
        schema_version.prepare(lake)
        _DATA_CHECK.mark(lake, settings, replace=replaces_lost)
    lake.execute(f"DETACH {CATALOG}")
    catalog.attach(lake.connection, settings.lake_data, read_only=False)


def _copy_before_migration(settings: Settings, catalog: Catalog, name: str) -> None:
    """Copy the catalog, so that a migration can be taken back; Postgres has its own backups."""
    if settings.is_catalog_on_postgres:
        return
    settings.before_upgrades.mkdir(parents=True, exist_ok=True)
    catalog.copy_to(settings.before_upgrades / f"{name}{catalog.copy_ending}")


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
        # SQLite reports that its shared memory can't grow as it reports any other failure.
        return DiskFullError(f"the lake at {place}")
    return transient_lake_error(f"the lake at {place}", text) or LakeError(
        f"the lake at {place}: {text}\n"
        "`khobor doctor` examines it; nothing that was committed is changed"
    )


def _has_room(folder: Path) -> bool:
    return shutil.disk_usage(folder).free > _LEAST_ROOM_BYTES
