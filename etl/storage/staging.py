"""The staging folder: one batch's rows between validation and load, as Parquet.

With several machines it is next to the lake's data, so that any of them can load what another has
staged. Each run stages a batch into a folder of its own, which is then never changed:
a run that was considered dead and continues can't disturb a load of its successor's rows.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import fs

from etl.settings import Settings
from etl.storage.files import opened_folder

_RESULTS, _NOTES = "validation", "notes.json"


@dataclass(frozen=True, slots=True)
class StagedBatch:
    """A batch ready to load: tables by staged name, results, rules broken by capture id."""

    tables: Mapping[str, pa.Table]
    results: pa.Table
    rejected: Mapping[str, tuple[str, ...]]
    started_at: datetime


def write(settings: Settings, batch_id: str, run_id: str, batch: StagedBatch) -> None:
    """Write what a run has staged; the notes come last, so with them the batch is complete."""
    place = f"{batch_id}/{run_id}"
    with opened_folder(settings, settings.staging) as folder:
        folder.create_dir(place, recursive=True)
        for name, table in {**batch.tables, _RESULTS: batch.results}.items():
            pq.write_table(table, f"{place}/{name}.parquet", compression="zstd", filesystem=folder)
        notes = {"started_at": batch.started_at.isoformat(), "rejected": batch.rejected}
        with folder.open_output_stream(f"{place}/{_NOTES}") as stream:
            stream.write(json.dumps(notes).encode())


def read(settings: Settings, batch_id: str, run_id: str) -> StagedBatch | None:
    """A batch as that run wrote it; None if it has not, or not completely."""
    place = f"{batch_id}/{run_id}"
    with opened_folder(settings, settings.staging) as folder:
        if folder.get_file_info(f"{place}/{_NOTES}").type is not fs.FileType.File:
            return None
        with folder.open_input_stream(f"{place}/{_NOTES}") as stream:
            notes = json.loads(stream.read())
        paths = [info.path for info in folder.get_file_info(fs.FileSelector(place))]
        tables = {
            path.rpartition("/")[2].removesuffix(".parquet"): pq.read_table(path, filesystem=folder)
            for path in sorted(paths)
            if path.endswith(".parquet")
        }
        return StagedBatch(
            tables,
            tables.pop(_RESULTS),
            {key: tuple(rules) for key, rules in notes["rejected"].items()},
            datetime.fromisoformat(notes["started_at"]),
        )


def remove(settings: Settings, batch_id: str) -> None:
    """Remove all that any run staged of a batch; another process may do so at the same time."""
    with opened_folder(settings, settings.staging) as folder, suppress(FileNotFoundError):
        folder.delete_dir(batch_id)


def remove_runs(settings: Settings, is_removed: Callable[[Sequence[str]], bool]) -> int:
    """Remove staged runs of whose capture ids something is true, and those staged only in part.

    A run that is staging then fails, and stages its batch again.

    Returns:
        The number of runs removed.
    """
    removed = 0
    with opened_folder(settings, settings.staging) as folder:
        selector = fs.FileSelector("", allow_not_found=True, recursive=True)
        paths = {info.path for info in folder.get_file_info(selector)}
        for run in sorted(path for path in paths if path.count("/") == 1):
            captures = f"{run}/capture.parquet"
            if {captures, f"{run}/{_NOTES}"} <= paths:
                rows = pq.read_table(captures, columns=["capture_id"], filesystem=folder)
                if not is_removed(rows["capture_id"].to_pylist()):
                    continue
            with suppress(FileNotFoundError):
                folder.delete_dir(run)
            removed += 1
    return removed


def stale(settings: Settings, now: datetime) -> list[str]:
    """Batches that were not loaded for ``orphan_days``: their processes are dead."""
    newest: dict[str, datetime] = {}
    oldest = now - timedelta(days=settings.orphan_days)
    with opened_folder(settings, settings.staging) as folder:
        for info in folder.get_file_info(fs.FileSelector("", allow_not_found=True, recursive=True)):
            batch_id = info.path.partition("/")[0]
            # A folder on S3 has no time of its own.
            if info.mtime is not None:
                newest[batch_id] = max(info.mtime, newest.get(batch_id, info.mtime))
    return sorted(batch_id for batch_id, time in newest.items() if time < oldest)


def clear_stale(settings: Settings, now: datetime) -> int:
    """Remove stale batches; a batch that is still pending is staged again when it is built.

    Returns:
        The number of batches removed.
    """
    batch_ids = stale(settings, now)
    for batch_id in batch_ids:
        remove(settings, batch_id)
    return len(batch_ids)
