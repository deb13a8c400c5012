"""Maintenance: small files merged, old snapshots and orphans removed, the catalog backed up."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb

from etl.lake import CATALOG
from etl.lake.catalogs.sqlite import SqliteCatalog, copies_by_age
from etl.lake.lake import Lake
from etl.lake.orphans import find_orphans, remove_orphans
from etl.schema.derive.ddl import literal
from etl.schema.tables.lake import LAKE_TABLES
from etl.settings import Settings

_KEPT_COPIES = 3
_TEMPORARY = ".tmp"


@dataclass(frozen=True, slots=True)
class LakeMaintenance:
    """What maintenance did: data files before and after, files and snapshots removed."""

    files_before: int
    files_after: int
    files_removed: int
    snapshots_removed: int


def maintain_lake(
    lake: Lake, settings: Settings, snapshot_age: timedelta, orphan_age: timedelta
) -> LakeMaintenance:
    """Compact and clean a lake, safely while others read; the caller holds the writer's lock.

    Args:
        lake: open for writing.
        settings: name the data.
        snapshot_age: older snapshots are removed, with the files that only they need.
        orphan_age: older files of the lake that nothing refers to are removed; a younger one may
            be another writer's, not yet committed.

    Raises:
        LakeDataError: the data are not marked as this lake's.
    """
    connection = lake.connection
    before = _file_count(connection)
    flush_inlined(connection)
    # Files with deleted rows are not merged; by default only those that have lost nearly all are
    # rewritten.
    connection.execute(f"CALL ducklake_rewrite_data_files('{CATALOG}', delete_threshold => 0)")
    connection.execute(f"CALL ducklake_merge_adjacent_files('{CATALOG}')")
    expired = _remove(connection, "ducklake_expire_snapshots", snapshot_age)
    removed = _remove(connection, "ducklake_cleanup_old_files", orphan_age)
    orphans = find_orphans(lake, settings, orphan_age)
    remove_orphans(settings, orphans)
    removed += len(orphans)
    return LakeMaintenance(before, _file_count(connection), removed, expired)


def flush_inlined(connection: duckdb.DuckDBPyConnection) -> None:
    """Move rows that stay in the catalog to Parquet, one table at a time.

    One call for all tables ends them on several threads, which share a session of the catalog:
    once in about fifty calls the process crashed.
    """
    for table in LAKE_TABLES:
        connection.execute(
            f"CALL ducklake_flush_inlined_data({literal(CATALOG)}, "
            f"schema_name => {literal(table.schema)}, table_name => {literal(table.name)})"
        )


def _remove(connection: duckdb.DuckDBPyConnection, call: str, age: timedelta) -> int:
    """Call one of DuckLake's cleaners for what is older; the number of things removed."""
    rows = connection.execute(
        f"CALL {call}('{CATALOG}', older_than => now() - to_seconds({age.total_seconds()}))"
    ).fetchall()
    return len(rows)


def _file_count(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute(
        f"SELECT coalesce(sum(file_count), 0)::BIGINT FROM ducklake_table_info('{CATALOG}')"
    ).fetchone()
    return row[0] if row else 0


def back_up_catalog(settings: Settings, name: str) -> None:
    """Copy the SQLite catalog consistently while it is in use; the oldest copies are removed.

    A copy of that name is complete: it is written under another and renamed. A Postgres catalog is
    backed up by its operators, with ``pg_dump``: see ``docs/operator/scale.md``.
    """
    if settings.is_catalog_on_postgres:
        return
    catalog = SqliteCatalog(settings.lake_folder)
    folder = settings.catalog_backups
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"{name}{_TEMPORARY}"
    source, copy = sqlite3.connect(catalog.file), sqlite3.connect(unfinished)
    try:
        source.backup(copy)
    finally:
        source.close()
        copy.close()
    unfinished.replace(folder / f"{name}.sqlite")
    for old in copies_by_age(folder)[_KEPT_COPIES:]:
        old.unlink()


def clear_backups(settings: Settings, oldest: datetime) -> None:
    """Remove copies that were begun before ``oldest`` and never finished."""
    for path in settings.catalog_backups.glob(f"*{_TEMPORARY}*"):
        if path.stat().st_mtime < oldest.timestamp():
            path.unlink(missing_ok=True)
