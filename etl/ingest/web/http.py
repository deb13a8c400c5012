"""One request and its response, within limits of time and size."""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import httpcore
import httpx

from etl.errors import ForbiddenAddressError, TerminalError, TransientError
from etl.ingest.content_coding import decoded
from etl.ingest.web.address_guard import GuardedBackend, PrivateRule
from etl.ingest.web.connection import Client
from etl.schema.problems import Problem, UnreadablePageError
from etl.schema.vocabulary import ProblemCode

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
class BodyLimit:
    """Largest body in bytes, compressed and not; of a larger one, perhaps the start is enough."""

    max_bytes: int
    is_start_enough: bool = False


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
    limit: BodyLimit,
    total_seconds: float,
    sent: Callable[[], None],
) -> Response:
    """Send one GET request and read its response; redirects aren't followed.

    Args:
        client: the connections to the host.
        url: the address.
        headers: further headers.
        limit: largest body.
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
                return await _read(response, address, limit)
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


async def _read(response: httpcore.Response, url: httpx.URL, limit: BodyLimit) -> Response:
    received_at = datetime.now(UTC)
    headers = httpx.Headers(response.headers)
    content, problem = b"", None
    declared = _declared_length(headers)
    if declared > limit.max_bytes and not limit.is_start_enough:
        detail = f"{declared} bytes, at most {limit.max_bytes}"
        problem = Problem(ProblemCode.TOO_LARGE, detail)
    else:
        parts, size = [], 0
        async for part in response.aiter_stream():
            size += len(part)
            parts.append(part)
            if size > limit.max_bytes:
                break
        is_cut = size > limit.max_bytes
        if is_cut and not limit.is_start_enough:
            problem = Problem(ProblemCode.TOO_LARGE, f"over {limit.max_bytes} bytes")
        else:
            coding = headers.get("content-encoding")
            content, problem = _decoded(b"".join(parts), coding, limit, is_cut=is_cut)
    return Response(str(url), response.status, headers, content, received_at, problem)


def _decoded(
    content: bytes, coding: str | None, limit: BodyLimit, *, is_cut: bool = False
) -> tuple[bytes, Problem | None]:
    """The body without its compression and None; or no bytes, and what is wrong."""
    is_cut = is_cut or limit.is_start_enough
    try:
        return decoded(content, coding, limit.max_bytes, is_cut=is_cut), None
    except UnreadablePageError as error:
        return b"", error.problem


def _declared_length(headers: httpx.Headers) -> int:
    length = headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() else 0


def gunzip(content: bytes, max_bytes: int) -> tuple[bytes, Problem | None]:
    """Decompress a file that is gzip itself (``sitemap.xml.gz``); return other bytes unchanged.

    Args:
        content: the file.
        max_bytes: largest size of the result.

    Returns:
        The bytes, and None; or no bytes, and what is wrong.
    """
    if not content.startswith(b"\x1f\x8b"):
        return content, None
    return _decoded(content, "gzip", BodyLimit(max_bytes))
