"""Pages read without a warehouse."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from etl.errors import UsageError
from etl.ingest.files.reader import FileReader
from etl.outlets.profiles import load_outlets
from etl.settings import Settings
from etl.transform.page_json import page_as_json
from etl.workflows.build.worker_pool import read_captures


def extract(
    settings: Settings, paths: Sequence[Path], outlet_id: str | None, url: str | None
) -> Iterator[dict[str, object]]:
    """Yield one JSON object a page; nothing is written.

    Args:
        settings: profiles and limits.
        paths: files and folders.
        outlet_id: the outlet of all pages; None to recognise it.
        url: the address of all pages; None to use the sidecars'.

    Raises:
        UsageError: no profile has that outlet id.
    """
    outlets = load_outlets(settings.outlets)
    if outlet_id is not None and outlet_id not in outlets.by_id:
        known = ", ".join(sorted(outlets.by_id))
        raise UsageError(f"no outlet {outlet_id!r} in {settings.outlets}: it has {known}")
    reader = FileReader(tuple(paths), datetime.now(UTC), settings.page_max_bytes)
    captures = (
        replace(item, url=url or item.url, outlet_id=outlet_id or item.outlet_id).as_capture()
        for item in reader.captures()
    )
    for capture, result in read_captures(captures, settings):
        yield page_as_json(capture, result, outlets)
