"""The HTTP response in a response record: status, headers, and the decoded body."""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from io import BytesIO

from fastwarc.stream_io import ChunkedReader
from fastwarc.warc import WarcRecord

from etl.ingest.content_coding import decoded, is_markup
from etl.schema.problems import UnreadablePageError
from etl.schema.vocabulary import ProblemCode

# Base32, as IIPC's writers write digests, or hexadecimal; by the number of characters.
_ALGORITHMS = {"md5": 16, "sha1": 20, "sha256": 32, "sha512": 64}


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """An HTTP response; ``body`` as recorded, with its chunks and compression."""

    status: int
    headers: tuple[tuple[str, str], ...]
    media_type: str | None
    charset: str | None
    body: bytes

    @property
    def headers_json(self) -> str:
        """The headers as ``raw.page_capture`` keeps them."""
        return json.dumps(dict(self.headers))

    @property
    def content_type(self) -> str | None:
        """Media type and encoding, as declared."""
        return f"{self.media_type}; charset={self.charset}" if self.charset else self.media_type

    def header(self, name: str) -> str:
        """A header's value in lower case, empty if it isn't there."""
        return next((value for key, value in self.headers if key.lower() == name), "").lower()


def parse_http_response(block: bytes) -> HttpResponse:
    """Parse the block of a response record.

    Raises:
        UnreadablePageError: ``broken_http``: it doesn't begin with an HTTP header.
    """
    response = _parsed(block)
    # Before the response proper a server may have sent interim ones (RFC 9110, 15.2).
    while 100 <= response.status < 200 and response.body.startswith(b"HTTP/"):
        response = _parsed(response.body)
    return response


def _parsed(block: bytes) -> HttpResponse:
    record = WarcRecord()
    record.set_bytes_content(block)
    record.is_http = True
    try:
        record.parse_http(quirks_mode=True)
    except OSError as error:
        raise UnreadablePageError(ProblemCode.BROKEN_HTTP, str(error)) from error
    headers = record.http_headers
    if headers is None or headers.status_code is None:
        raise UnreadablePageError(
            ProblemCode.BROKEN_HTTP, f"no HTTP header: it starts with {block[:20]!r}"
        )
    return HttpResponse(
        headers.status_code,
        tuple((str(name), str(value)) for name, value in headers.items()),
        record.http_content_type,
        record.http_charset,
        record.reader.read(),
    )


def decoded_body(response: HttpResponse, max_bytes: int) -> bytes:
    """Undo the body's chunks and compression.

    Writers that undo them and leave the header are common: what begins as markup is kept as it is.

    Args:
        response: the response as recorded.
        max_bytes: largest size of the result.

    Raises:
        UnreadablePageError: ``broken_chunks``, ``broken_compression``, ``unknown_compression`` or
            ``too_large``.
    """
    return decoded(dechunked_body(response), response.header("content-encoding"), max_bytes)


def dechunked_body(response: HttpResponse) -> bytes:
    """Undo the chunked transfer coding of the body.

    Raises:
        UnreadablePageError: ``broken_chunks``.
    """
    if "chunked" not in response.header("transfer-encoding") or not response.body:
        return response.body
    try:
        return ChunkedReader(BytesIO(response.body)).read()
    except OSError as error:
        if is_markup(response.body):
            return response.body
        raise UnreadablePageError(ProblemCode.BROKEN_CHUNKS, str(error)[:80]) from error


def is_digest_of(digest: str, content: bytes) -> bool | None:
    """Whether a WARC digest (``sha1:…``) is that of the content; None if it can't be checked."""
    algorithm, _, value = digest.strip().partition(":")
    name = algorithm.lower().replace("-", "")
    if name not in _ALGORITHMS:
        return None
    try:
        is_hex = len(value) == 2 * _ALGORITHMS[name]
        expected = bytes.fromhex(value) if is_hex else base64.b32decode(value.upper())
    except (ValueError, binascii.Error):
        return None
    return hashlib.new(name, content, usedforsecurity=False).digest() == expected
