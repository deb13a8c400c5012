"""A lake put back from a backup, in an empty home or where one was damaged or lost.

What the lake has committed since the backup is kept as far as it is there: an intact catalog stays,
and after a lost one, later captures, decisions and takedowns are taken in from their files.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

from pyarrow import fs

from etl.errors import LakeDataError, LakeError, UsageError
from etl.ingest.frontier.store import frontier_file, has_frontier
from etl.lake.catalogs.base import Catalog
from etl.lake.catalogs.factory import catalog_of
from etl.lake.catalogs.sqlite import SqliteCatalog
from etl.lake.connection import open_lake
from etl.lake.file_checks import sqlite_problem
from etl.lake.identity import read_marker
from etl.settings import Settings
from etl.storage.files import opened_folder
from etl.workflows import publishing
from etl.workflows.backup.manifest import (
    DATA,
    BackupFile,
    Manifest,
    check_files,
    hash_stream,
    read_manifest,
)
from etl.workflows.build import chain
from etl.workflows.restore.salvage import put_back, take_in_files
from etl.workflows.takedown.forget import apply_tombstones


def restore(settings: Settings, folder: Path, run_id: str) -> Iterator[str]:
    """Put a lake back from a backup, build what is pending and publish.

    Args:
        settings: the home, which may be empty, and its services.
        folder: the backup; each file is checked before anything is changed.
        run_id: the run that writes.

    Yields:
        One line for each thing done.

    Raises:
        UsageError: there is no backup, or it is of another kind of catalog.
        LakeError: the backup is damaged.
        LakeDataError: another lake is here.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        raise UsageError(f"no backup in {folder}: name the folder that `khobor backup` wrote")
    catalog = catalog_of(settings)
    if manifest.catalog_kind != catalog.extension:
        raise UsageError(
            f"the backup's catalog is for {manifest.catalog_kind}, and KHOBOR_CATALOG needs "
            f"{catalog.extension}"
        )
    check_files(folder, manifest)
    _check_same_lake(settings, catalog, manifest)
    made_at = f"{manifest.created_at:%Y-%m-%d %H:%M:%S} UTC"
    yield f"backup of {made_at}: {len(manifest.data)} data files, all checked"
    yield f"data: {_put_back_data(settings, folder, manifest)} files put back"
    if manifest.frontier is not None and not has_frontier(settings.frontier):
        settings.frontier.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / manifest.frontier.path, frontier_file(settings.frontier))
        yield "frontier: put back"
    if _is_intact(settings, catalog):
        yield "catalog: intact, kept"
    elif isinstance(catalog, SqliteCatalog):
        yield put_back(settings, folder / manifest.catalog.path)
    else:
        catalog.copy_from(folder / manifest.catalog.path)
        yield f"catalog: restored to {catalog.place}"
    with open_lake(settings) as lake, lake.lock():
        yield from take_in_files(lake, settings)
    if count := apply_tombstones(settings, f"{run_id}-1"):
        yield f"takedowns: {count} captures taken down again"
    outcomes = chain.build(settings, run_id)
    if any(outcomes.values()):
        yield f"facts: {sum(outcomes.values())} later captures built"
    yield f"build: {publishing.publish(settings, run_id).build_id} published"


def _check_same_lake(settings: Settings, catalog: Catalog, manifest: Manifest) -> None:
    marker = read_marker(settings)
    present = catalog.lake_id() if catalog.exists() else None
    for found in (present, marker.lake_id if marker else None):
        if found not in (None, manifest.lake_id):
            raise LakeDataError(
                f"the backup is of lake {manifest.lake_id}, but lake {found} is here\n"
                "restore into another --home, and another KHOBOR_DATA_PATH if it is set"
            )


def _put_back_data(settings: Settings, folder: Path, manifest: Manifest) -> int:
    """Copy data files that are missing or damaged; their number."""
    count = 0
    if not settings.is_data_on_s3:
        Path(settings.lake_data).mkdir(parents=True, exist_ok=True)
    with opened_folder(settings, settings.lake_data) as lake:
        for file in manifest.data:
            path = file.path.removeprefix(f"{DATA}/")
            if _has(lake, path, file):
                continue
            lake.create_dir(path.rpartition("/")[0], recursive=True)
            aside = f"{path}.tmp"
            with (folder / file.path).open("rb") as source, lake.open_output_stream(aside) as copy:
                hash_stream(source, copy)
            lake.move(aside, path)
            count += 1
    return count


def _has(lake: fs.FileSystem, path: str, file: BackupFile) -> bool:
    info = lake.get_file_info(path)
    if info.type is not fs.FileType.File or info.size != file.size_bytes:
        return False
    with lake.open_input_stream(path) as source:
        return hash_stream(source)[0] == file.sha256


def _is_intact(settings: Settings, catalog: Catalog) -> bool:
    """Whether the catalog that is here is whole, and all of its data files are there."""
    if not catalog.exists():
        return False
    if isinstance(catalog, SqliteCatalog) and sqlite_problem(catalog.file) is not None:
        return False
    try:
        wanted = catalog.data_files()
    except LakeError:
        return False
    with opened_folder(settings, settings.lake_data) as lake:
        infos = lake.get_file_info(wanted)
    return all(info.type is fs.FileType.File for info in infos)
