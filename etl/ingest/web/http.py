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
from etl.ingest.web.address_guard import GuardedBackend, PrivateRule
from etl.ingest.web.connection import Client
from etl.schema.problems import Problem
from etl.schema.vocabulary import ProblemCode

# What `_unpacked` undoes.
_CODINGS = {"gzip": "gzip", "x-gzip": "gzip", "br": "brotli", "zstd": "zstd"}
_ACCEPT_ENCODING = b"gzip, br, zstd"


class NoAnswerError(TransientError):
    """No complete answer came; a retry may help."""

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
    """Seconds to connect, to the first byte and between bytes, and for the whole answer."""

    connect: float
    first_byte: float
    whole: float


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer. ``content`` is without transfer coding and compression.

    ``problem`` says what is wrong with the body; ``content`` is empty then.
    """

    url: str
    status: int
    headers: httpx.Headers
    content: bytes
    answered_at: datetime
    problem: Problem | None = None

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


class ClientFactory:
    """Makes clients that share TLS settings, headers and the rule for addresses."""

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
        """A client; proxies named in the environment are left aside, they would undo the rule."""
        return Client(self._context, self._backend, self._headers, self._timeouts)


async def ask(
    client: Client,
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
    try:
        address = httpx.URL(url)
        async with asyncio.timeout(whole_seconds):
            response = await client.get(address, headers, sent)
            try:
                return await _read(response, address, max_bytes)
            finally:
                await response.aclose()
    except TimeoutError as error:
        raise NoAnswerError(
            ProblemCode.TIMEOUT_WHOLE, f"not whole within {whole_seconds:g} s"
        ) from error
    except ForbiddenAddressError as error:
        raise NotFetchableError(ProblemCode.ADDRESS_REFUSED, str(error)) from error
    except (httpx.InvalidURL, httpcore.LocalProtocolError) as error:
        raise NotFetchableError(ProblemCode.BAD_URL, str(error)) from error
    except httpcore.ConnectTimeout as error:
        raise NoAnswerError(ProblemCode.TIMEOUT_CONNECT, "no connection in time") from error
    except httpcore.TimeoutException as error:
        raise NoAnswerError(ProblemCode.TIMEOUT_READ, "no byte in time") from error
    except httpcore.RemoteProtocolError as error:
        raise NoAnswerError(ProblemCode.BROKEN_ANSWER, str(error)) from error
    except httpcore.NetworkError as error:
        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, ssl.SSLError):
            cause = cause.__cause__ or cause.__context__
        code = ProblemCode.CONNECTION if cause is None else ProblemCode.TLS
        raise NoAnswerError(code, str(error) or type(error).__name__) from error


async def _read(response: httpcore.Response, url: httpx.URL, max_bytes: int) -> Answer:
    answered_at = datetime.now(UTC)
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
        content, problem = unpacked(content, headers.get("content-encoding"), max_bytes)
    return Answer(str(url), response.status, headers, content, answered_at, problem)


def _declared_length(headers: httpx.Headers) -> int:
    length = headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() else 0


def unpacked(content: bytes, coding: str | None, max_bytes: int) -> tuple[bytes, Problem | None]:
    """Undo a ``Content-Encoding``, never making more than ``max_bytes``; what is wrong, if so."""
    for word in reversed((coding or "").lower().replace(" ", "").split(",")):
        if word in ("", "identity", "none"):
            continue
        if word not in _CODINGS:
            return b"", Problem(ProblemCode.UNKNOWN_COMPRESSION, f"Content-Encoding {word!r}")
        # Servers that name gzip and send markup are common; browsers read them all the same.
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


def gunzipped(content: bytes, max_bytes: int) -> tuple[bytes, Problem | None]:
    """A file that is gzip itself (``sitemap.xml.gz``), undone; other bytes as they are."""
    if not content.startswith(b"\x1f\x8b"):
        return content, None
    return unpacked(content, "gzip", max_bytes)
