"""Made-up outlets: real HTTP servers on loopback that keep a log, and misbehave as told."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise

SENTENCE = "সুনামগঞ্জের হাওরে আগাম জাতের ধান কাটা শুরু হয়েছে এবং কৃষকেরা দল বেঁধে মাঠে নেমেছেন। "


@dataclass(frozen=True)
class LoggedRequest:
    """One request as the server saw it; ``at`` by the monotonic clock, ``port`` the client's."""

    at: float
    path: str
    headers: dict[str, str]
    port: int


@dataclass(frozen=True)
class Reply:
    """An answer: of one piece, or what ``stream`` writes to the raw socket after the headers."""

    body: bytes = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    stream: Callable[["_Handler"], None] | None = None


Route = Reply | Callable[[LoggedRequest], Reply]


@dataclass
class Site:
    """One server. Routes may be changed at any time; a path without a route is a 404."""

    base: str
    host: str
    routes: dict[str, Route]
    log: list[LoggedRequest] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str) -> str:
        return self.base + path

    def asked(self, path: str | None = None) -> list[LoggedRequest]:
        return [asked for asked in self.log if path is None or asked.path == path]

    def gaps(self) -> list[float]:
        return [later.at - earlier.at for earlier, later in pairwise(self.log)]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        asked = LoggedRequest(
            time.monotonic(), self.path, dict(self.headers.items()), self.client_address[1]
        )
        self.site.log.append(asked)
        route = self.site.routes.get(self.path, Reply(b"no such page", 404))
        reply = route(asked) if callable(route) else route
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        if reply.stream is None:
            length = len(reply.body) if reply.length is None else reply.length
            self.send_header("Content-Length", str(length))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            if reply.stream is not None:
                reply.stream(self)
                self.close_connection = True
            else:
                self.wfile.write(reply.body)
                self.close_connection = reply.length is not None
        except OSError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        return


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        return  # clients that break off are part of the tests


@contextmanager
def serve(
    routes: dict[str, Route], address: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> Iterator[Site]:
    """A site at that loopback address, on a free port."""
    handler: type[_Handler] = type("Handler", (_Handler,), {})
    server = _Server((address, 0), handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    host = f"{address}:{server.server_address[1]}"
    site = Site(f"{'https' if tls else 'http'}://{host}", host, routes)
    handler.site = site
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        site.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


def article(number: int, extra: str = "", dated: bool = False) -> bytes:
    """A page that is read as an article with the native id ``number``."""
    date = '<meta property="article:published_time" content="2026-01-05T10:00:00+06:00">'
    paragraphs = "".join(f"<p>{number}-{line} {SENTENCE * 2}</p>" for line in range(5))
    return (
        f'<!DOCTYPE html><html lang="bn"><head><meta charset="utf-8"><title>খবর {number}</title>'
        f'<meta property="og:type" content="article">{date if dated else ""}</head>'
        f"<body><h1>খবর {number}{extra}</h1><article>{paragraphs}</article></body></html>"
    ).encode()


def rss(items: list[tuple[str, str | None]], **headers: str) -> Reply:
    """A feed of (link, pubDate)."""
    entries = "".join(
        f"<item><title>খবর</title><link>{link}</link>"
        + (f"<pubDate>{date}</pubDate>" if date else "")
        + "</item>"
        for link, date in items
    )
    body = f'<?xml version="1.0"?><rss version="2.0"><channel>{entries}</channel></rss>'
    return Reply(body.encode(), content_type="application/rss+xml", headers=headers)


ROBOTS = Reply(b"User-agent: *\nDisallow: /private/\n", content_type="text/plain")
