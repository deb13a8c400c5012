"""The manifest of a backup: every file of it with its size and hash. It makes the backup valid."""

import hashlib
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from etl.errors import LakeError

MANIFEST = "manifest.json"
DATA = "data"
_CHUNK_BYTES = 1_000_000


class BackupFile(BaseModel):
    """One file; ``path`` is relative to the backup."""

    model_config = ConfigDict(frozen=True)

    path: str
    size_bytes: int
    sha256: str


class Manifest(BaseModel):
    """What a backup consists of.

    Attributes:
        format: of this file.
        lake_id: the lake that was copied.
        catalog_kind: where its catalog was kept.
        khobor_version: the release that copied it.
        created_at: when.
        catalog: the catalog's copy.
        frontier: the frontier's copy, where there was one.
        data: the data files, below ``data/`` as they lay in the lake.
    """

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    lake_id: str
    catalog_kind: str
    khobor_version: str
    created_at: datetime
    catalog: BackupFile
    frontier: BackupFile | None
    data: tuple[BackupFile, ...]

    def files(self) -> Iterable[BackupFile]:
        """All files but the manifest."""
        yield self.catalog
        if self.frontier is not None:
            yield self.frontier
        yield from self.data


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a backup; None where there is none.

    Raises:
        LakeError: it can't be read.
    """
    path = folder / MANIFEST
    if not path.exists():
        return None
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        raise LakeError(
            f"{path} is no manifest of a backup that this release reads: {first['msg']}"
        ) from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest in the place of an earlier one, at once."""
    aside = folder / f"{MANIFEST}.tmp"
    with aside.open("w", encoding="utf-8") as file:
        file.write(manifest.model_dump_json(indent=1))
        file.flush()
        os.fsync(file.fileno())
    aside.replace(folder / MANIFEST)


def check_files(folder: Path, manifest: Manifest) -> None:
    """Read every file of a backup and compare its hash.

    Raises:
        LakeError: one is missing or has changed.
    """
    for file in manifest.files():
        path = folder / file.path
        if not path.is_file():
            raise LakeError(f"the backup {folder} is damaged: {file.path} is missing")
        if path.stat().st_size != file.size_bytes or described(folder, path) != file:
            raise LakeError(f"the backup {folder} is damaged: {file.path} has other bytes")


def described(folder: Path, path: Path) -> BackupFile:
    """A file of a backup with its size and hash."""
    with path.open("rb") as source:
        digest, size = hash_stream(source)
    return BackupFile(path=path.relative_to(folder).as_posix(), size_bytes=size, sha256=digest)


def hash_stream(source: BinaryIO, target: BinaryIO | None = None) -> tuple[str, int]:
    """SHA-256 and number of the bytes of a stream, which are copied to a target if one is given."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK_BYTES):
        digest.update(chunk)
        size += len(chunk)
        if target is not None:
            target.write(chunk)
    return digest.hexdigest(), size
