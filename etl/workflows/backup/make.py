"""A backup: one consistent copy of catalog, data and frontier in a folder.

Data files never change, so that a later backup to the same folder copies only new ones. Nothing of
the earlier backup is removed before the new manifest is in place: a backup that was killed leaves
the earlier one valid, and the next removes what it left.
"""

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from pyarrow import fs

from etl.errors import LakeBusyError, LakeError, UsageError
from etl.ingest.frontier.store import frontier_file, has_frontier
from etl.lake.catalogs.base import Catalog
from etl.lake.catalogs.factory import catalog_of
from etl.observability.events import observed
from etl.settings import Settings
from etl.storage.files import opened_folder
from etl.storage.locks import exclusive_lock
from etl.workflows.backup.manifest import (
    DATA,
    MANIFEST,
    BackupFile,
    Manifest,
    described,
    hash_stream,
    read_manifest,
    write_manifest,
)
from etl.workflows.publishing import khobor_version
from etl.workflows.reports import BackupReport

_LOCK = ".lock"
_ATTEMPTS = 3  # a takedown may remove files while they are copied


class _FileGoneError(LakeError):
    """A data file was removed while the backup was made."""


@observed("backup")
def back_up(settings: Settings, folder: Path, run_id: str) -> BackupReport:
    """Copy the lake to a folder.

    Commits wait only while the catalog is copied.

    Args:
        settings: the lake.
        folder: empty, or with an earlier backup of the same lake.
        run_id: names the catalog's copy.

    Raises:
        UsageError: the folder is inside the home, or has other things in it.
        LakeError: there is no lake, the folder has another lake's backup, or ``pg_dump`` fails.
    """
    if folder.resolve().is_relative_to(settings.home.resolve()):
        raise UsageError(f"{folder} is inside the home, and would be lost with it")
    catalog = catalog_of(settings)
    if not catalog.exists():
        raise LakeError(f"no lake at {catalog.place}: nothing to back up")
    folder.mkdir(parents=True, exist_ok=True)
    busy = LakeBusyError(f"another backup to {folder} is under way")
    with exclusive_lock(folder / _LOCK, wait_seconds=0, busy=busy):
        earlier = read_manifest(folder)
        if earlier is None and (found := _foreign(folder)):
            raise UsageError(f"{folder} has other things in it ({found}): name an empty folder")
        if earlier is not None and earlier.lake_id != catalog.lake_id():
            raise LakeError(
                f"{folder} has a backup of lake {earlier.lake_id}, and this is "
                f"{catalog.lake_id()}: name another folder"
            )
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return _copy(settings, catalog, folder, earlier, f"{run_id}-{attempt}")
            except _FileGoneError:
                if attempt == _ATTEMPTS:
                    raise
    raise AssertionError("not reached")


def _copy(
    settings: Settings, catalog: Catalog, folder: Path, earlier: Manifest | None, name: str
) -> BackupReport:
    catalog_copy = folder / f"catalog-{name}{catalog.copy_ending}"
    with catalog.lock():
        catalog.copy_to(catalog_copy)
        wanted = catalog.data_files()
    known = {file.path: file for file in earlier.data} if earlier else {}
    data, copied = _copy_data(settings, folder, wanted, known)
    frontier = None
    if has_frontier(settings.frontier):
        frontier_copy = folder / f"frontier-{name}.sqlite"
        _copy_sqlite(frontier_file(settings.frontier), frontier_copy)
        frontier = described(folder, frontier_copy)
    manifest = Manifest(
        lake_id=catalog.lake_id(),
        catalog_kind=catalog.extension,
        khobor_version=khobor_version(),
        created_at=datetime.now(UTC),
        catalog=described(folder, catalog_copy),
        frontier=frontier,
        data=tuple(data),
    )
    write_manifest(folder, manifest)
    removed = _remove_others(folder, manifest)
    size = sum(file.size_bytes for file in manifest.files())
    return BackupReport(str(folder), len(data), copied, removed, size)


def _copy_data(
    settings: Settings, folder: Path, wanted: list[str], known: Mapping[str, BackupFile]
) -> tuple[list[BackupFile], int]:
    """Copy data files that the folder lacks; all of them, and the number copied."""
    found, copied = [], 0
    with opened_folder(settings, settings.lake_data) as lake:
        for path in wanted:
            target = folder / DATA / path
            before = known.get(f"{DATA}/{path}")
            if before and target.is_file() and target.stat().st_size == before.size_bytes:
                found.append(before)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            aside = target.with_name(f"{target.name}.tmp")
            if lake.get_file_info(path).type is not fs.FileType.File:
                raise _FileGoneError(
                    f"{settings.lake_data}{path} is missing: `khobor doctor` examines the lake"
                )
            with lake.open_input_stream(path) as source, aside.open("wb") as copy:
                digest, size = hash_stream(source, copy)
                os.fsync(copy.fileno())
            aside.replace(target)
            found.append(BackupFile(path=f"{DATA}/{path}", size_bytes=size, sha256=digest))
            copied += 1
    return found, copied


def _copy_sqlite(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def _remove_others(folder: Path, manifest: Manifest) -> int:
    """Remove files of earlier backups, and what killed ones left."""
    kept = {file.path for file in manifest.files()} | {MANIFEST, _LOCK}
    removed = 0
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            with suppress(OSError):  # not empty
                path.rmdir()
        elif path.relative_to(folder).as_posix() not in kept:
            path.unlink()
            removed += 1
    return removed


def _foreign(folder: Path) -> str | None:
    """What is in a folder that no killed backup left; None if nothing."""
    own = (DATA, MANIFEST, _LOCK, "catalog-", "frontier-")
    return next((p.name for p in sorted(folder.iterdir()) if not p.name.startswith(own)), None)
