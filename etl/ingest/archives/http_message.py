"""The HTTP response in a response record: status, headers, and the decoded body."""

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from fastwarc.stream_io import BrotliReader, ChunkedReader, WarcReader, ZstdReader
from fastwarc.warc import WarcRecord

from etl.schema.problems import UnreadablePageError
from etl.schema.vocabulary import ProblemCode

_PART = 1 << 16
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
    body = dechunked_body(response)
    for coding in reversed(response.header("content-encoding").split(",")):
        name = coding.strip()
        if name in ("", "identity", "none") or not body:
            continue
        try:
            body = _joined(_decompress(body, name), max_bytes)
        except (OSError, EOFError, zlib.error) as error:
            if not _is_markup(body):
                raise UnreadablePageError(
                    ProblemCode.BROKEN_COMPRESSION, f"{name}: {error}"
                ) from error
    if len(body) > max_bytes:
        raise _too_large(max_bytes)
    return body


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
        if _is_markup(response.body):
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


def _decompress(body: bytes, coding: str) -> Iterator[bytes]:
    match coding:
        case "gzip" | "x-gzip":
            yield from _inflate(body, 31)
        case "deflate":
            # With zlib's header (RFC 9110, 8.4.1.2), or without it, as some servers send.
            yield from _inflate(body, 15 if body[0] & 0x0F == 8 else -15)
        case "br":
            yield from _read(BrotliReader(BytesIO(body)))
        case "zstd":
            yield from _read(ZstdReader(BytesIO(body)))
        case _ if _is_markup(body):
            yield body
        case _:
            raise UnreadablePageError(
                ProblemCode.UNKNOWN_COMPRESSION, f"Content-Encoding {coding!r}"
            )


def _read(reader: WarcReader) -> Iterator[bytes]:
    while part := reader.read(_PART):
        yield part


def _inflate(body: bytes, window_bits: int) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(window_bits)
    while not unpacker.eof:
        part = unpacker.decompress(body, _PART)
        body = unpacker.unconsumed_tail
        if not part and not body:
            raise EOFError("the compressed data ends too early")
        yield part


def _joined(parts: Iterator[bytes], max_bytes: int) -> bytes:
    kept, size = [], 0
    for part in parts:
        kept.append(part)
        size += len(part)
        if size > max_bytes:
            raise _too_large(max_bytes)
    return b"".join(kept)


def _too_large(max_bytes: int) -> UnreadablePageError:
    return UnreadablePageError(
        ProblemCode.TOO_LARGE, f"over {max_bytes} bytes (KHOBOR_PAGE_MAX_BYTES)"
    )


def _is_markup(body: bytes) -> bool:
    return body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
