"""A new capture: its identity, its row in ``raw.page_capture``, and its fields as JSON."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, TypeAdapter

from etl.schema.problems import Problem
from etl.schema.records import Capture
from etl.schema.vocabulary import CaptureTimeSource, TimeSource

_STORED_PROBLEM = BeforeValidator(
    lambda value: Problem.parse(value) if isinstance(value, str) else value
)


@dataclass(frozen=True)
class NewCapture:
    """One page as read from its origin. ``captured_at`` is aware, UTC.

    No slots, because the hashes are cached properties.
    """

    source: str
    content: bytes
    captured_at: datetime
    captured_at_source: CaptureTimeSource
    url: str | None = None
    outlet_id: str | None = None
    http_status: int | None = None
    http_headers: str | None = None
    content_type: str | None = None
    content_encoding: str | None = None
    read_error: Annotated[Problem, _STORED_PROBLEM, PlainSerializer(str)] | None = None
    declared_published_at: datetime | None = None
    declared_time_source: TimeSource | None = None
    robots_directives: str | None = None
    tdm_reservation: bool | None = None
    tdm_policy: str | None = None
    ai_txt_disallows: bool | None = None
    licence: str | None = None
    is_use_reserved: bool | None = None

    @cached_property
    def content_sha256(self) -> str:
        """SHA-256 of the bytes, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()

    @cached_property
    def capture_id(self) -> str:
        """Hash of origin, time and bytes, 32 hexadecimal digits.

        A file's own time doesn't count: a copy or a fresh checkout would change it.
        """
        time_known = self.captured_at_source is not CaptureTimeSource.FILE_TIME
        identity = (
            self.source,
            self.url,
            self.outlet_id,
            self.captured_at.isoformat() if time_known else None,
            self.content_sha256,
            str(self.read_error) if self.read_error else None,
        )
        return hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:32]

    def as_capture(self) -> Capture:
        """The capture as extraction reads it."""
        return Capture(
            self.capture_id,
            self.source,
            self.url,
            self.outlet_id,
            self.captured_at,
            self.captured_at_source,
            self.content,
            self.content_type,
            self.content_encoding,
            self.read_error,
            self.declared_published_at,
            self.declared_time_source,
        )

    def row(self, batch_id: str, run_id: str) -> dict[str, object]:
        """The row of ``raw.page_capture``."""
        return {
            "capture_id": self.capture_id,
            "batch_id": batch_id,
            "run_id": run_id,
            "source": self.source,
            "url": self.url,
            "outlet_id": self.outlet_id,
            "captured_at": self.captured_at,
            "captured_at_source": self.captured_at_source.value,
            "declared_published_at": self.declared_published_at,
            "declared_time_source": (
                self.declared_time_source.value if self.declared_time_source else None
            ),
            "http_status": self.http_status,
            "http_headers": self.http_headers,
            "content_type": self.content_type,
            "content_encoding": self.content_encoding,
            "content": self.content,
            "content_bytes": len(self.content),
            "content_sha256": self.content_sha256,
            "read_error": str(self.read_error) if self.read_error else None,
            "robots_directives": self.robots_directives,
            "tdm_reservation": self.tdm_reservation,
            "tdm_policy": self.tdm_policy,
            "ai_txt_disallows": self.ai_txt_disallows,
            "licence": self.licence,
            "is_use_reserved": self.is_use_reserved,
        }


_CAPTURES = TypeAdapter(NewCapture)


def capture_from_fields(fields: Mapping[str, Any]) -> NewCapture:
    """A capture from its fields, as in a row of the lake or by ``capture_to_fields``.

    Raises:
        ValueError: a field is missing or of a wrong type.
    """
    return _CAPTURES.validate_python(dict(fields))


def capture_to_fields(capture: NewCapture) -> dict[str, Any]:
    """All fields of a capture but its bytes, as JSON types."""
    document: dict[str, Any] = _CAPTURES.dump_python(capture, mode="json", exclude={"content"})
    return document
