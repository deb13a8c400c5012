"""Deleted rows removed for good: from data files, old snapshots, the catalog and its copies.

DuckLake keeps deleted rows: in files that older snapshots use, in the catalog's free pages, and in
the bounds of columns that it keeps for pruning.
"""

import shutil
from datetime import timedelta

import duckdb

from etl.lake import CATALOG
from etl.lake.catalogs.base import METADATA
from etl.lake.catalogs.factory import catalog_of
from etl.lake.lake import Lake
from etl.lake.maintain import flush_inlined
from etl.lake.orphans import find_orphans, remove_orphans
from etl.settings import Settings

_NO_AGE = timedelta(0)


def erase_deleted_rows(lake: Lake, settings: Settings) -> int:
    """Leave only the current snapshot and the files that it needs; the caller holds the lock.

    While the lock is held no other writer has files that are not committed, so that every file that
    nothing refers to is one of a dead process. A query on an older snapshot fails.

    Args:
        lake: open for writing.
        settings: name the data.

    Returns:
        The number of files removed.

    Raises:
        LakeDataError: the data are not marked as this lake's.
    """
    connection = lake.connection
    flush_inlined(connection)
    connection.execute(f"CALL ducklake_rewrite_data_files('{CATALOG}', delete_threshold => 0)")
    # By their numbers: a clock that was ahead once would leave those of the future.
    old = connection.execute(
        f"SELECT snapshot_id FROM {CATALOG}.snapshots() "
        f"WHERE snapshot_id < (SELECT id FROM {CATALOG}.current_snapshot())"
    ).fetchall()
    if old:
        versions = ", ".join(str(int(number)) for (number,) in old)
        connection.execute(f"CALL ducklake_expire_snapshots('{CATALOG}', versions => [{versions}])")
    removed = connection.execute(
        f"CALL ducklake_cleanup_old_files('{CATALOG}', cleanup_all => true)"
    ).fetchall()
    _correct_bounds(connection)
    orphans = find_orphans(lake, settings, _NO_AGE)
    remove_orphans(settings, orphans)
    return len(removed) + len(orphans)


def erase_in_catalog(settings: Settings) -> None:
    """Give back the catalog's free pages, which hold what was deleted; no lake is open."""
    catalog = catalog_of(settings)
    with catalog.lock():
        catalog.compact()


def remove_older_copies(settings: Settings) -> int:
    """Remove all copies of the catalog but the newest, and damaged catalogs that were put aside.

    Returns:
        The number of copies removed.
    """
    copies = sorted(settings.catalog_backups.glob("*.sqlite"))
    old = [path for path in settings.catalog_backups.glob("*") if path not in copies[-1:]]
    for path in old:
        path.unlink(missing_ok=True)
    damaged = list(settings.lake_folder.glob("damaged-*"))
    for folder in damaged:
        shutil.rmtree(folder)
    return len(old) + len(damaged)


def _correct_bounds(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the bounds of text columns those of the files that are left.

    DuckLake keeps a table's bounds of a column where the rows left have no value in it.
    """
    differing = connection.execute(
        f"""
        WITH of_file AS (
          SELECT s.table_id, s.column_id,
            min(s.min_value) AS low, max(s.max_value) AS high,
            -- A file without bounds may have any value.
            bool_or(s.min_value IS NULL AND s.value_count > coalesce(s.null_count, 0)) AS is_open
          FROM {METADATA}.ducklake_file_column_stats AS s
          JOIN {METADATA}.ducklake_data_file AS f USING (data_file_id)
          WHERE f.end_snapshot IS NULL
          GROUP BY ALL
        ), bounds AS (
          SELECT t.table_id, t.column_id,
            CASE WHEN NOT is_open THEN low END AS low, CASE WHEN NOT is_open THEN high END AS high,
            t.min_value, t.max_value
          FROM {METADATA}.ducklake_table_column_stats AS t
          JOIN {METADATA}.ducklake_column AS c USING (table_id, column_id)
          LEFT JOIN of_file USING (table_id, column_id)
          WHERE c.end_snapshot IS NULL AND c.column_type = 'varchar'
        )
        SELECT low, high, table_id, column_id FROM bounds
        WHERE min_value IS DISTINCT FROM low OR max_value IS DISTINCT FROM high
        """
    ).fetchall()
    for bounds in differing:
        connection.execute(
            f"UPDATE {METADATA}.ducklake_table_column_stats SET min_value = ?, max_value = ? "
            "WHERE table_id = ? AND column_id = ?",
            bounds,
        )
