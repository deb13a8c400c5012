"""Captures as records of a WARC archive, and read back without loss.

Each capture is two records. The first, of type ``metadata``, has all its fields as JSON; the second
has the page: a ``response`` with status and headers where it came by HTTP, else a ``resource``. Any
reader of WARC can use the second alone.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, BinaryIO
from urllib.parse import quote
from uuid import UUID, uuid5

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType

from etl.bangla.clock import to_utc
from etl.ingest.archives.http_message import parse_http_response
from etl.ingest.archives.stream import ArchiveRecord
from etl.ingest.capture import NewCapture, capture_from_fields, capture_to_fields
from etl.schema.problems import UnreadablePageError
from etl.schema.vocabulary import ProblemCode

_MEDIA_TYPE = "application/vnd.khobor.capture+json"
# Headers that describe the body as sent, not as stored: renamed as Common Crawl does, so that
# readers don't decode it a second time.
_TRANSFER_HEADERS = ("content-encoding", "content-length", "transfer-encoding")
# gzip's own default; the writer's would be 9.
_GZIP_LEVEL = 6
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


@dataclass(frozen=True, slots=True)
class Description:
    """The fields of a capture, from a ``metadata`` record; the next record has its page."""

    record_id: str
    capture_id: str
    content_sha256: str
    fields: Mapping[str, Any]

    @classmethod
    def read(cls, block: bytes) -> "Description":
        """Parse the record's block.

        Raises:
            UnreadablePageError: ``bad_description``.
        """
        try:
            fields = json.loads(block)
            capture_id, content_sha256 = fields.pop("capture_id"), fields.pop("content_sha256")
            capture = capture_from_fields({**fields, "content": b""})
            _check_storable(capture)
            json.dumps(fields, ensure_ascii=False).encode()  # no half letters
            described = cls(_urn(UUID(capture_id)), capture_id, content_sha256, fields)
            # What is taken can be exported again: its records are made once here.
            _description(capture), _page(capture)
            return described
        except Exception as error:
            detail = f"{type(error).__name__}: {error}"
            raise UnreadablePageError(ProblemCode.BAD_DESCRIPTION, detail) from error

    def is_of(self, found: ArchiveRecord) -> bool:
        """Whether the record has the described capture's page."""
        return found.header("WARC-Record-ID") == f"<{self.record_id}>"

    def capture(self, found: ArchiveRecord) -> NewCapture:
        """The stored capture.

        Args:
            found: the record with its page.

        Raises:
            UnreadablePageError: ``truncated_record`` or ``wrong_digest``.
        """
        if len(found.block) < found.size:
            raise UnreadablePageError(
                ProblemCode.TRUNCATED_RECORD,
                f"{len(found.block)} of {found.size} bytes could be read",
            )
        is_response = found.kind == "response"
        content = parse_http_response(found.block).body if is_response else found.block
        capture = capture_from_fields({**self.fields, "content": content})
        if capture.content_sha256 != self.content_sha256:
            raise UnreadablePageError(
                ProblemCode.WRONG_DIGEST, f"the bytes are not those of {self.content_sha256}"
            )
        if capture.capture_id != self.capture_id:
            raise UnreadablePageError(
                ProblemCode.WRONG_DIGEST,
                f"what describes it is not that of capture {self.capture_id}",
            )
        return capture


def _check_storable(capture: NewCapture) -> None:
    """Check what the types of ``raw.page_capture`` can hold.

    Raises:
        ValueError: an instant is out of the calendar, or a status is none of HTTP's.
    """
    for name in ("captured_at", "declared_published_at"):
        moment = getattr(capture, name)
        if moment is not None and to_utc(moment) is None:
            raise ValueError(f"{name} {moment} is no instant")
    if capture.http_status is not None and not 100 <= capture.http_status <= 999:
        raise ValueError(f"http_status {capture.http_status} is none of HTTP's")


def is_description(record: WarcRecord) -> bool:
    """Whether the record has the fields of a capture of this program."""
    return (record.headers.get("Content-Type") or "").strip().lower() == _MEDIA_TYPE


class ArchiveWriter:
    """Writes captures to an open file; equal captures give equal records."""

    def __init__(self, file: BinaryIO, *, is_compressed: bool) -> None:
        self._file = file
        self._gzip = GzipWriter(file, compression_level=_GZIP_LEVEL) if is_compressed else None

    def begin(self, software: str, written_at: datetime) -> None:
        """Write the ``warcinfo`` record.

        Args:
            software: name and version of the writing program.
            written_at: the archive's date.
        """
        fields = {
            "software": software,
            "format": "WARC File Format 1.1",
            "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        }
        record = WarcRecord()
        record.init_headers(WarcRecordType.warcinfo)
        record.headers["WARC-Date"] = _date(written_at)
        record.headers["Content-Type"] = "application/warc-fields"
        record.set_bytes_content("".join(f"{k}: {v}\r\n" for k, v in fields.items()).encode())
        self._write(record)

    def write(self, capture: NewCapture) -> None:
        """Write a capture's two records."""
        self._write(_description(capture))
        self._write(_page(capture))

    def end(self) -> None:
        """Flush to the file, which stays open."""
        if self._gzip is not None:
            self._gzip.flush()

    def _write(self, record: WarcRecord) -> None:
        if self._gzip is None:
            record.write(self._file, checksum_data=True)
            return
        # Each record is a gzip member of its own: readers can begin at any.
        record.write(self._gzip, checksum_data=True)
        self._gzip.finish()


def _description(capture: NewCapture) -> WarcRecord:
    identity = UUID(capture.capture_id)
    document = capture_to_fields(capture) | {
        "capture_id": capture.capture_id,
        "content_sha256": capture.content_sha256,
    }
    record = _record(WarcRecordType.metadata, uuid5(identity, "description"), capture)
    record.headers["WARC-Refers-To"] = f"<{_urn(identity)}>"
    record.headers["Content-Type"] = _MEDIA_TYPE
    record.set_bytes_content(json.dumps(document).encode())
    return record


def _page(capture: NewCapture) -> WarcRecord:
    is_response = capture.http_status is not None
    kind = WarcRecordType.response if is_response else WarcRecordType.resource
    record = _record(kind, UUID(capture.capture_id), capture)
    if is_response:
        record.headers["Content-Type"] = "application/http; msgtype=response"
        record.set_bytes_content(_http_header(capture) + capture.content)
        record.is_http = True
        record.parse_http()
    else:
        media_type = _one_line(capture.content_type or "application/octet-stream")
        record.headers["Content-Type"] = media_type
        record.set_bytes_content(capture.content)
    return record


def _record(kind: WarcRecordType, identity: UUID, capture: NewCapture) -> WarcRecord:
    address = quote(capture.url, safe="%/:=&?~#+!$,;'@()*[]|") if capture.url else None
    record = WarcRecord()
    record.init_headers(kind, _urn(identity).removeprefix("urn:").encode())
    record.headers["WARC-Date"] = _date(capture.captured_at)
    record.headers["WARC-Target-URI"] = address or f"urn:khobor:capture:{capture.capture_id}"
    return record


def _http_header(capture: NewCapture) -> bytes:
    """Status line and headers; those of the transfer are renamed."""
    status = int(capture.http_status or 0)
    phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""
    lines = [f"HTTP/1.1 {status} {phrase}".rstrip()]
    is_compressed = capture.content_encoding is not None
    for name, value in _headers(capture).items():
        is_true = name.lower() == "content-encoding" and is_compressed
        prefix = "X-Crawl-" if name.lower() in _TRANSFER_HEADERS and not is_true else ""
        if _HEADER_NAME.fullmatch(name):
            lines.append(f"{prefix}{name}: {_one_line(value)}")
    lines += [f"Content-Length: {len(capture.content)}", "", ""]
    return "\r\n".join(lines).encode("utf-8", "replace")


def _headers(capture: NewCapture) -> dict[str, str]:
    """The headers by name; none where what is stored is no object of JSON.

    The description has it as it is stored.
    """
    try:
        document = json.loads(capture.http_headers or "{}")
    except (ValueError, RecursionError):
        document = {}
    pairs = document.items() if isinstance(document, dict) else ()
    headers = {str(name): str(value) for name, value in pairs}
    if capture.content_type and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = capture.content_type
    return headers


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _date(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _urn(identity: UUID) -> str:
    return f"urn:uuid:{identity}"
