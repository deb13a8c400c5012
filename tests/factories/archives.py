"""WARC archives written by warcio."""

import io
from collections.abc import Callable
from pathlib import Path

from warcio.recordbuilder import RecordBuilder
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

HTML = "text/html; charset=utf-8"
PAGE = "<html><p>বাংলাদেশ সরকারের খবর</p></html>".encode() * 20


class ArchiveFile:
    """An archive written by warcio; ``offsets`` has where each record starts."""

    def __init__(self, path: Path, *, is_compressed: bool = True) -> None:
        self.path = path
        self.offsets: list[int] = []
        self._buffer = io.BytesIO()
        self._writer = WARCWriter(self._buffer, gzip=is_compressed)

    def add(
        self,
        url: str = "https://x.example/1",
        payload: bytes = PAGE,
        *,
        kind: str = "response",
        status: str = "200 OK",
        media: str = HTML,
        headers: tuple[tuple[str, str], ...] = (),
        fields: dict[str, str] | None = None,
    ) -> "ArchiveFile":
        is_answer = kind == "response"
        http = StatusAndHeaders(status, [("Content-Type", media), *headers], protocol="HTTP/1.1")
        record = RecordBuilder().create_warc_record(
            url,
            kind,
            payload=io.BytesIO(payload),
            http_headers=http if is_answer else None,
            warc_content_type="application/http; msgtype=response" if is_answer else media,
            warc_headers_dict={"WARC-Date": "2026-01-01T00:00:00Z", **(fields or {})},
        )
        self.offsets.append(self._buffer.tell())
        self._writer.write_record(record)
        record.raw_stream.close()
        return self

    def done(self, change: Callable[[bytearray], object] = lambda data: None) -> Path:
        data = bytearray(self._buffer.getvalue())
        change(data)
        self.path.write_bytes(data)
        return self.path
