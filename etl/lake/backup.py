"""A consistent copy of a lake in a folder: catalog, data files, and a manifest with their hashes.

Data files never change, so a second copy into the same folder takes only new ones. The manifest is
written last and in one step: a copy that was broken off leaves the one before it as it was.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from pyarrow import fs

from etl.errors import LakeError, UsageError
from etl.lake.catalogs.sqlite import SqliteCatalog
from etl.lake.identity import MARKER, lake_id
from etl.lake.lake import Lake
from etl.settings import Settings
from etl.storage.files import opened_folder

_MANIFEST = "khobor-backup.json"
_DATA = "data"
_CHUNK = 1 << 20
_BUSY_SECONDS = 60


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file's size in bytes and SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds.

    Attributes:
        lake_id: the lake.
        snapshot: its snapshot.
        made_at: when, ISO 8601.
        khobor_version: the release that made it.
        catalog: name of the catalog's copy in the folder.
        files: all files by their paths in the folder, the catalog too.
    """

    lake_id: str
    snapshot: int
    made_at: str
    khobor_version: str
    catalog: str
    files: Mapping[str, StoredFile]


def back_up(
    lake: Lake, settings: Settings, folder: Path, copied: Callable[[int], None]
) -> tuple[Manifest, int]:
    """Copy the lake into a folder; the caller holds the writer's lock.

    Args:
        lake: open for writing.
        settings: name its catalog and data.
        folder: made if missing; one with the backup of another lake is refused.
        copied: called with the number of bytes of each file copied.

    Returns:
        The manifest, and the number of files copied.

    Raises:
        UsageError: the folder has other things in it, or lies in the lake's own folders.
        LakeError: the catalog is in Postgres.
    """
    if settings.is_catalog_on_postgres:
        raise LakeError(
            "the catalog is in Postgres: copy it with pg_dump, and the data with the means of the "
            "storage; see docs/operator/scale.md"
        )
    before = _known(folder, lake_id(lake.connection), settings)
    snapshot = lake.snapshot()
    catalog = f"catalog-{snapshot}.sqlite"
    _copy_catalog(SqliteCatalog(settings.lake_folder).file, folder / catalog)
    files = {catalog: _measured(folder / catalog)}
    count = 0
    with opened_folder(settings, settings.lake_data) as source:
        for path in _listed(source):
            name = f"{_DATA}/{path}"
            target = folder / name
            known = before.files.get(name) if before else None
            # Of one name and size, they are the same; only the marker is ever written again.
            is_there = known is not None and target.is_file() and path != MARKER
            if known and is_there and target.stat().st_size == known.size:
                files[name] = known
                continue
            files[name] = _copied(source, path, target)
            count += 1
            copied(files[name].size)
    manifest = Manifest(
        lake_id(lake.connection),
        snapshot,
        datetime.now(UTC).isoformat(timespec="seconds"),
        version("khobor"),
        catalog,
        files,
    )
    aside = folder / f"{_MANIFEST}.part"
    aside.write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
    aside.replace(folder / _MANIFEST)
    for old in sorted(folder.rglob("*")):  # of the backup before, and of what was forgotten since
        name = old.relative_to(folder).as_posix()
        if old.is_file() and name not in files and name != _MANIFEST:
            old.unlink()
    return manifest, count


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup.

    Raises:
        UsageError: there is none, or it can't be read.
    """
    try:
        document = json.loads((folder / _MANIFEST).read_bytes())
        files = {name: StoredFile(**stored) for name, stored in document.pop("files").items()}
        if any(name.startswith("/") or ".." in Path(name).parts for name in files):
            raise ValueError("a path that leads out of the folder")
        return Manifest(files=files, **document)
    except FileNotFoundError:
        raise UsageError(f"no backup in {folder}: make one with `khobor backup {folder}`") from None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UsageError(f"{folder / _MANIFEST} can't be read: {error}") from error


def damages(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Files of a backup that are missing or not as they were written."""
    for name, stored in manifest.files.items():
        path = folder / name
        if not path.is_file():
            yield f"{name} is missing"
        elif _measured(path) != stored:
            yield f"{name} is not as it was written"


def put_back(
    settings: Settings, folder: Path, manifest: Manifest, copied: Callable[[int], None]
) -> int:
    """Put data files that are missing or different in their place, then the catalog.

    The caller holds the writer's lock and has checked the backup. A catalog that is there is kept
    next to it, with the ending ``.replaced``.

    Returns:
        The number of files written.
    """
    count = 0
    with opened_folder(settings, settings.lake_data) as target:
        for name, stored in manifest.files.items():
            path = name.removeprefix(f"{_DATA}/")
            if name == manifest.catalog or _is_there(target, path, stored):
                continue
            parent = path.rpartition("/")[0]
            if parent:
                target.create_dir(parent, recursive=True)
            with (folder / name).open("rb") as file, target.open_output_stream(path) as stream:
                while chunk := file.read(_CHUNK):
                    stream.write(chunk)
            count += 1
            copied(stored.size)
    catalog = SqliteCatalog(settings.lake_folder).file
    catalog.parent.mkdir(parents=True, exist_ok=True)
    aside = catalog.with_name(f"{catalog.name}.part")
    aside.write_bytes((folder / manifest.catalog).read_bytes())
    for ending in ("", "-wal", "-shm"):
        old = catalog.with_name(f"{catalog.name}{ending}")
        if old.exists():
            old.replace(old.with_name(f"{old.name}.replaced"))
    aside.replace(catalog)
    return count + 1


def _known(folder: Path, lake: str, settings: Settings) -> Manifest | None:
    """The backup that is in the folder already; None in an empty one."""
    own = (settings.lake_folder, Path(settings.lake_data))
    if any(folder.absolute().is_relative_to(place) for place in own):
        raise UsageError(f"{folder} lies in the lake itself: choose another folder")
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / _MANIFEST).exists():
        unfinished = all(path.name in (_DATA, *_catalogs(folder)) for path in folder.iterdir())
        if not unfinished:
            raise UsageError(f"{folder} has other things in it: choose an empty folder")
        return None
    manifest = read_manifest(folder)
    if manifest.lake_id != lake:
        raise UsageError(f"{folder} has the backup of another lake: choose another folder")
    return manifest


def _catalogs(folder: Path) -> list[str]:
    return [path.name for path in folder.glob("catalog-*.sqlite*")] + [f"{_MANIFEST}.part"]


def _copy_catalog(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    with (
        closing(sqlite3.connect(source, timeout=_BUSY_SECONDS)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)


def _listed(source: fs.FileSystem) -> list[str]:
    found = source.get_file_info(fs.FileSelector("", allow_not_found=True, recursive=True))
    return sorted(info.path for info in found if info.type is fs.FileType.File)


def _copied(source: fs.FileSystem, path: str, target: Path) -> StoredFile:
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f"{target.name}.part")
    digest, size = hashlib.sha256(), 0
    with source.open_input_stream(path) as stream, aside.open("wb") as file:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            file.write(chunk)
            size += len(chunk)
    aside.replace(target)
    return StoredFile(size, digest.hexdigest())


def _measured(path: Path) -> StoredFile:
    with path.open("rb") as file:
        return StoredFile(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def _is_there(folder: fs.FileSystem, path: str, stored: StoredFile) -> bool:
    info = folder.get_file_info(path)
    if info.type is not fs.FileType.File or info.size != stored.size:
        return False
    digest = hashlib.sha256()
    with folder.open_input_stream(path) as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest() == stored.sha256
