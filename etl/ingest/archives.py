"""WARC and WET archives, streamed: each response or conversion record is a capture."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from etl.ingest.capture import NewCapture
from etl.schema.words import CaptureTimeSource

# Other media (pictures, scripts) are no pages and make no captures.
_PAGE_TYPES = ("text/html", "application/xhtml+xml", "text/plain")


def captures(path: Path, source: str, seen_at: datetime) -> Iterator[NewCapture]:
    """The pages of an archive, one at a time.

    ``seen_at`` stands for the time of what has none of its own.

    An archive that can't be opened, or breaks off, gives a last capture that stands for the
    archive itself and carries the ``read_error``.
    """
    count = 0
    try:
        with path.open("rb") as stream:
            for record in ArchiveIterator(
                stream,
                record_types=WarcRecordType.response | WarcRecordType.conversion,
                auto_decode="all",
            ):
                capture = _capture(record, source, seen_at)
                if capture is not None:
                    count += 1
                    yield capture
        problem = None if count else "no_records: no response or conversion record in it"
    except FileNotFoundError:
        problem = f"missing: no file {source}"
    except (OSError, ValueError) as error:
        problem = f"broken_archive: {error} after {count} pages"
    if problem:
        yield NewCapture(
            source=source,
            content=b"",
            captured_at=seen_at,
            captured_at_source=CaptureTimeSource.FILE_TIME,
            content_type="application/warc",
            read_error=problem,
        )


def _capture(record: WarcRecord, source: str, seen_at: datetime) -> NewCapture | None:
    """The capture of one record; None for what is no page (pictures, scripts, …)."""
    is_text = record.record_type == WarcRecordType.conversion
    content_type = "text/plain" if is_text else record.http_content_type
    if content_type is not None and content_type not in _PAGE_TYPES:
        return None
    http = None if is_text else record.http_headers
    status = http.status_code if http else None
    identity = (record.record_id or f"offset-{record.stream_pos}").strip("<>")
    if not is_text and record.http_charset:
        content_type = f"{content_type}; charset={record.http_charset}"
    return NewCapture(
        source=f"{source}#{identity.removeprefix('urn:uuid:')}",
        content=record.reader.read(),
        captured_at=(record.record_date or seen_at).astimezone(UTC),
        captured_at_source=(
            CaptureTimeSource.WARC if record.record_date else CaptureTimeSource.FILE_TIME
        ),
        url=(record.headers.get("WARC-Target-URI") or "").strip("<>") or None,
        http_status=status,
        http_headers=json.dumps(dict(http.items())) if http else None,
        content_type=content_type,
        read_error=f"http_status: {status}" if status and status >= 400 else None,
    )
