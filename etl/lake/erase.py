"""Rows that were deleted made unreadable: in files, in older snapshots, in the catalog."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from etl.lake import CATALOG
from etl.lake.catalogs.sqlite import SqliteCatalog
from etl.lake.lake import Lake
from etl.lake.maintain import flush
from etl.lake.orphans import find_orphans, remove_orphans
from etl.settings import Settings

_BUSY_SECONDS = 60


def erase_deleted(lake: Lake, settings: Settings) -> None:
    """Rewrite files with deleted rows, and remove all snapshots but the present one.

    The caller holds the writer's lock. Queries that run on an older snapshot fail.

    Raises:
        LakeDataError: the data are not marked as this lake's.
    """
    flush(lake.connection)
    lake.execute(f"CALL ducklake_rewrite_data_files('{CATALOG}', delete_threshold => 0)")
    lake.execute(f"CALL ducklake_merge_adjacent_files('{CATALOG}')")
    lake.execute(
        f"CALL ducklake_expire_snapshots('{CATALOG}', older_than => now() + INTERVAL 100 YEAR)"
    )
    lake.execute(f"CALL ducklake_cleanup_old_files('{CATALOG}', cleanup_all => true)")
    remove_orphans(settings, find_orphans(lake, settings, timedelta()))


def erase_in_catalog(settings: Settings) -> None:
    """Write the catalog's file again, without what its free pages still hold; copies go.

    A Postgres catalog does so by its own vacuum. The lake must not be open in this process.
    """
    if settings.is_catalog_on_postgres:
        return
    replaced = settings.lake_folder.glob("*.replaced")
    copies = (*settings.catalog_backups.glob("*"), *settings.before_upgrades.glob("*"), *replaced)
    for copy in copies:
        copy.unlink(missing_ok=True)
    erase_free_pages(SqliteCatalog(settings.lake_folder).file)


def erase_free_pages(file: Path) -> None:
    """Write a SQLite file again, without what was deleted from it."""
    if not file.exists():
        return
    with closing(sqlite3.connect(file, timeout=_BUSY_SECONDS, isolation_level=None)) as session:
        session.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        session.execute("VACUUM")
        session.execute("PRAGMA wal_checkpoint(TRUNCATE)")
