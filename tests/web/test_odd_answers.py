"""Answers and robots.txt files that browsers and other crawlers read, in many shapes."""

import asyncio
import gzip
import zlib
from typing import Any

import brotli
import pytest

from etl.ingest.web.client import FetchResult
from etl.ingest.web.response_head import mended_head
from etl.ingest.web.robots import A_PAGE, MAX_BYTES, read_rules
from etl.schema.vocabulary import FetchOutcome, ProblemCode
from tests.web.site import Reply, article

PAGE = article(1)
JSON = '{"খবর": 1}'.encode()
MAX = 1_000_000


@pytest.fixture
def get(sites: Any, open_web: Any) -> Any:
    def fetch(reply: Reply, **routes: Reply) -> FetchResult:
        site = sites({"/1": reply, **{f"/{name}": route for name, route in routes.items()}})

        async def run() -> FetchResult:
            async with open_web() as client:
                return await client.get(site.url("/1"), MAX)

        return asyncio.run(run())

    return fetch


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "sent", "read"),
    [
        ("utf-8", PAGE, PAGE),
        ("UTF-8", JSON, JSON),
        ("windows-1252", JSON, JSON),
        ("text/html", JSON, JSON),
        ("none", JSON, JSON),
        ("x-anything", PAGE, PAGE),
        ("br", PAGE, PAGE),
        ("br", JSON, JSON),
        ("gzip", JSON, JSON),
        ("zstd", JSON, JSON),
        ("gzip;q=1.0", gzip.compress(PAGE), PAGE),
        ("gzip, utf-8", gzip.compress(PAGE), PAGE),
        ("deflate", raw_deflate(PAGE), PAGE),
        ("deflate", zlib.compress(PAGE), PAGE),
        ("deflate", gzip.compress(PAGE), PAGE),
        ("gzip", zlib.compress(PAGE), PAGE),
        ("gzip", gzip.compress(PAGE) + bytes(64), PAGE),
        ("gzip", gzip.compress(PAGE) + b"\r\n<!-- cached -->", PAGE),
        ("gzip", gzip.compress(PAGE[:99]) + gzip.compress(PAGE[99:]), PAGE),
        ("br", brotli.compress(PAGE), PAGE),
    ],
)
def test_codings(get: Any, coding: str, sent: bytes, read: bytes) -> None:
    fetched = get(Reply(sent, headers={"Content-Encoding": coding}))
    assert (fetched.outcome, fetched.problem) == (FetchOutcome.CAPTURED, None)
    assert fetched.response.content == read


@pytest.mark.parametrize(
    ("coding", "sent", "code"),
    [
        ("gzip", gzip.compress(PAGE)[:-30], ProblemCode.BROKEN_COMPRESSION),
        ("gzip", gzip.compress(PAGE[:99]) + gzip.compress(PAGE)[:-30],
         ProblemCode.BROKEN_COMPRESSION),
        ("deflate", raw_deflate(PAGE)[:-30], ProblemCode.BROKEN_COMPRESSION),
        ("compress", b"\x1f\x9d\x90" + bytes(range(200)), ProblemCode.UNKNOWN_COMPRESSION),
        ("gzip", gzip.compress(bytes(2 * MAX)), ProblemCode.TOO_LARGE),
    ],
)  # fmt: skip
def test_bodies_that_are_not_complete_are_no_pages(
    get: Any, coding: str, sent: bytes, code: ProblemCode
) -> None:
    fetched = get(Reply(sent, headers={"Content-Encoding": coding}))
    assert fetched.problem.code is code
    assert fetched.response.content == b""


def test_status_203_is_a_page(get: Any) -> None:
    assert get(Reply(PAGE, 203)).outcome is FetchOutcome.CAPTURED
    assert get(Reply(PAGE, 206)).outcome is FetchOutcome.FAILED


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (b"HTTP/1.1 200 OK\r\nA: b", b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nno colon\r\nA: b", b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nA B: c\r\n d\r\nA: b", b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nA : b", b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nA: b\x00\x0bc", b"HTTP/1.1 200 OK\r\nA: bc\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nA: b\r\n\tc", b"HTTP/1.1 200 OK\r\nA: b c\r\n\r\n"),
        (b"HTTP/1.1 200 OK\nA: b", b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n"),
        (b"HTTP/2 200\r\nA: b", b"HTTP/1.1 200 \r\nA: b\r\n\r\n"),
        (b"http/1.0  200  ok\r\nA: b", b"HTTP/1.0 200 ok\r\nA: b\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: abc", b"HTTP/1.1 200 OK\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity", b"HTTP/1.1 200 OK\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked, chunked",
         b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        (b"ICY 200 OK\r\nA: b", b"ICY 200 OK\r\nA: b\r\n\r\n"),
    ],
)  # fmt: skip
def test_heads_are_mended(sent: bytes, read: bytes) -> None:
    assert mended_head(sent) == read


@pytest.mark.parametrize("interim", ["100 Continue", "103 Early Hints"])
def test_interim_heads_are_mended_too(get: Any, interim: str) -> None:
    def stream(handler: Any) -> None:
        handler.wfile.write(b"body")

    reply = Reply(stream=stream, headers={"bad line <b>": "x"})
    fetched = get(reply)
    assert fetched.response.content == b"body"
    head = f"HTTP/1.1 {interim}\r\nbad header: x".encode()
    assert mended_head(head).startswith(f"HTTP/1.1 {interim}".encode())


RULES = "User-agent: *\nDisallow: /private\n"


@pytest.mark.parametrize(
    "content",
    [
        RULES.encode(),
        b"\xef\xbb\xbf" + RULES.encode(),
        RULES.encode("utf-16"),
        RULES.encode("utf-16-le"),
        RULES.encode("utf-16-be"),
        RULES.replace("\n", "\x00\n").encode(),
        b"<html><body><pre>" + RULES.encode() + b"</pre></body></html>",
        RULES.encode() + b"Disallow: /x\n" * 50_000,
    ],
    ids=["plain", "mark", "utf-16", "le", "be", "nul", "markup", "long"],
)
def test_robots_files_of_many_shapes(content: bytes) -> None:
    rules = read_rules(200, content)
    assert rules.refusal("https://x.example/a") is None
    assert rules.refusal("https://x.example/private/1") is not None


def test_a_line_of_robots_txt_that_is_cut_is_no_rule() -> None:
    start = b"User-agent: *\n# "
    filler = b"x" * (MAX_BYTES - len(start) - len(b"\nDisallow: /"))
    content = start + filler + b"\nDisallow: /private/\n"
    assert content[:MAX_BYTES].endswith(b"\nDisallow: /")
    assert read_rules(200, content).refusal("https://x.example/a") is None


HOME = Reply(b"<!doctype html><title>Home</title>")


def test_a_site_that_has_a_page_for_anything_has_no_robots_txt(sites: Any, open_web: Any) -> None:
    class Everything(dict[str, Any]):
        def get(self, path: str, default: object = None) -> Reply:
            return HOME

    lenient = sites()
    lenient.routes = Everything()
    strict = sites({"/robots.txt": HOME, "/1": HOME})

    async def run(site: Any) -> FetchResult:
        async with open_web() as client:
            return await client.get(site.url("/1"), MAX)

    assert asyncio.run(run(lenient)).outcome is FetchOutcome.CAPTURED
    assert len(lenient.log) == 3
    assert asyncio.run(run(lenient)).outcome is FetchOutcome.CAPTURED
    assert len(lenient.log) == 4  # kept for a day
    blocked = asyncio.run(run(strict))
    assert blocked.outcome is FetchOutcome.BLOCKED
    assert str(blocked.problem) == f"robots_unreadable: {A_PAGE}"
