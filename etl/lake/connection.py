"""Opening a lake: attached, created or migrated where that is needed."""

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from etl.errors import (
    DiskFullError,
    KhoborError,
    LakeError,
    LakeMissingError,
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
_LOG = logging.getLogger(__name__)

# What all openings of a process share.
_ENGINES = EnginePool()
_DATA_CHECK = DataCheck()
_SCHEMA_CHECK = schema_version.SchemaCheck()


@contextmanager
def open_lake(
    settings: Settings, *, read_only: bool = False, replaces_lost: bool = False
) -> Iterator[Lake]:
    """Open the lake, which is attached as ``lake``; the session's time zone is UTC.

    Unless ``read_only``, a lake that does not exist is created, and one that an older release
    created is migrated, after a copy of its catalog. One lake is open at a time in a process.

    Args:
        settings: name the catalog and the data.
        read_only: nothing will be written.
        replaces_lost: create the lake also where data or builds of a lost one are, and take them.

    Raises:
        LakeLostError: there is no catalog, and data, copies or builds of a lake are there.
        LakeDataError: the data are not this lake's.
        LakeOutdatedError: ``read_only``, and an older release created it.
        LakeError: there is no lake to read, it can't be opened, or a newer release created it.
    """
    catalog = catalog_of(settings)
    if read_only and not catalog.exists():
        check_nothing_remains(settings, catalog.place)
        raise _missing(catalog)
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
                    raise _outdated(lake, settings, catalog)
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


def plan_upgrade(settings: Settings) -> schema_version.UpgradePlan:
    """What opening the lake for writing would change; nothing is written.

    Raises:
        LakeError: there is no lake, it can't be opened, or a newer release created it.
    """
    catalog = catalog_of(settings)
    if not catalog.exists():
        raise LakeError(f"no lake at {catalog.place}: nothing to upgrade")
    with _ENGINES.connect(("ducklake", catalog.extension)) as connection:
        try:
            catalog.attach(connection, settings.lake_data, read_only=True)
            lake = Lake(connection, catalog)
            found = schema_version.read_schema(lake)
            schema_version.check_known(found, lake.place)
            return schema_version.upgrade_plan(found)
        except duckdb.Error as error:
            raise _translated(error, settings, catalog.place) from error


def _missing(catalog: Catalog) -> LakeMissingError:
    return LakeMissingError(f"no lake at {catalog.place}: run `khobor run PATH` first")


def _outdated(lake: Lake, settings: Settings, catalog: Catalog) -> LakeError:
    """The error for a lake that an earlier release made, or whose making was interrupted."""
    found = schema_version.read_schema(lake)
    if not found.version:
        check_nothing_remains(settings, catalog.place)
        return _missing(catalog)
    return LakeOutdatedError(
        f"the lake at {lake.place} has schema version {found.version} of an earlier release, and "
        f"this one reads {schema_version.declared_version()} with all its columns: "
        "`khobor upgrade` migrates it, after a copy of its catalog"
    )


def _prepare(lake: Lake, settings: Settings, catalog: Catalog, *, replaces_lost: bool) -> None:
    """Create the lake's tables, or complete or migrate them, under the lock; then attach it again.

    A connection that has changed a column's type gives internal errors afterwards.
    """
    with lake.lock():
        found = schema_version.read_schema(lake)
        if not (replaces_lost or found.version):
            check_nothing_remains(settings, catalog.place)
        if found.version and schema_version.upgrade_plan(found).is_needed:
            _copy_before_migration(lake, settings, catalog, found.version)
        catalog.create_guard(lake.connection)
        schema_version.prepare(lake)
        _DATA_CHECK.mark(lake, settings, replace=replaces_lost)
    lake.execute(f"DETACH {CATALOG}")
    catalog.attach(lake.connection, settings.lake_data, read_only=False)


def _copy_before_migration(lake: Lake, settings: Settings, catalog: Catalog, version: int) -> None:
    """Copy the catalog, while no lake is attached, and say so.

    Raises:
        LakeError: it can't be copied; nothing is migrated.
    """
    lake.execute(f"DETACH {CATALOG}")
    copy = settings.catalog_backups / (
        f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}-schema-{version}{catalog.copy_ending}"
    )
    copy.parent.mkdir(parents=True, exist_ok=True)
    aside = copy.with_name(f"{copy.name}.tmp")
    catalog.copy_to(aside)
    aside.replace(copy)
    catalog.attach(lake.connection, settings.lake_data, read_only=False)
    _LOG.warning(
        "khobor: the lake at %s is migrated from schema version %d to %d; its catalog was copied "
        "to %s first",
        lake.place,
        version,
        schema_version.declared_version(),
        copy,
    )


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
