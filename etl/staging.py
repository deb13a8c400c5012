"""The staging folder: one batch's rows between validation and load, as Parquet."""

import json
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

_RESULTS, _NOTES = "validation", "notes.json"
# What no load has taken for this long belongs to a dead process.
_STALE_AGE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StagedBatch:
    """A batch ready to load: tables by staged name, results, rules broken by capture id."""

    tables: Mapping[str, pa.Table]
    results: pa.Table
    rejected: Mapping[str, tuple[str, ...]]
    started_at: datetime


def write(folder: Path, batch: StagedBatch) -> None:
    """Write aside, then rename: a folder of that name is whole."""
    aside = folder.with_name(f"{folder.name}.{secrets.token_hex(4)}.tmp")
    aside.mkdir(parents=True)
    for name, table in {**batch.tables, _RESULTS: batch.results}.items():
        pq.write_table(table, aside / f"{name}.parquet", compression="zstd")
    notes = {"started_at": batch.started_at.isoformat(), "rejected": batch.rejected}
    (aside / _NOTES).write_text(json.dumps(notes), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    aside.rename(folder)


def read(folder: Path) -> StagedBatch:
    """A batch as it was written."""
    notes = json.loads((folder / _NOTES).read_text(encoding="utf-8"))
    tables = {path.stem: pq.read_table(path) for path in sorted(folder.glob("*.parquet"))}
    return StagedBatch(
        tables,
        tables.pop(_RESULTS),
        {key: tuple(rules) for key, rules in notes["rejected"].items()},
        datetime.fromisoformat(notes["started_at"]),
    )


def stale(staging: Path, now: datetime) -> list[Path]:
    """Folders that dead processes left."""
    if not staging.exists():
        return []
    oldest = (now - _STALE_AGE).timestamp()
    return sorted(folder for folder in staging.iterdir() if folder.stat().st_mtime < oldest)


def clear_stale(staging: Path, now: datetime) -> int:
    """Remove what dead processes left; the number of folders removed."""
    folders = stale(staging, now)
    for folder in folders:
        shutil.rmtree(folder)
    return len(folders)
