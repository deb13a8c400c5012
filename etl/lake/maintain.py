"""Upkeep of the lake: small files merged, old snapshots and orphans removed, the catalog copied."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb

from etl.lake.catalogs.sqlite import SqliteCatalog, catalog_of
from etl.lake.transaction import CATALOG
from etl.schema.derive.ddl import literal
from etl.schema.tables.lake import LAKE_TABLES
from etl.settings import Settings

_KEPT_COPIES = 3
_TEMPORARY = ".tmp"


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What upkeep did: data files before and after, files and snapshots removed."""

    files_before: int
    files_after: int
    files_removed: int
    snapshots_removed: int


def maintain_lake(
    connection: duckdb.DuckDBPyConnection, snapshot_age: timedelta, orphan_age: timedelta
) -> Upkeep:
    """Compact and clean; the caller holds the lock. Safe while others read.

    :param snapshot_age: snapshots older than this go, with the files that only they need.
    :param orphan_age: files that nothing refers to go once they are older than this; a younger
        one may be another writer's, not yet committed.
    """
    before = _file_count(connection)
    _flush(connection)
    # Files with deleted rows are not merged; by default only those that have lost nearly all are
    # rewritten.
    connection.execute(f"CALL ducklake_rewrite_data_files('{CATALOG}', delete_threshold => 0)")
    connection.execute(f"CALL ducklake_merge_adjacent_files('{CATALOG}')")
    expired = _remove(connection, "ducklake_expire_snapshots", snapshot_age)
    removed = sum(
        _remove(connection, call, orphan_age)
        for call in ("ducklake_cleanup_old_files", "ducklake_delete_orphaned_files")
    )
    return Upkeep(before, _file_count(connection), removed, expired)


def _flush(connection: duckdb.DuckDBPyConnection) -> None:
    """Move rows that stay in the catalog to Parquet, one table at a time.

    One call for all tables ends them on several threads, which share a session of the catalog:
    once in some fifty calls the process died of it.
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
    """A consistent copy of the SQLite catalog while it is in use; the oldest copies go.

    A copy of that name is whole: it is written aside and renamed. A Postgres catalog is backed up
    by its operators, with ``pg_dump``: see ``docs/operator/scale.md``.
    """
    catalog = catalog_of(settings)
    if not isinstance(catalog, SqliteCatalog):
        return
    folder = settings.catalog_backups
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f"{name}{_TEMPORARY}"
    source, copy = sqlite3.connect(catalog.file), sqlite3.connect(aside)
    try:
        source.backup(copy)
    finally:
        source.close()
        copy.close()
    aside.replace(folder / f"{name}.sqlite")
    for old in sorted(folder.glob("*.sqlite"))[:-_KEPT_COPIES]:
        old.unlink()


def clear_backups(settings: Settings, oldest: datetime) -> None:
    """Remove copies that were begun before ``oldest`` and never finished."""
    for path in settings.catalog_backups.glob(f"*{_TEMPORARY}*"):
        if path.stat().st_mtime < oldest.timestamp():
            path.unlink(missing_ok=True)
