"""Crafted records: each costs itself alone, and what is taken can be exported again."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from etl.ingest.archives.capture_records import ArchiveWriter
from etl.ingest.archives.reader import ArchiveCounts, ArchiveReader
from etl.ingest.capture import NewCapture, capture_to_fields
from etl.schema.vocabulary import CaptureTimeSource
from tests.factories.archives import PAGE

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MEDIA = "application/vnd.khobor.capture+json"


def record(kind: str, block: bytes, *fields: str, length: str | None = None) -> bytes:
    size = str(len(block)) if length is None else length
    lines = ["WARC/1.1", f"WARC-Type: {kind}", *fields, f"Content-Length: {size}", "", ""]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + block + b"\r\n\r\n"


GOOD = record(
    "resource",
    PAGE,
    "WARC-Target-URI: https://x.example/good",
    "Content-Type: text/html",
    "WARC-Date: 2026-01-01T00:00:00Z",
    "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>",
)


def read(tmp_path: Path, *records: bytes) -> list[NewCapture]:
    path = tmp_path / "a.warc"
    path.write_bytes(b"".join(records))
    return list(ArchiveReader(path, path.name, NOW, 100_000, ArchiveCounts()).captures())


@pytest.mark.parametrize(
    "length", ["9" * 5000, "1" * 19, "-1", "१२", "0x10", "1e3", "", "12 12", "\x00"]
)
def test_a_length_of_any_kind_costs_its_record_alone(tmp_path: Path, length: str) -> None:
    wrong = record("response", b"HTTP/1.1 200 OK\r\n\r\nx", length=length)
    found = read(tmp_path, GOOD, wrong, GOOD)
    assert sum(capture.read_error is None and capture.content == PAGE for capture in found) >= 1


@pytest.mark.parametrize(
    "field",
    [
        "WARC-Target-URI: http://[",
        "WARC-Target-URI: http://\u2100/",
        "WARC-Target-URI: http://x.example:99999999/",
        "WARC-Date: 9999-12-31T23:59:59-14:00",
        "WARC-Date: 0000-00-00T00:00:00Z",
        "WARC-Date: " + "9" * 5000,
        "Content-Type: " + "a/" * 5000,
        "WARC-Payload-Digest: sha1:\u0664",
        "WARC-Block-Digest: :",
        "WARC-Identified-Content-Language: " + "," * 9000,
        "WARC-Truncated: \udcff",
        "WARC-Record-ID: <urn:uuid:\udcff>",
    ],
)
def test_fields_of_any_kind_cost_their_record_alone(tmp_path: Path, field: str) -> None:
    found = read(tmp_path, record("response", b"HTTP/1.1 200 OK\r\n\r\nx", field), GOOD)
    assert found[-1].content == PAGE


def described(**changes: Any) -> tuple[bytes, bytes]:
    """The two records of a capture, whose fields were then changed; ids fit them."""
    capture = NewCapture(
        "x", PAGE, NOW, CaptureTimeSource.HTTP, url="https://x.example/1", http_status=200
    )
    document = capture_to_fields(capture) | {
        "capture_id": capture.capture_id,
        "content_sha256": capture.content_sha256,
    }
    page = record("resource", PAGE, f"WARC-Record-ID: <urn:uuid:{UUID(capture.capture_id)}>")
    block = json.dumps(document | changes).encode()
    return record("metadata", block, f"Content-Type: {MEDIA}"), page


@pytest.mark.parametrize(
    "changes",
    [
        {"http_status": 10**30},
        {"http_status": -1},
        {"http_headers": "[]"},
        {"http_headers": "not JSON"},
        {"http_headers": "[" * 100_000},
        {"content_type": "text/html\r\nX: y\x00"},
        {"captured_at": "9999-12-31T23:59:59-14:00"},
        {"declared_published_at": "0001-01-01T00:00:00+14:00"},
        {"capture_id": 7},
        {"capture_id": "not a UUID"},
        {"source": "\ud800"},
        {"url": "http://["},
        {"content_encoding": {"a": 1}},
    ],
    ids=str,
)
def test_own_records_are_taken_only_if_they_can_be_exported_again(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    found = read(tmp_path, *described(**changes), GOOD)
    assert found[-1].content == PAGE
    taken = [capture for capture in found if capture.read_error is None]
    for capture in taken:
        ArchiveWriter(io.BytesIO(), is_compressed=True).write(capture)
        assert capture.http_status is None or 100 <= capture.http_status <= 999


@pytest.mark.parametrize(
    "block", [b"[" * 200_000, b"{}", b"null", b"\xff", b'{"capture_id": ' + b"9" * 6000 + b"}"]
)
def test_descriptions_of_any_kind_cost_themselves_alone(tmp_path: Path, block: bytes) -> None:
    found = read(tmp_path, record("metadata", block, f"Content-Type: {MEDIA}"), GOOD)
    assert found[-1].content == PAGE
