"""Files, folders and archives to captures."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from etl.ingest.archives.filter import EVERYTHING, Wanted
from etl.ingest.files.walk import Walk
from etl.observability.events import observed
from etl.observability.progress import Advance, no_progress
from etl.settings import Settings
from etl.workflows.collect.store import store_captures
from etl.workflows.reports import (
    IngestReport,
)


@observed("ingest")
def ingest_files(
    settings: Settings,
    paths: Sequence[Path],
    run_id: str,
    advance: Advance = no_progress,
    wanted: Wanted = EVERYTHING,
) -> IngestReport:
    """Files, folders and archives to ``raw.page_capture``, a batch a commit.

    What is there already is left as it is; what can't be read becomes a capture that says why.

    :param wanted: the hosts and languages to take from archives.
    """
    walk = Walk(tuple(paths), datetime.now(UTC), settings.page_max_bytes, wanted)
    report = store_captures(settings, walk.captures(), run_id, advance)
    return replace(
        report,
        skipped=tuple(walk.skipped),
        left_out=dict(walk.counts.left_out.most_common()),
        odd=dict(walk.counts.odd.most_common()),
    )
