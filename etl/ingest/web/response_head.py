"""Heads of HTTP/1 responses made readable, as browsers do.

h11 refuses a response for one odd line of its header; browsers drop the line and show the page. So
the head is mended before h11 reads it: a line that is no header field is left out, blanks before
the colon and control characters go, and the status line gets its usual form.
"""

import re
import ssl
from typing import Any

import httpcore

# Longer heads are h11's to refuse.
_LONGEST_HEAD = 100_000
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS_LINE = re.compile(rb"HTTP/(\d)(?:\.(\d))?[ \t]+(\d{3})(.*)", re.I | re.S)
_INTERIM = re.compile(rb"HTTP/\S+\s+1\d\d", re.I)
# Source: RFC 9110, 5.6.2
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROLS = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]+")


class MendingStream(httpcore.AsyncNetworkStream):
    """A connection whose response heads are mended as they are read; HTTP/2 passes unchanged."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream
        self._awaits_head = False

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read; after a request first the response's mended head, with what came with it."""
        received = await self._stream.read(max_bytes, timeout)
        if not self._awaits_head or self._is_http2():
            return received
        while (end := _HEAD_END.search(received := received.lstrip(b"\r\n"))) is None:
            part = await self._stream.read(max_bytes, timeout)
            received += part
            if not part or len(received) > _LONGEST_HEAD:
                return received
        head, rest = received[: end.start()], received[end.end() :]
        # After an interim response (100, 103) comes the final one's head.
        self._awaits_head = _INTERIM.match(head) is not None
        return mended_head(head) + rest

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write a request."""
        self._awaits_head = True
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Return the encrypted stream, mended likewise."""
        return MendingStream(await self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        """Return what the connection knows of itself."""
        return self._stream.get_extra_info(info)

    def _is_http2(self) -> bool:
        encrypted = self._stream.get_extra_info("ssl_object")
        return encrypted is not None and encrypted.selected_alpn_protocol() == "h2"


def mended_head(head: bytes) -> bytes:
    """A head that h11 reads, from one that browsers read.

    Args:
        head: status line and header lines, without the empty line after them.

    Returns:
        The same with an empty line; a head without a status line is only given that.
    """
    lines = re.split(rb"\r?\n", head)
    status = _STATUS_LINE.fullmatch(lines[0].strip())
    if status is None:
        return head + b"\r\n\r\n"
    minor = b"0" if status[1] == b"1" and status[2] == b"0" else b"1"
    kept = [b"HTTP/1." + minor + b" " + status[3] + b" " + _plain(status[4])]
    is_kept = False
    for line in lines[1:]:
        if line[:1] in b" \t":  # goes on with the line before
            if is_kept and line.strip():
                kept[-1] += b" " + _plain(line)
            continue
        name, colon, value = line.partition(b":")
        field = _field(name.rstrip(b" \t"), _plain(value)) if colon else None
        is_kept = field is not None
        if field is not None:
            kept.append(field)
    return b"\r\n".join([*kept, b"", b""])


def _field(name: bytes, value: bytes) -> bytes | None:
    """A header line; None for one that is no field, or says nothing of the body's length."""
    if not _TOKEN.fullmatch(name):
        return None
    match name.lower():
        case b"content-length" if not value.replace(b",", b"").replace(b" ", b"").isdigit():
            return None
        case b"transfer-encoding":
            codings = [word.strip().lower() for word in value.split(b",")]
            if set(codings) <= {b"identity", b""}:
                return None
            if set(codings) <= {b"identity", b"", b"chunked"}:
                value = b"chunked"
    return name + b": " + value


def _plain(text: bytes) -> bytes:
    return _CONTROLS.sub(b"", text).strip()
