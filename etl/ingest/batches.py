"""Captures grouped into batches of ``raw.page_capture``, one batch in memory at a time."""

from collections.abc import Iterable, Iterator

from etl.ingest.capture import NewCapture

# A build reads a batch into memory, so bytes bound it as well as rows. Its checks and its commit
# cost 1.4 s of CPU whatever its size: this is 2,200 pages of a usual size.
BATCH_BYTES = 256_000_000


def batches(captures: Iterable[NewCapture], max_rows: int) -> Iterator[list[NewCapture]]:
    """Group captures, at most ``max_rows`` or about ``BATCH_BYTES`` to a batch.

    A capture that comes twice in one batch is kept once. A batch is cleared when the next is
    requested, so that two are never in memory.
    """
    batch: dict[str, NewCapture] = {}
    size = 0
    for capture in captures:
        batch[capture.capture_id] = capture
        size += len(capture.content)
        if len(batch) >= max_rows or size >= BATCH_BYTES:
            full = list(batch.values())
            batch, size = {}, 0
            yield full
            full.clear()
    if batch:
        yield list(batch.values())
