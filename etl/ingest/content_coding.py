"""Bodies of HTTP responses decompressed (RFC 9110, 8.4), of the web and of archives.

As browsers do, what is declared but not done is forgiven: a body that is markup or text already
stays as it is, and what follows a compressed body is left out. A body that ends too early is an
error: part of a page would be loaded as all of it.
"""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO

from fastwarc.stream_io import BrotliReader, WarcReader, ZstdReader

from etl.schema.problems import UnreadablePageError
from etl.schema.vocabulary import ProblemCode

_GZIP = b"\x1f\x8b"
_PART = 1 << 16
# Servers use one, misconfigured ones two. Each may be as long as the largest page.
_MOST_CODINGS = 5
_SAMPLE = 4096
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f]")
# Words for zlib: a header of gzip or of zlib (32 more: either), or none.
_EITHER, _RAW = 47, -15
_NO_CODINGS = ("", "identity", "none", "binary", "7bit", "8bit", "chunked")


def decoded(content: bytes, coding: str | None, max_bytes: int, *, is_cut: bool = False) -> bytes:
    """Undo a ``Content-Encoding``.

    Args:
        content: the body as it came.
        coding: the header's value.
        max_bytes: largest size of the result.
        is_cut: whether the body is only the start of one, so that as much is wanted as is there.

    Raises:
        UnreadablePageError: ``unknown_compression``, ``broken_compression`` or ``too_large``.
    """
    words = (coding or "").lower().split(",")
    if sum(not _is_no_coding(word.partition(";")[0].strip()) for word in words) > _MOST_CODINGS:
        detail = f"more than {_MOST_CODINGS} codings on each other"
        raise UnreadablePageError(ProblemCode.UNKNOWN_COMPRESSION, detail)
    for word in reversed(words):
        name = word.partition(";")[0].strip()
        if not content or _is_no_coding(name) or is_markup(content):
            continue
        try:
            content = _joined(_parts(content, name), max_bytes, is_cut=is_cut)
        except (OSError, EOFError, zlib.error) as error:
            if not _is_text(content):
                detail = f"{name}: {error}"
                raise UnreadablePageError(ProblemCode.BROKEN_COMPRESSION, detail) from error
    if len(content) > max_bytes and not is_cut:
        raise _too_large(max_bytes)
    return content[:max_bytes]


def is_markup(body: bytes) -> bool:
    """Whether a body begins as HTML or XML does."""
    return body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def _is_no_coding(name: str) -> bool:
    """Whether servers write that where no coding is meant: a media type, a charset."""
    if name in _NO_CODINGS or "/" in name or "=" in name:
        return True
    try:
        b"a".decode(name, "replace")  # of nothing, it would look up nothing
    except (LookupError, ValueError):
        return False
    return True


def _is_text(body: bytes) -> bool:
    """Whether the body is UTF-8 without control characters, so that it is not compressed."""
    sample = body[:_SAMPLE]
    if _NO_TEXT.search(sample):
        return False
    try:
        sample.decode()
    except UnicodeDecodeError as error:
        # The sample may end within a letter.
        return len(body) > _SAMPLE and error.start >= _SAMPLE - 3
    return True


def _parts(body: bytes, coding: str) -> Iterator[bytes]:
    match coding:
        case "gzip" | "x-gzip":
            yield from _inflate(body, _EITHER)
        case "deflate":
            # With zlib's header (RFC 9110, 8.4.1.2), or without it, as some servers send.
            yield from _inflate(body, _EITHER if _has_header(body) else _RAW)
        case "br":
            yield from _read(BrotliReader(BytesIO(body)))
        case "zstd":
            yield from _read(ZstdReader(BytesIO(body)))
        case _:
            detail = f"Content-Encoding {coding!r}"
            raise UnreadablePageError(ProblemCode.UNKNOWN_COMPRESSION, detail)


def _has_header(body: bytes) -> bool:
    is_zlib = body[0] & 0x0F == 8 and int.from_bytes(body[:2]) % 31 == 0
    return is_zlib or body.startswith(_GZIP)


def _read(reader: WarcReader) -> Iterator[bytes]:
    while part := reader.read(_PART):
        yield part


def _inflate(body: bytes, window_bits: int) -> Iterator[bytes]:
    """Unpack one member after the other; what follows the last is no part of the page."""
    while body:
        unpacker = zlib.decompressobj(window_bits)
        while not unpacker.eof:
            part = unpacker.decompress(body, _PART)
            body = unpacker.unconsumed_tail
            if not part and not body and not unpacker.eof:
                raise EOFError("the compressed data ends too early")
            yield part
        body = unpacker.unused_data
        if not body.startswith(_GZIP):
            return


def _joined(parts: Iterator[bytes], max_bytes: int, *, is_cut: bool) -> bytes:
    kept: list[bytes] = []
    size = 0
    try:
        for part in parts:
            kept.append(part)
            size += len(part)
            if size > max_bytes:
                break
    except (OSError, EOFError, zlib.error):
        if not (is_cut and kept):
            raise
    if size > max_bytes and not is_cut:
        raise _too_large(max_bytes)
    return b"".join(kept)


def _too_large(max_bytes: int) -> UnreadablePageError:
    return UnreadablePageError(
        ProblemCode.TOO_LARGE, f"over {max_bytes} bytes (KHOBOR_PAGE_MAX_BYTES)"
    )
