"""Made-up outlets on loopback of which some are broken, each in another way.

``python -m tests.reliability.broken_outlets GOOD BROKEN`` collects from all and checks that every
article of the good ones is loaded: ``make test-outlets``.
"""

import asyncio
import gzip
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from etl.settings import Settings
from etl.workflows.collect import web
from tests.lake_rows import rows_of
from tests.web.site import article

HANG, CLOSE, DRIP, FLOOD = b"!hang", b"!close", b"!drip", b"!flood"
# What an outlet answers by path; a path that is not there gives the good answer.
Answers = dict[str, bytes]


def reply(body: bytes, status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join([*lines, *headers, "", ""]).encode() + body


def moved(to: str) -> bytes:
    return reply(b"", "302 Found", f"Location: {to}")


def packed(body: bytes) -> bytes:
    return reply(body, "200 OK", "Content-Encoding: gzip")


def feed(*links: str, date: str = "") -> bytes:
    items = "".join(f"<item><link>{x}</link><pubDate>{date}</pubDate></item>" for x in links)
    return f'<rss version="2.0"><channel>{items}</channel></rss>'.encode()


BLOCK = b"<!doctype html><title>Just a moment</title><p>Checking your browser"
BOMB = (
    b'<!DOCTYPE z [<!ENTITY a "'
    + b"x" * 1000
    + b'">'
    + b"".join(
        f'<!ENTITY {n} "{f"&{p};" * 60}">'.encode() for p, n in ("ab", "bc", "cd", "de", "ef")
    )
    + b"]>"
)
DEEP = b"<div>" * 20_000 + b"x"
NOISE = bytes(range(256)) * 40
LONG_HEADER = "X-Long: " + "x" * 200_000
_EVERYWHERE = {"/rss": BLOCK, "/map.xml": BLOCK, "/news/1": BLOCK}


def _of_all(answer: bytes) -> Answers:
    return dict.fromkeys(_EVERYWHERE, answer)


WAYS: dict[str, Answers] = {
    "empty answers": _of_all(reply(b"")),
    "a block page": _of_all(reply(BLOCK)),
    "500": _of_all(reply(b"", "500 Oops")),
    "503 for a while": _of_all(reply(b"", "503 Busy", "Retry-After: 900")),
    "403": _of_all(reply(BLOCK, "403 Forbidden")),
    "404": _of_all(reply(BLOCK, "404 Not Found")),
    "a loop of redirects": _of_all(moved("/rss")),
    "a redirect to a private address": _of_all(moved("http://10.0.0.1/")),
    "a redirect to no address": _of_all(moved("http://[")),
    "a redirect to a port that is none": _of_all(moved("http://127.0.0.1:99999/")),
    "no answer": _of_all(HANG),
    "an end without an answer": _of_all(CLOSE),
    "one byte a second": _of_all(DRIP),
    "an endless body": _of_all(FLOOD),
    "bodies that end early": _of_all(reply(feed("/news/1"), length=9_999)),
    "a status line that is none": _of_all(b"OK 200\r\n\r\nx"),
    "a header without end": _of_all(f"HTTP/1.1 200 OK\r\n{LONG_HEADER}\r\n".encode()),
    "broken chunks": _of_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx"),
    "two lengths": _of_all(reply(b"abc", "200 OK", "Content-Length: 9")),
    "gzip that is cut": _of_all(packed(gzip.compress(feed("/news/1") * 99)[:-20])),
    "gzip that is noise": _of_all(packed(b"\x1f\x8b" + NOISE)),
    "a gzip bomb": _of_all(packed(gzip.compress(bytes(60_000_000)))),
    "an unknown compression": _of_all(reply(NOISE, "200 OK", "Content-Encoding: compress")),
    "a declared terabyte": _of_all(reply(b"x", length=10**12)),
    "noise": _of_all(reply(NOISE)),
    "NULs": _of_all(reply(bytes(5_000))),
    "half of UTF-16": _of_all(reply(b"\xff\xfe<\x00r")),
    "JSON that is cut": _of_all(reply(b'{"version": "https://jsonfeed.org/version/1", "items": [')),
    "JSON without end": _of_all(reply(b'{"a":' * 50_000)),
    "halves of letters": _of_all(reply(b'{"version":"https://jsonfeed.org/version/1","items":'
                                       b'[{"url":"/\\ud83d","title":"\\ud83d"}]}')),
    "an XML bomb": _of_all(reply(BOMB + b"<rss><channel><item><link>&f;</link></item>")),
    "robots.txt: 500": {"/robots.txt": reply(b"", "500 Oops")},
    "robots.txt: 403": {"/robots.txt": reply(b"", "403 Forbidden")},
    "robots.txt: 429": {"/robots.txt": reply(b"", "429 Slow")},
    "robots.txt: all is forbidden": {"/robots.txt": reply(b"User-agent: *\nDisallow: /\n")},
    "robots.txt: no answer": {"/robots.txt": HANG},
    "robots.txt: noise": {"/robots.txt": reply(b"\xff\xfe\xfd" * 500)},
    "robots.txt: a page": {"/robots.txt": reply(BLOCK)},
    "robots.txt: ten minutes": {"/robots.txt": reply(b"User-agent: *\nCrawl-delay: 600\n")},
    "robots.txt: a loop": {"/robots.txt": moved("/robots.txt")},
    "links to no ports": {"/rss": reply(feed("http://127.0.0.1:99999/1", "http://[a/2"))},
    "links that are none": {"/rss": reply(feed("javascript:alert(1)", "mailto:x@y.example"))},
    "links to others": {"/rss": reply(feed("https://other.example/1"))},
    "the year 10000": {"/rss": reply(feed("/news/1", date="Fri, 31 Dec 9999 23:59:59 -1400"))},
    "the year 0": {"/rss": reply(feed("/news/1", date="0000-00-00 00:00:00"))},
    "pages: 500": {"/news/1": reply(b"", "500 Oops")},
    "pages: gone": {"/news/1": reply(b"", "410 Gone")},
    "pages: nothing": {"/news/1": reply(b"")},
    "pages: noise": {"/news/1": reply(NOISE)},
    "pages: no answer": {"/news/1": HANG},
    "pages: too deep": {"/news/1": reply(DEEP)},
    "pages: a loop": {"/news/1": moved("/news/1")},
    "pages: cut": {"/news/1": reply(article(1), length=99_999)},
    "pages: gzip that is cut": {"/news/1": packed(gzip.compress(article(1))[:-9])},
    "pages: no article": {"/news/1": reply(BLOCK)},
    "sitemap: a page": {"/map.xml": reply(BLOCK)},
    "sitemap: of itself": {"/map.xml": reply(b"<sitemapindex><sitemap><loc>/map.xml</loc></sitemap>"
                                             b"<sitemap><loc>/b.xml</loc></sitemap></sitemapindex>")},
    "sitemap: a bomb": {"/map.xml": reply(BOMB + b"<urlset><url><loc>&f;</loc></url></urlset>")},
    "sitemap: gzip that is cut": {"/map.xml": reply(gzip.compress(feed("/news/1") * 99)[:-20])},
    "sitemap: no answer": {"/map.xml": HANG},
}  # fmt: skip


def host(number: int) -> str:
    return f"127.1.{number // 200}.{number % 200 + 1}"


def good(path: str, number: int) -> bytes:
    match path:
        case "/robots.txt":
            return reply(b"User-agent: *\nDisallow: /private/\n")
        case "/rss":
            return reply(feed("/news/1"))
        case "/map.xml":
            return reply(b"<urlset><url><loc>/news/1</loc></url></urlset>")
        case "/news/1":
            return reply(article(number + 1_000, dated=True))
    return reply(b"no such page", "404 Not Found")


async def serve(ways: list[Answers], outlets: int) -> None:
    """Serve the outlets, the broken ones first, each at its own address; prints their port."""
    numbers = {host(number): number for number in range(outlets)}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = numbers[writer.get_extra_info("sockname")[0]]
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split(b" ")[1].decode()
                known = ways[number] if number < len(ways) else {}
                data = known.get(path) or good(path, number)
                if data is HANG:
                    await asyncio.sleep(60)
                elif data in (DRIP, FLOOD):
                    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
                    while True:
                        writer.write(b"x" if data is DRIP else b"x" * 65_536)
                        await writer.drain()
                        await asyncio.sleep(1 if data is DRIP else 0)
                elif data is CLOSE:
                    break
                writer.write(data)
                await writer.drain()
                if path in known:
                    break
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "0.0.0.0", 0, backlog=1_000)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()


@contextmanager
def served(broken: int, outlets: int) -> Iterator[int]:
    """The outlets in a process of their own, as it takes all of a core to be 300; their port."""
    command = [sys.executable, "-m", __name__, "serve", str(broken), str(outlets)]
    if __name__ == "__main__":
        command[2] = "tests.reliability.broken_outlets"
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline())
        finally:
            server.kill()


def profiles(port: int, outlets: int) -> str:
    entries = [
        {
            "id": f"o{number}",
            "name_en": f"Outlet {number}",
            "hosts": [f"{host(number)}:{port}"],
            "url_id": r"/news/(\d+)",
            "feeds": [f"http://{host(number)}:{port}/rss"],
            "sitemaps": [f"http://{host(number)}:{port}/map.xml"],
        }
        for number in range(outlets)
    ]
    return json.dumps({"outlets": entries})


def collect(
    folder: Path, good_count: int, broken: int, say: Callable[[str], object]
) -> dict[str, int]:
    """Collect from all outlets and build; check that all of the good ones is loaded.

    Returns:
        Captures by outcome.

    Raises:
        AssertionError: a good outlet is not loaded, or a broken one is not told of.
    """
    outlets = broken + good_count
    with served(broken, outlets) as port:
        path = folder / "outlets.yml"
        path.write_text(profiles(port, outlets), encoding="utf-8")
        settings = Settings(
            home=folder / "home",
            outlets=path,
            contact="desk@khobor.example",
            fetch_delay_seconds=0.05,
            fetch_timeout_seconds=4,
            fetch_allow_private=("127.0.0.0/8",),
            page_max_bytes=2_000_000,
            page_timeout_seconds=5,
            workers=2,
        )
        started = time.monotonic()
        report = web.run(settings, "run")
    say(f"{outlets} outlets, {broken} broken: {time.monotonic() - started:.0f} s")
    articles = rows_of(settings, "SELECT DISTINCT outlet_id FROM lake.core.fact_article")
    loaded = {int(str(outlet_id)[1:]) for (outlet_id,) in articles}
    missing = {f"o{number}" for number in set(range(broken, outlets)) - loaded}
    why = rows_of(
        settings,
        "SELECT outlet_id, 'fetch', reason FROM lake.core.fact_fetch UNION ALL "
        "SELECT outlet_id, outcome, reason FROM lake.core.fact_capture UNION ALL "
        "SELECT outlet_id, 'source ' || outcome, reason FROM lake.core.fact_source_read",
    )
    said = [line for line in why if line[0] in missing]
    assert not missing, f"{len(missing)} of {good_count} good outlets are not loaded: {said}"
    told = {problem.address for found in report.discovered for problem in found.problems}
    told |= {
        str(url)
        for (url,) in rows_of(
            settings,
            "SELECT url FROM lake.core.fact_fetch WHERE reason IS NOT NULL UNION "
            "SELECT url FROM lake.core.fact_capture WHERE reason IS NOT NULL UNION "
            "SELECT source FROM lake.core.fact_source_read WHERE off_site_count > 0",
        )
    }
    names = list(WAYS)
    silent = [
        names[number]
        for number in set(range(broken)) - loaded
        if not any(f"//{host(number)}:{port}/" in address for address in told)
    ]
    assert not silent, f"nothing says why these gave nothing: {silent}"
    say(f"loaded: {len(loaded)} outlets, of them {len(loaded - set(range(broken)))} good")
    return dict(report.outcomes)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main(arguments: list[str]) -> None:
    """Serve, or collect with so many good and broken outlets."""
    if arguments[0] == "serve":
        broken, outlets = map(int, arguments[1:])
        asyncio.run(serve(list(WAYS.values())[:broken], outlets))
        return
    good_count, broken = map(int, arguments)
    with tempfile.TemporaryDirectory(prefix="khobor-outlets-") as folder:
        outcomes = collect(Path(folder), good_count, broken, _say)
        _say(str(outcomes))


if __name__ == "__main__":
    main(sys.argv[1:])
