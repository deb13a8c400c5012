"""One request and its answer, within limits of time and size."""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import httpcore
import httpx
import pyarrow as pa

from etl.errors import ForbiddenAddressError, TerminalError, TransientError
from etl.ingest.fetch_address import GuardedBackend, PrivateRule

# What `_unpacked` undoes.
_CODINGS = {"gzip": "gzip", "x-gzip": "gzip", "br": "brotli", "zstd": "zstd"}
_ACCEPT_ENCODING = "gzip, br, zstd"
# Longer than the usual delay between two requests to a host, so that connections are used again.
_KEEP_ALIVE_SECONDS = 60.0


class NoAnswerError(TransientError):
    """No whole answer came; asking again may help.

    :param reason: a word, then the detail.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotFetchableError(TerminalError):
    """The URL is none that may be fetched: its scheme, form or address. ``reason`` as above."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to connect, to the first byte and between bytes, and for the whole answer."""

    connect: float
    first_byte: float
    whole: float


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer. ``content`` is without transfer coding and compression.

    ``problem`` says what is wrong with the body, a word first; ``content`` is empty then.
    """

    url: str
    status: int
    headers: httpx.Headers
    content: bytes
    answered_at: datetime
    problem: str | None = None

    @property
    def redirect(self) -> str | None:
        """Where the answer sends us, as an absolute URL; None if it is no redirect."""
        location: str | None = self.headers.get("location")
        if self.status not in (301, 302, 303, 307, 308) or not location:
            return None
        try:
            return str(httpx.URL(self.url).join(location))
        except httpx.InvalidURL:
            return location


class _Transport(httpx.AsyncHTTPTransport):
    """httpx's own transport over a pool that connects by our rule.

    httpx has no parameter for the network backend; httpcore, on which it stands, has.
    """

    def __init__(self, context: ssl.SSLContext, backend: GuardedBackend) -> None:
        super().__init__(verify=context)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            http1=True,
            http2=True,
            keepalive_expiry=_KEEP_ALIVE_SECONDS,
            network_backend=backend,
        )


class ClientFactory:
    """Makes clients that share TLS settings, headers and the rule for addresses.

    A client a host: httpcore looks through all of a pool's connections at every request.
    """

    def __init__(self, user_agent: str, rule: PrivateRule, limits: Limits) -> None:
        self._context = httpx.create_ssl_context()
        self._backend = GuardedBackend(rule)
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": _ACCEPT_ENCODING}
        self._timeout = httpx.Timeout(limits.first_byte, connect=limits.connect, pool=limits.whole)

    def new(self) -> httpx.AsyncClient:
        """A client; proxies named in the environment are left aside, they would undo the rule."""
        return httpx.AsyncClient(
            transport=_Transport(self._context, self._backend),
            headers=self._headers,
            timeout=self._timeout,
            trust_env=False,
            follow_redirects=False,
        )


async def ask(
    client: httpx.AsyncClient,
    url: str,
    headers: Mapping[str, str],
    max_bytes: int,
    whole_seconds: float,
    sent: Callable[[], None],
) -> Answer:
    """Send one GET request and read its answer, no redirect followed.

    :param sent: called when the request has been written.
    :raises NoAnswerError: no connection, no answer in time, or one that broke off.
    :raises NotFetchableError: the URL or its address is refused.
    """

    async def trace(event: str, _: object) -> None:
        if event.endswith("send_request_headers.complete"):
            sent()

    try:
        async with asyncio.timeout(whole_seconds):
            async with client.stream(
                "GET", url, headers=dict(headers), extensions={"trace": trace}
            ) as response:
                return await _read(response, max_bytes)
    except TimeoutError as error:
        raise NoAnswerError(f"timeout_whole: not whole within {whole_seconds:g} s") from error
    except ForbiddenAddressError as error:
        raise NotFetchableError(f"address_refused: {error}") from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError) as error:
        raise NotFetchableError(f"bad_url: {error}") from error
    except httpx.ConnectTimeout as error:
        raise NoAnswerError("timeout_connect: no connection in time") from error
    except httpx.TimeoutException as error:
        raise NoAnswerError("timeout_read: no byte in time") from error
    except httpx.RemoteProtocolError as error:
        raise NoAnswerError(f"broken_answer: {error}") from error
    except httpx.TransportError as error:
        cause = error.__cause__ and error.__cause__.__cause__
        word = "tls" if isinstance(cause, ssl.SSLError) else "connection"
        raise NoAnswerError(f"{word}: {error or type(error).__name__}") from error


async def _read(response: httpx.Response, max_bytes: int) -> Answer:
    answered_at = datetime.now(UTC)
    content, problem = b"", None
    if _declared_length(response) > max_bytes:
        problem = f"too_large: {_declared_length(response)} bytes, at most {max_bytes}"
    else:
        parts, size = [], 0
        async for part in response.aiter_raw():
            size += len(part)
            if size > max_bytes:
                problem = f"too_large: over {max_bytes} bytes"
                break
            parts.append(part)
        content = b"" if problem else b"".join(parts)
    if content and not problem:
        content, problem = unpacked(content, response.headers.get("content-encoding"), max_bytes)
    return Answer(
        str(response.url), response.status_code, response.headers, content, answered_at, problem
    )


def _declared_length(response: httpx.Response) -> int:
    length = response.headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() else 0


def unpacked(content: bytes, coding: str | None, max_bytes: int) -> tuple[bytes, str | None]:
    """Undo a ``Content-Encoding``, never making more than ``max_bytes``; what is wrong, if so."""
    for word in reversed((coding or "").lower().replace(" ", "").split(",")):
        if word in ("", "identity", "none"):
            continue
        if word not in _CODINGS:
            return b"", f"unknown_compression: Content-Encoding {word!r}"
        # Servers that name gzip and send markup are common; browsers read them all the same.
        if _CODINGS[word] == "gzip" and not content.startswith(b"\x1f\x8b"):
            continue
        try:
            stream = pa.CompressedInputStream(pa.BufferReader(content), _CODINGS[word])
            content = stream.read(max_bytes + 1)
        except OSError as error:
            return b"", f"broken_compression: {error}"
        if len(content) > max_bytes:
            return b"", f"too_large: over {max_bytes} bytes unpacked"
    return content, None


def gunzipped(content: bytes, max_bytes: int) -> tuple[bytes, str | None]:
    """A file that is gzip itself (``sitemap.xml.gz``), undone; other bytes as they are."""
    if not content.startswith(b"\x1f\x8b"):
        return content, None
    return unpacked(content, "gzip", max_bytes)
