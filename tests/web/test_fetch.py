"""What the polite fetcher does with answers of every kind; asserted from the servers' own logs."""

import asyncio
import gzip
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import brotli
import pyarrow as pa
import pytest

from etl.ingest.frontier.store import open_frontier
from etl.ingest.web.client import FetchResult
from etl.ingest.web.hosts import host_key
from etl.schema.vocabulary import FetchOutcome
from tests.web.site import ROBOTS, LoggedRequest, Reply, Site

MAX = 100_000


@pytest.fixture
def get(open_web: Any) -> Callable[..., FetchResult]:
    """One request by a fetcher of its own, which forgets nothing on disk."""

    def ask(url: str, **options: Any) -> FetchResult:
        async def run() -> FetchResult:
            async with open_web(**options) as web:
                return await web.get(url, MAX)

        return asyncio.run(run())

    return ask


def get_all(open_web: Any, urls: list[str], **options: Any) -> list[FetchResult]:
    async def run() -> list[FetchResult]:
        async with open_web(**options) as web:
            return list(await asyncio.gather(*[web.get(url, MAX) for url in urls]))

    return asyncio.run(run())


def test_requests_to_a_host_keep_their_distance_and_hosts_go_side_by_side(sites, open_web) -> None:
    first, second = (sites({f"/{n}": Reply(b"x") for n in range(5)}) for _ in range(2))
    urls = [site.url(f"/{n}") for n in range(5) for site in (first, second)]
    get_all(open_web, urls, delay=0.2)
    for site in (first, second):
        assert site.log[0].path == "/robots.txt"
        assert len(site.log) == 6
        # The server's clock is read when its thread runs, which other load puts off.
        assert min(site.gaps()) > 0.15
        assert sum(site.gaps()) > 5 * 0.195
    assert first.log[1].at < second.log[-1].at
    assert second.log[1].at < first.log[-1].at


def test_crawl_delay_and_request_rate_lengthen_the_distance(sites, open_web) -> None:
    slow = sites({"/robots.txt": Reply(b"User-agent: khobor\nCrawl-delay: 0.3\n")})
    get_all(open_web, [slow.url("/1"), slow.url("/2")])
    assert min(slow.gaps()) > 0.25


def test_a_disallowed_path_is_never_asked_for(sites, get) -> None:
    site = sites({"/private/1": Reply(b"x")})
    fetched = get(site.url("/private/1"))
    assert (fetched.outcome, str(fetched.problem)) == (
        FetchOutcome.BLOCKED,
        "robots_disallow: robots.txt forbids it",
    )
    assert [asked.path for asked in site.log] == ["/robots.txt"]


@pytest.mark.parametrize(
    ("robots", "is_allowed"),
    [
        (Reply(b"", 404), True),
        (Reply(b"", 410), True),
        (Reply(b"", 401), False),
        (Reply(b"", 403), False),
        (Reply(b"", 500), False),
        (Reply(b"", 429), False),
        (Reply(b"<!doctype html><title>Home</title>"), False),
        (Reply(b"\x00\xff\xfe" * 50), False),
        (Reply(b"", headers={"Content-Encoding": "x-secret"}), True),
        (Reply(b"zzz", headers={"Content-Encoding": "x-secret"}), False),
        (Reply(b"User-agent: Khobor\nDisallow: /\n\nUser-agent: *\nAllow: /\n"), False),
    ],
)
def test_robots_answers(sites, get, robots: Reply, is_allowed: bool) -> None:
    site = sites({"/robots.txt": robots, "/1": Reply(b"x")})
    fetched = get(site.url("/1"))
    assert (fetched.outcome is FetchOutcome.CAPTURED) is is_allowed
    assert bool(site.asked("/1")) is is_allowed


def test_robots_is_kept_for_a_day_over_runs(sites, get) -> None:
    site = sites({"/1": Reply(b"x")})
    get(site.url("/1"))
    get(site.url("/1"))
    assert len(site.asked("/robots.txt")) == 1


@pytest.mark.parametrize(
    ("robots", "hours", "is_read_again"),
    [(ROBOTS, 23, False), (ROBOTS, 25, True), (Reply(b"", 503), 0.9, False),
     (Reply(b"", 503), 1.1, True)],
)  # fmt: skip
def test_robots_is_read_again_after_a_day_and_after_trouble_in_an_hour(
    sites, get, tmp_path: Path, robots: Reply, hours: float, is_read_again: bool
) -> None:
    site = sites({"/robots.txt": robots, "/1": Reply(b"x")})
    get(site.url("/1"))
    count = len(site.asked("/robots.txt"))
    with open_frontier(tmp_path / "frontier", "test") as frontier:
        known = frontier.responses.robots(site.base)
        assert known is not None
        earlier = replace(known, read_at=known.read_at - 3600 * hours)
        frontier.responses.save_robots(site.base, earlier)
    get(site.url("/1"))
    assert (len(site.asked("/robots.txt")) > count) is is_read_again


def test_who_we_are_is_said(sites, get) -> None:
    site = sites({"/1": Reply(b"x")})
    get(site.url("/1"))
    assert {asked.headers["User-Agent"] for asked in site.log} == {
        "Khobor/1 (+desk@khobor.example)"
    }


def test_a_request_is_conditional_where_something_is_known(sites, open_web) -> None:
    def page(asked: LoggedRequest) -> Reply:
        known = asked.headers.get("If-None-Match") == '"v1"'
        return Reply(b"", 304) if known else Reply(b"text", headers={"ETag": '"v1"'})

    site = sites({"/1": page})

    async def run() -> FetchResult:
        async with open_web() as web:
            return await web.get(site.url("/1"), MAX, '"v1"', "Mon, 05 Jan 2026 10:00:00 GMT")

    assert asyncio.run(run()).outcome is FetchOutcome.NOT_MODIFIED
    assert site.log[-1].headers["If-Modified-Since"] == "Mon, 05 Jan 2026 10:00:00 GMT"


def test_redirects_are_followed_over_hosts_each_by_its_own_rules(sites, get) -> None:
    last = sites({"/there": Reply(b"found")})
    first = sites({"/here": Reply(b"", 302, headers={"Location": last.url("/there")})})
    fetched = get(first.url("/here"))
    assert fetched.response is not None
    assert (fetched.response.content, fetched.response.url) == (b"found", last.url("/there"))
    assert [asked.path for asked in last.log] == ["/robots.txt", "/there"]
    blocked = sites({"/go": Reply(b"", 301, headers={"Location": last.url("/private/x")})})
    assert get(blocked.url("/go")).outcome is FetchOutcome.BLOCKED
    assert not last.asked("/private/x")


def test_a_loop_of_redirects_ends_after_five(sites, get) -> None:
    site = sites({"/loop": Reply(b"", 302, headers={"Location": "/loop"})})
    fetched = get(site.url("/loop"))
    assert fetched.outcome is FetchOutcome.FAILED
    assert str(fetched.problem).startswith("too_many_redirects")
    assert len(site.asked("/loop")) == 6


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "http://[::bad/", "gopher:x", "//:0/"]
)
def test_redirects_elsewhere_than_the_web_are_refused(sites, get, target: str) -> None:
    site = sites({"/go": Reply(b"", 302, headers={"Location": target})})
    fetched = get(site.url("/go"))
    assert fetched.outcome is FetchOutcome.FAILED
    assert str(fetched.problem).startswith(("bad_url", "broken_answer: Invalid URL"))


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_an_outcome_and_asked_once(sites, get, status: int) -> None:
    site = sites({"/old": Reply(b"gone", status)})
    fetched = get(site.url("/old"))
    assert (fetched.outcome, str(fetched.problem)) == (FetchOutcome.GONE, f"http_status: {status}")
    assert len(site.asked("/old")) == 1


def test_trouble_is_tried_again_with_growing_pauses(sites, get) -> None:
    replies = [Reply(b"", 503), Reply(b"", 500), Reply(b"at last")]
    site = sites({"/1": lambda asked: replies.pop(0)})
    fetched = get(site.url("/1"), delay=0.05)
    assert fetched.response is not None
    assert fetched.response.content == b"at last"
    first, second = site.gaps()[1:]
    assert first > 0.08
    assert second > 0.16


def test_trouble_that_stays_is_told(sites, get) -> None:
    site = sites({"/1": Reply(b"", 500)})
    fetched = get(site.url("/1"))
    assert (fetched.outcome, str(fetched.problem)) == (FetchOutcome.FAILED, "http_status: 500")
    assert len(site.asked("/1")) == 3


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_obeyed(sites, get, form: str) -> None:
    def busy_first(asked: LoggedRequest) -> Reply:
        if len(site.asked("/1")) > 1:
            return Reply(b"fine")
        at = datetime.now(UTC) + timedelta(seconds=2)
        wait = "1" if form == "seconds" else format_datetime(at, usegmt=True)
        return Reply(b"", 429, headers={"Retry-After": wait})

    site = sites({"/1": busy_first})
    assert get(site.url("/1")).outcome is FetchOutcome.CAPTURED
    assert site.gaps()[-1] > 0.9


def test_a_host_that_asks_for_a_long_pause_is_left_alone(sites, get) -> None:
    site = sites({"/1": Reply(b"", 503, headers={"Retry-After": "7200"}), "/2": Reply(b"x")})
    assert get(site.url("/1")).outcome is None
    again = get(site.url("/2"))  # another process would know it too
    assert again.outcome is None
    assert again.again_at - time.time() > 7000
    assert [asked.path for asked in site.log] == ["/robots.txt", "/1"]


def test_a_circuit_opens_for_one_host_alone(sites, open_web) -> None:
    broken = sites({f"/{n}": Reply(b"", 500) for n in range(5)})
    sound = sites({f"/{n}": Reply(b"x") for n in range(5)})
    urls = [site.url(f"/{n}") for n in range(5) for site in (broken, sound)]
    fetched = get_all(open_web, urls)
    assert [f.outcome for f in fetched[1::2]] == [FetchOutcome.CAPTURED] * 5
    assert fetched[0].outcome is None or fetched[-2].outcome is None
    assert len(broken.log) == 1 + 5
    assert all(f.outcome is None for f in get_all(open_web, [broken.url("/9")]))
    assert len(broken.log) == 1 + 5


def stall(site_of: Callable[[], Site]) -> Reply:
    def begin(handler: Any) -> None:
        handler.wfile.write(b"<p>")
        site_of().closing.wait()

    return Reply(stream=begin)


def test_stalled_slow_and_endless_answers_end_in_time(sites, get) -> None:
    def silent(asked: LoggedRequest) -> Reply:
        site.closing.wait()
        return Reply(b"")

    def drip(handler: Any) -> None:
        while not site.closing.wait(0.05):
            handler.wfile.write(b"x")

    site = sites({"/silent": silent, "/stalled": stall(lambda: site), "/drip": Reply(stream=drip)})
    for path, word in (
        ("/silent", "timeout_read"),
        ("/stalled", "timeout_read"),
        ("/drip", "timeout_whole"),
    ):
        started = time.monotonic()
        fetched = get(site.url(path), whole=0.3)
        assert fetched.outcome in (FetchOutcome.FAILED, None), path
        assert fetched.outcome is None or str(fetched.problem).startswith(word), path
        assert time.monotonic() - started < 3


def test_a_host_that_takes_no_connection_ends_in_time(get) -> None:
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        address = listener.getsockname()
        for _ in range(4):  # its queue is full then, and the kernel leaves the rest unanswered
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(address)
        started = time.monotonic()
        fetched = get(f"http://127.0.0.1:{address[1]}/1", whole=0.3)
        assert time.monotonic() - started < 3
    assert fetched.outcome is FetchOutcome.BLOCKED  # by robots.txt that could not be read
    assert "timeout_connect" in str(fetched.problem)


def test_bodies_beyond_the_limit_are_not_read(sites, get) -> None:
    def flood(handler: Any) -> None:
        for _ in range(10_000):
            handler.wfile.write(b"x" * 10_000)

    site = sites(
        {
            "/flood": Reply(stream=flood),
            "/declared": Reply(b"", length=10**9),
            "/gzip": Reply(gzip.compress(bytes(10**7)), headers={"Content-Encoding": "gzip"}),
            "/br": Reply(brotli.compress(bytes(10**7)), headers={"Content-Encoding": "br"}),
            "/zstd": Reply(
                pa.compress(bytes(10**7), codec="zstd", asbytes=True),
                headers={"Content-Encoding": "zstd"},
            ),
        }
    )
    for path in ("/flood", "/declared", "/gzip", "/br", "/zstd"):
        fetched = get(site.url(path))
        assert fetched.response is not None, path
        assert str(fetched.problem).startswith("too_large"), path
        assert fetched.response.content == b""
        assert len(site.asked(path)) == 1


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "gzip, br", "identity", "gzip-in-name"])
def test_compressed_bodies_are_unpacked(sites, get, coding: str) -> None:
    text = "খবর ".encode() * 500
    body = text
    for word in coding.split(", "):
        if word in ("gzip",):
            body = gzip.compress(body)
        elif word == "br":
            body = brotli.compress(body)
        elif word == "zstd":
            body = pa.compress(body, codec="zstd", asbytes=True)
    name = "gzip" if coding == "gzip-in-name" else coding
    site = sites({"/1": Reply(body, headers={"Content-Encoding": name})})
    fetched = get(site.url("/1"))
    assert fetched.response is not None
    assert fetched.response.content == text


def test_answers_of_a_wrong_length_are_no_answers(sites, get) -> None:
    site = sites({"/short": Reply(b"only this", length=500)})
    fetched = get(site.url("/short"))
    assert (fetched.outcome, fetched.problem and fetched.problem.code) == (
        FetchOutcome.FAILED,
        "broken_answer",
    )
    assert len(site.asked("/short")) == 3


def test_nothing_listens_there(get) -> None:
    fetched = get("http://127.0.0.1:9/x", whole=0.5)
    assert fetched.outcome is FetchOutcome.BLOCKED  # robots.txt could not be read either
    assert "connection" in str(fetched.problem)


def test_one_host_is_asked_by_one_process_at_a_time(sites, open_web) -> None:
    site = sites({"/1": Reply(b"x"), "/2": Reply(b"x")})

    async def run() -> tuple[FetchResult, FetchResult]:
        async with open_web() as one:
            mine = await one.get(site.url("/1"), MAX)
            async with open_web() as other:
                return mine, await other.get(site.url("/2"), MAX)

    mine, theirs = asyncio.run(run())
    assert mine.outcome is FetchOutcome.CAPTURED
    assert theirs.outcome is None
    assert str(theirs.problem).startswith("host_taken")
    assert not site.asked("/2")


def test_what_counts_as_one_host() -> None:
    assert host_key("http://www.kalbela.com/x") == host_key("https://kalbela.com:443/y")
    assert host_key("http://kalbela.com:8080/") == "kalbela.com:8080"
    assert host_key("http://sub.kalbela.com/") == "sub.kalbela.com"
