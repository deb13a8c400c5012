"""Upkeep of the lake: small files merged, old snapshots and orphans removed, the catalog copied."""

import sqlite3
from dataclasses import dataclass
from datetime import timedelta

import duckdb

from etl.load.catalog import SqliteCatalog, catalog_of
from etl.load.commit import CATALOG
from etl.settings import Settings

# Snapshots serve reads of the past and running readers; a week covers both.
SNAPSHOT_AGE = timedelta(days=7)
# A younger unknown file may be another writer's, not yet committed.
ORPHAN_AGE = timedelta(days=1)
_KEPT_COPIES = 3


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What upkeep did: data files before and after, files removed."""

    files_before: int
    files_after: int
    files_removed: int


def maintain_lake(connection: duckdb.DuckDBPyConnection) -> Upkeep:
    """Compact and clean; the caller holds the lock. Safe while others read."""
    before = _file_count(connection)
    connection.execute(f"CALL ducklake_flush_inlined_data('{CATALOG}')")
    connection.execute(f"CALL ducklake_rewrite_data_files('{CATALOG}')")
    connection.execute(f"CALL ducklake_merge_adjacent_files('{CATALOG}')")
    connection.execute(
        f"CALL ducklake_expire_snapshots('{CATALOG}', "
        f"older_than => now() - INTERVAL {SNAPSHOT_AGE.days} DAY)"
    )
    removed = 0
    for call in ("ducklake_cleanup_old_files", "ducklake_delete_orphaned_files"):
        rows = connection.execute(
            f"CALL {call}('{CATALOG}', older_than => now() - INTERVAL {ORPHAN_AGE.days} DAY)"
        ).fetchall()
        removed += len(rows)
    return Upkeep(before, _file_count(connection), removed)


def _file_count(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute(
        f"SELECT coalesce(sum(file_count), 0)::BIGINT FROM ducklake_table_info('{CATALOG}')"
    ).fetchone()
    return row[0] if row else 0


def back_up_catalog(settings: Settings, name: str) -> None:
    """A consistent copy of the SQLite catalog while it is in use; the oldest copies go.

    A Postgres catalog is backed up by its operators, with ``pg_dump``: see ``docs/scale.md``.
    """
    catalog = catalog_of(settings)
    if not isinstance(catalog, SqliteCatalog):
        return
    folder = settings.lake_folder / "backup"
    folder.mkdir(parents=True, exist_ok=True)
    source, copy = sqlite3.connect(catalog.file), sqlite3.connect(folder / f"{name}.sqlite")
    try:
        source.backup(copy)
    finally:
        source.close()
        copy.close()
    for old in sorted(folder.glob("*.sqlite"))[:-_KEPT_COPIES]:
        old.unlink()
