"""Deleted rows removed for good: from data files, old snapshots, the catalog and its copies.

DuckLake keeps deleted rows: in files that older snapshots use, in the catalog's free pages, and in
the bounds of columns that it keeps for pruning.
"""

import shutil
from datetime import timedelta

import duckdb

from etl.lake import CATALOG, schema_version
from etl.lake.catalogs.base import METADATA
from etl.lake.catalogs.factory import catalog_of
from etl.lake.lake import Lake
from etl.lake.maintain import flush_inlined
from etl.lake.orphans import find_orphans, remove_orphans
from etl.schema.derive.ddl import create_table
from etl.schema.model import Table
from etl.schema.tables.lake import LAKE_TABLES
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
    with lake.transaction("erase bounds of empty tables"):
        for table in _emptied(connection):
            connection.execute(f"DROP TABLE {CATALOG}.{table.qualified_name}")
            for statement in create_table(table, CATALOG):
                connection.execute(statement)
    schema_version.set_options(lake)
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


def _emptied(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    """Tables without rows for which DuckLake still keeps bounds of columns."""
    bounded = {
        name
        for (name,) in connection.execute(
            f"""
            SELECT DISTINCT schema_name || '.' || table_name
            FROM {METADATA}.ducklake_table_column_stats AS bounds
            JOIN {METADATA}.ducklake_table AS t USING (table_id)
            JOIN {METADATA}.ducklake_schema AS s USING (schema_id)
            WHERE t.end_snapshot IS NULL AND s.end_snapshot IS NULL
              AND (bounds.min_value IS NOT NULL OR bounds.max_value IS NOT NULL)
            """
        ).fetchall()
    }
    return [
        table
        for table in LAKE_TABLES
        if table.qualified_name in bounded
        and connection.execute(f"SELECT 1 FROM {CATALOG}.{table.qualified_name} LIMIT 1").fetchone()
        is None
    ]
