"""Connections are used again, replaced where a server ends them, and speak HTTP/2 where offered."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h2.config
import h2.connection
import h2.events
import pytest

from etl.ingest.web.client import FetchResult
from etl.schema.vocabulary import FetchOutcome
from tests.web.certificate import certificate
from tests.web.site import Reply

CAPTURED = FetchOutcome.CAPTURED


def get_each(open_web: Any, urls: list[str]) -> list[FetchResult]:
    """One after the other, by one fetcher."""

    async def run() -> list[FetchResult]:
        async with open_web(delay=0.1, whole=30) as web:
            return [await web.get(url, 1000) for url in urls]

    return asyncio.run(run())


def test_a_connection_is_used_again_and_keeps_no_cookies(sites: Any, open_web: Any) -> None:
    page = Reply(b"page", headers={"Set-Cookie": "reader=1; Path=/"})
    site = sites({"/1": page, "/2": page, "/3": page})
    fetched = get_each(open_web, [site.url(path) for path in ("/1", "/2", "/3")])
    assert [one.outcome for one in fetched] == [CAPTURED] * 3
    assert len({asked.port for asked in site.log}) == 1
    assert not any("Cookie" in asked.headers for asked in site.log)


@pytest.mark.parametrize("headers", [{}, {"Connection": "close"}])
def test_a_connection_that_the_server_ended_is_replaced(
    sites: Any, open_web: Any, headers: dict[str, str]
) -> None:
    page = Reply(b"page", headers=headers, length=4)  # a length told by hand ends the connection
    site = sites({"/1": page, "/2": page})
    fetched = get_each(open_web, [site.url("/1"), site.url("/2")])
    assert [one.outcome for one in fetched] == [CAPTURED] * 2
    assert len(site.asked("/1")) == len(site.asked("/2")) == 1
    assert site.asked("/1")[0].port != site.asked("/2")[0].port


class _Http2(asyncio.Protocol):
    """Answers each request with its own path; ``connections`` has the paths of each."""

    def __init__(self, connections: list[list[str]]) -> None:
        self.paths: list[str] = []
        connections.append(self.paths)
        self.state = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.state.initiate_connection()
        transport.write(self.state.data_to_send())

    def data_received(self, data: bytes) -> None:
        for event in self.state.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                path = dict(event.headers)[b":path"].decode()
                self.paths.append(path)
                self.state.send_headers(
                    event.stream_id, [(":status", "404" if path == "/robots.txt" else "200")]
                )
                self.state.send_data(event.stream_id, path.encode(), end_stream=True)
        self.transport.write(self.state.data_to_send())


@contextmanager
def http2_server(pem: Path) -> Iterator[tuple[str, list[list[str]]]]:
    """Its address, and the paths asked for over each connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    context.set_alpn_protocols(["h2", "http/1.1"])
    connections: list[list[str]] = []
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(
        loop.create_server(lambda: _Http2(connections), "127.0.0.1", 0, ssl=context)
    )
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}", connections
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


def test_http2_is_spoken_where_it_is_offered(
    open_web: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with http2_server(pem) as (address, connections):
        fetched = get_each(open_web, [f"{address}/{number}" for number in range(3)])
    assert [one.response.content for one in fetched if one.response] == [b"/0", b"/1", b"/2"]
    assert connections == [["/robots.txt", "/0", "/1", "/2"]]
