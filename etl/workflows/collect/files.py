"""Ingest of files, folders and archives."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from etl.ingest.archives.filter import ALL_PAGES, PageFilter
from etl.ingest.files.reader import FileReader
from etl.observability.events import observed
from etl.observability.progress import Advance, no_progress
from etl.settings import Settings
from etl.workflows.collect.captures import store_captures
from etl.workflows.reports import IngestReport


@observed("ingest")
def ingest_files(
    settings: Settings,
    paths: Sequence[Path],
    run_id: str,
    advance: Advance = no_progress,
    page_filter: PageFilter = ALL_PAGES,
) -> IngestReport:
    """Store the pages of files, folders and archives in ``raw.page_capture``, a commit a batch.

    Captures that are stored already are left as they are; a page that can't be read becomes a
    capture with a ``read_error``.

    Args:
        settings: home, limits and catalog.
        paths: files and folders.
        run_id: the run that writes.
        advance: called with the number of pages stored.
        page_filter: the pages to take from archives.
    """
    reader = FileReader(tuple(paths), datetime.now(UTC), settings.page_max_bytes, page_filter)
    report = store_captures(settings, reader.captures(), run_id, advance)
    return replace(
        report,
        skipped=tuple(reader.skipped),
        skipped_records=dict(reader.counts.skipped.most_common()),
        anomalies=dict(reader.counts.anomalies.most_common()),
    )
