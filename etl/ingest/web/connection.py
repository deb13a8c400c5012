"""Connections to one host, kept alive; HTTP/2 where the host offers it.

On httpcore alone: its connection takes the network backend that checks addresses, which httpx has
no parameter for, and a page costs half the CPU time of httpx with a pool.
"""

import ssl
from collections.abc import Callable, Mapping, Sequence

import httpcore
import httpx

# Longer than the usual delay between two requests to a host, so that connections are reused.
_KEEP_ALIVE_SECONDS = 60.0


class Client:
    """Requests to one host, one at a time, without cookies."""

    def __init__(
        self,
        context: ssl.SSLContext,
        backend: httpcore.AsyncNetworkBackend,
        headers: Sequence[tuple[bytes, bytes]],
        timeouts: Mapping[str, float],
    ) -> None:
        self._context = context
        self._backend = backend
        self._headers = headers
        self._timeouts = timeouts
        self._connections: dict[str, httpcore.AsyncHTTPConnection] = {}  # by origin

    async def get(
        self, url: httpx.URL, headers: Mapping[str, str], sent: Callable[[], None]
    ) -> httpcore.Response:
        """Send a GET request; the caller reads the response's body and closes it.

        Args:
            url: the address.
            headers: further headers.
            sent: called when the request has been written.

        Raises:
            httpcore.NetworkError: or another of httpcore's errors.
        """

        async def trace(event: str, _: object) -> None:
            if event.endswith("send_request_headers.complete"):
                sent()

        request = httpcore.Request(
            b"GET",
            httpcore.URL(
                scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
            ),
            headers=[
                (b"Host", url.netloc),
                *self._headers,
                *((name.encode(), value.encode()) for name, value in headers.items()),
            ],
            extensions={"timeout": self._timeouts, "trace": trace},
        )
        origin = request.url.origin
        connection = await self._open(origin)
        try:
            return await connection.handle_async_request(request)
        except httpcore.ConnectionNotAvailable:  # the host has just ended it
            await self._end(origin)
            return await (await self._open(origin)).handle_async_request(request)

    async def aclose(self) -> None:
        """Close all connections."""
        while self._connections:
            _, connection = self._connections.popitem()
            await connection.aclose()

    async def _open(self, origin: httpcore.Origin) -> httpcore.AsyncHTTPConnection:
        """The connection to an origin: a new one if there is none, or if it has expired."""
        known = self._connections.get(str(origin))
        if known is not None:
            if known.is_available() and not known.has_expired():
                return known
            await self._end(origin)
        connection = httpcore.AsyncHTTPConnection(
            origin,
            ssl_context=self._context,
            keepalive_expiry=_KEEP_ALIVE_SECONDS,
            http2=True,
            network_backend=self._backend,
        )
        self._connections[str(origin)] = connection
        return connection

    async def _end(self, origin: httpcore.Origin) -> None:
        await self._connections.pop(str(origin)).aclose()
