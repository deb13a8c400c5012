"""Captures written to ``raw.page_capture``, a commit a batch."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from etl.ingest.batches import batches
from etl.ingest.capture import NewCapture
from etl.ingest.rights import with_rights
from etl.lake.connection import open_lake
from etl.lake.lake import Lake
from etl.load import write
from etl.load.runs import ALL, record_run
from etl.load.takedown.tombstones import read_tombstones
from etl.observability.progress import Advance, no_progress
from etl.outlets.profiles import load_outlets
from etl.settings import Settings
from etl.workflows.reports import IngestReport
from etl.workflows.takedown.intake import taken_down_captures


def store_captures(
    settings: Settings,
    captures: Iterable[NewCapture],
    run_id: str,
    advance: Advance = no_progress,
    committed: Callable[[], None] = lambda: None,
) -> IngestReport:
    """Write captures to ``raw.page_capture``, a commit a batch.

    Args:
        settings: home, batch size and catalog.
        captures: what to store; read one batch at a time.
        run_id: the run that writes.
        advance: called with the number of captures of each batch.
        committed: called whenever all captures consumed so far are in the lake.
    """
    started_at = datetime.now(UTC)
    new, known, taken_down, batch_ids = 0, 0, 0, []
    is_skipped = settings.rights == "skip"
    with open_lake(settings) as lake:
        for number, batch in enumerate(batches(captures, settings.batch_rows), start=1):
            batch_id = f"{run_id}-{number:06d}"
            known_rights = [with_rights(item, is_skipped=is_skipped) for item in batch]
            count, refused = _store_batch(lake, settings, known_rights, batch_id, run_id)
            if count:
                batch_ids.append(batch_id)
            new, known = new + count, known + len(batch) - count - refused
            taken_down += refused
            committed()
            advance(len(batch))
        counts = (new + known + taken_down, new, taken_down)
        with lake.write(f"ingest {run_id}"):
            record_run(lake.connection, run_id, "ingest", ALL, started_at, counts)
    return IngestReport(new, known, tuple(batch_ids), (), taken_down=taken_down)


def _store_batch(
    lake: Lake, settings: Settings, batch: Sequence[NewCapture], batch_id: str, run_id: str
) -> tuple[int, int]:
    """Commit the captures of a batch that the lake doesn't have, but for those taken down.

    Returns:
        The number of captures written, and of those that were taken down.
    """
    with lake.lock():
        stones = read_tombstones(lake.connection)
        refused = taken_down_captures(stones, load_outlets(settings.outlets), batch)
        present = write.known_captures(lake.connection, [item.capture_id for item in batch])
        rows = [
            item.row(batch_id, run_id)
            for item in batch
            if item.capture_id not in present and item.capture_id not in refused
        ]
        if rows:
            with lake.transaction(f"ingest {batch_id}"):
                write.insert_captures(lake.connection, rows)
    return len(rows), len(refused)
