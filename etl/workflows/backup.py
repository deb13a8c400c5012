"""A lake backed up into a folder, and restored from it."""

from collections.abc import Callable
from pathlib import Path

import duckdb

from etl.errors import KhoborError, LakeDataError, LakeError
from etl.lake.backup import Manifest, back_up, damages, put_back, read_manifest
from etl.lake.catalogs.sqlite import SqliteCatalog
from etl.lake.connection import open_lake
from etl.lake.erase import erase_deleted
from etl.lake.identity import lake_id, read_marker
from etl.load import takedown
from etl.load.write import insert
from etl.observability.events import observed
from etl.observability.progress import Advance, no_progress
from etl.schema.tables.raw import TAKEDOWN
from etl.settings import Settings
from etl.workflows import publishing
from etl.workflows.reports import BackupReport, RestoreReport

_NAMED = 3


@observed("backup")
def backup(
    settings: Settings, folder: Path, run_id: str, advance: Advance = no_progress
) -> BackupReport:
    """Copy catalog and data into a folder, as of one moment; writers wait meanwhile.

    Args:
        settings: the home.
        folder: where the copy is, or will be; only new files are copied into one that is there.
        run_id: of the log.
        advance: called with the number of files copied.

    Raises:
        UsageError: the folder is no backup of this lake.
        LakeError: there is no lake, or its catalog is in Postgres.
    """
    del run_id
    with open_lake(settings) as lake, lake.lock():
        manifest, count = back_up(lake, settings, folder, _counted(advance))
    size = sum(stored.size for stored in manifest.files.values())
    return BackupReport(manifest.snapshot, len(manifest.files), count, size)


@observed("restore")
def restore(
    settings: Settings, folder: Path, run_id: str, advance: Advance = no_progress
) -> RestoreReport:
    """Put a lake back as it was backed up, check it, and publish it.

    What was forgotten since stays forgotten, where the present catalog can still be read. What was
    loaded since is lost, but for its files, which `khobor doctor --repair` can take in.

    Args:
        settings: the home; it may be new.
        folder: the backup.
        run_id: the run that publishes.
        advance: called with the number of files written.

    Raises:
        UsageError: there is no backup in the folder.
        LakeDataError: the backup is damaged, or the home has another lake.
    """
    manifest = read_manifest(folder)
    if found := list(damages(folder, manifest)):
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        raise LakeDataError(
            f"the backup in {folder} is damaged: {'; '.join(found[:_NAMED])}{more}\n"
            "nothing was changed: restore from another copy"
        )
    _check_same_lake(settings, manifest)
    forgotten = _forgotten(settings)
    with SqliteCatalog(settings.lake_folder).lock():
        count = put_back(settings, folder, manifest, _counted(advance))
    with open_lake(settings) as lake, lake.lock():
        known = {(row["kind"], row["key"]) for row in takedown.all_rows(lake.connection)}
        rows = [row for row in forgotten if (row["kind"], row["key"]) not in known]
        if rows:
            with lake.transaction(f"restore {run_id}"):
                insert(lake.connection, TAKEDOWN, rows)
                takedown.sweep(lake.connection)
            erase_deleted(lake, settings)
    build = publishing.publish(settings, run_id)
    return RestoreReport(manifest.snapshot, manifest.made_at, count, build.build_id)


def _check_same_lake(settings: Settings, manifest: Manifest) -> None:
    marker = read_marker(settings)
    if marker is not None and marker.lake_id != manifest.lake_id:
        raise LakeDataError(
            f"{settings.lake_data} has the data of lake {marker.lake_id}, and the backup is of "
            f"{manifest.lake_id}: choose another --home"
        )
    if settings.is_catalog_on_postgres:
        raise LakeError("the catalog is in Postgres: restore it by Postgres's own means")
    if not SqliteCatalog(settings.lake_folder).exists():
        return
    try:
        with open_lake(settings, read_only=True) as lake:
            found = lake_id(lake.connection)
    except KhoborError:  # damaged: that is why it is restored
        return
    if found != manifest.lake_id:
        raise LakeDataError(
            f"the lake at {settings.lake_folder} is {found}, and the backup is of "
            f"{manifest.lake_id}: choose another --home"
        )


def _forgotten(settings: Settings) -> list[dict[str, object]]:
    """What the present lake keeps out; nothing where it can't be read."""
    try:
        with open_lake(settings, read_only=True) as lake:
            return takedown.all_rows(lake.connection)
    except (KhoborError, duckdb.Error):
        return []


def _counted(advance: Advance) -> Callable[[int], None]:
    return lambda _size: advance(1)
