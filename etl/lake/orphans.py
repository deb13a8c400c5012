"""Files in a lake's own table folders that nothing refers to."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from etl.errors import LakeDataError
from etl.lake import CATALOG
from etl.lake.identity import lake_id, read_marker
from etl.lake.lake import Lake
from etl.schema.tables.lake import LAKE_TABLES
from etl.settings import Settings
from etl.storage.files import opened_folder

_FOLDERS = "|".join(f"{table.schema}/{table.name}" for table in LAKE_TABLES)
# As DuckLake names the files that it writes: in folders of partitions, by a UUID of version 7,
# whose first 48 bits are the time in milliseconds.
# Source: RFC 9562, section 5.7
_WRITTEN_BY_DUCKLAKE = re.compile(
    rf"(?:{_FOLDERS})/(?:[^/=]+=[^/]*/)*"
    r"ducklake-([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})(?:-delete)?\.parquet"
)


def find_orphans(lake: Lake, settings: Settings, age: timedelta) -> list[str]:
    """The lake's files that nothing refers to.

    DuckLake lists every Parquet file below the data path. Only what it wrote itself is an orphan,
    and only since the lake marked the folder: before, another lake may have written there.

    Args:
        lake: open for writing; DuckLake lists them only where it could remove them.
        settings: name the data.
        age: younger files may be another writer's, not yet committed.

    Returns:
        Paths relative to the data.

    Raises:
        LakeDataError: the data are not marked as this lake's.
    """
    marker = read_marker(settings)
    if marker is None or marker.lake_id != lake_id(lake.connection):
        raise LakeDataError(f"{settings.lake_data} is not marked as the data of {lake.place}")
    rows = lake.execute(
        f"CALL ducklake_delete_orphaned_files('{CATALOG}', dry_run => true, "
        f"older_than => now() - to_seconds({age.total_seconds()}))"
    ).fetchall()
    return [
        path.removeprefix(settings.lake_data)
        for (path,) in rows
        if path.startswith(settings.lake_data)
        and (name := _WRITTEN_BY_DUCKLAKE.fullmatch(path.removeprefix(settings.lake_data)))
        and _written_at(name[1]) >= marker.marked_at
    ]


def remove_orphans(settings: Settings, orphans: Sequence[str]) -> None:
    """Remove the files that ``find_orphans`` found."""
    with opened_folder(settings, settings.lake_data) as folder:
        for path in orphans:
            folder.delete_file(path)


def _written_at(name: str) -> datetime:
    return datetime.fromtimestamp((UUID(name).int >> 80) / 1000, UTC)
