"""One request and its response, within limits of time and size."""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import httpcore
import httpx
import pyarrow as pa

from etl.errors import ForbiddenAddressError, TerminalError, TransientError
from etl.ingest.web.address_guard import GuardedBackend, PrivateRule
from etl.ingest.web.connection import Client
from etl.schema.problems import Problem
from etl.schema.vocabulary import ProblemCode

# What `decompress` undoes.
_CODINGS = {"gzip": "gzip", "x-gzip": "gzip", "br": "brotli", "zstd": "zstd"}
_ACCEPT_ENCODING = b"gzip, br, zstd"


class NoResponseError(TransientError):
    """No complete response came; a retry may help."""

    def __init__(self, code: ProblemCode, detail: str) -> None:
        self.problem = Problem(code, detail)
        super().__init__(str(self.problem))


class NotFetchableError(TerminalError):
    """The URL can't be fetched: its scheme, form or address."""

    def __init__(self, code: ProblemCode, detail: str) -> None:
        self.problem = Problem(code, detail)
        super().__init__(str(self.problem))


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to connect, to the first byte and between bytes, and for the complete response."""

    connect: float
    first_byte: float
    total: float


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response. ``content`` is without transfer coding and compression.

    ``problem`` says what is wrong with the body; ``content`` is empty then.
    """

    url: str
    status: int
    headers: httpx.Headers
    content: bytes
    received_at: datetime
    problem: Problem | None = None

    @property
    def redirect(self) -> str | None:
        """The absolute URL of a redirect; None if it is none."""
        location: str | None = self.headers.get("location")
        if self.status not in (301, 302, 303, 307, 308) or not location:
            return None
        try:
            return str(httpx.URL(self.url).join(location))
        except httpx.InvalidURL:
            return location


class ClientFactory:
    """Makes clients that share TLS settings, headers and the rule for private addresses."""

    def __init__(self, user_agent: str, rule: PrivateRule, limits: Limits) -> None:
        self._context = httpx.create_ssl_context()
        self._backend = GuardedBackend(rule)
        self._headers = (
            (b"User-Agent", user_agent.encode()),
            (b"Accept-Encoding", _ACCEPT_ENCODING),
        )
        self._timeouts = {
            "connect": limits.connect,
            "read": limits.first_byte,
            "write": limits.first_byte,
        }

    def new(self) -> Client:
        """A client. It ignores proxies of the environment: they would bypass the rule."""
        return Client(self._context, self._backend, self._headers, self._timeouts)


async def send_get(
    client: Client,
    url: str,
    headers: Mapping[str, str],
    max_bytes: int,
    total_seconds: float,
    sent: Callable[[], None],
) -> Response:
    """Send one GET request and read its response; redirects aren't followed.

    Args:
        client: the connections to the host.
        url: the address.
        headers: further headers.
        max_bytes: largest body, compressed and not.
        total_seconds: time limit of the request with its response.
        sent: called when the request has been written.

    Raises:
        NoResponseError: no connection, no response in time, or one that broke off.
        NotFetchableError: the URL or its address is refused.
    """
    try:
        address = httpx.URL(url)
        async with asyncio.timeout(total_seconds):
            response = await client.get(address, headers, sent)
            try:
                return await _read(response, address, max_bytes)
            finally:
                await response.aclose()
    except TimeoutError as error:
        raise NoResponseError(
            ProblemCode.TIMEOUT_WHOLE, f"not whole within {total_seconds:g} s"
        ) from error
    except ForbiddenAddressError as error:
        raise NotFetchableError(ProblemCode.ADDRESS_REFUSED, str(error)) from error
    except (httpx.InvalidURL, httpcore.LocalProtocolError) as error:
        raise NotFetchableError(ProblemCode.BAD_URL, str(error)) from error
    except httpcore.ConnectTimeout as error:
        raise NoResponseError(ProblemCode.TIMEOUT_CONNECT, "no connection in time") from error
    except httpcore.TimeoutException as error:
        raise NoResponseError(ProblemCode.TIMEOUT_READ, "no byte in time") from error
    except httpcore.RemoteProtocolError as error:
        raise NoResponseError(ProblemCode.BROKEN_ANSWER, str(error)) from error
    except httpcore.NetworkError as error:
        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, ssl.SSLError):
            cause = cause.__cause__ or cause.__context__
        code = ProblemCode.CONNECTION if cause is None else ProblemCode.TLS
        raise NoResponseError(code, str(error) or type(error).__name__) from error


async def _read(response: httpcore.Response, url: httpx.URL, max_bytes: int) -> Response:
    received_at = datetime.now(UTC)
    headers = httpx.Headers(response.headers)
    content, problem = b"", None
    if _declared_length(headers) > max_bytes:
        detail = f"{_declared_length(headers)} bytes, at most {max_bytes}"
        problem = Problem(ProblemCode.TOO_LARGE, detail)
    else:
        parts, size = [], 0
        async for part in response.aiter_stream():
            size += len(part)
            if size > max_bytes:
                problem = Problem(ProblemCode.TOO_LARGE, f"over {max_bytes} bytes")
                break
            parts.append(part)
        content = b"" if problem else b"".join(parts)
    if content and not problem:
        content, problem = decompress(content, headers.get("content-encoding"), max_bytes)
    return Response(str(url), response.status, headers, content, received_at, problem)


def _declared_length(headers: httpx.Headers) -> int:
    length = headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() else 0


def decompress(content: bytes, coding: str | None, max_bytes: int) -> tuple[bytes, Problem | None]:
    """Undo a ``Content-Encoding``.

    Args:
        content: the compressed bytes.
        coding: the header's value.
        max_bytes: largest size of the result.

    Returns:
        The bytes, and None; or no bytes, and what is wrong.
    """
    for word in reversed((coding or "").lower().replace(" ", "").split(",")):
        if word in ("", "identity", "none"):
            continue
        if word not in _CODINGS:
            return b"", Problem(ProblemCode.UNKNOWN_COMPRESSION, f"Content-Encoding {word!r}")
        # Servers that declare gzip and send markup are common; browsers accept it.
        if _CODINGS[word] == "gzip" and not content.startswith(b"\x1f\x8b"):
            continue
        try:
            stream = pa.CompressedInputStream(pa.BufferReader(content), _CODINGS[word])
            content = stream.read(max_bytes + 1)
        except OSError as error:
            return b"", Problem(ProblemCode.BROKEN_COMPRESSION, str(error))
        if len(content) > max_bytes:
            return b"", Problem(ProblemCode.TOO_LARGE, f"over {max_bytes} bytes unpacked")
    return content, None


def gunzip(content: bytes, max_bytes: int) -> tuple[bytes, Problem | None]:
    """Decompress a file that is gzip itself (``sitemap.xml.gz``); return other bytes unchanged.

    Args:
        content: the file.
        max_bytes: largest size of the result.

    Returns:
        As of ``decompress``.
    """
    if not content.startswith(b"\x1f\x8b"):
        return content, None
    return decompress(content, "gzip", max_bytes)
