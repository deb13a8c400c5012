"""Random and twisted input for everything that reads what others wrote.

    python -m tests.reliability.fuzz [MINUTES]     (30)

runs each target in turn until the time is over, prints one JSON object a target, and ends with 1
if one broke its promise: it gives an answer or the one error it declares, for any input.
"""

import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from etl.bangla.dateline.parse import parse_dateline
from etl.extract.page import extract_page
from etl.ingest.files.reader import SIDECAR_ENDING, FileReader
from etl.ingest.sources.feeds import read_feed
from etl.ingest.sources.sitemaps import read_sitemap
from etl.outlets.profiles import load_outlets
from etl.schema.problems import UnreadablePageError, UnreadableSourceError
from etl.schema.records import Capture
from etl.schema.vocabulary import CaptureTimeSource
from etl.settings import PROJECT
from tests.reliability.fuzz_chain import PAGES, run_chain

NOW = datetime(2026, 2, 20, tzinfo=UTC)
_OUTLETS = load_outlets(PROJECT / "seeds" / "outlets.yml")
_PAGES = sorted((PROJECT / "seeds" / "pages").rglob("*.txt"))
_LINES = sorted(
    {line for path in _PAGES for line in path.read_text("utf-8").splitlines() if line.strip()}
)
_DATE_WORDS = [
    "প্রকাশ",
    "প্রকাশিত",
    "আপডেট",
    ":",
    "২২",
    "৩১",
    "০৬:২২",
    "২৫:৬১",
    "পিএম",
    "এএম",
    "জানুয়ারি",
    "ফাল্গুন",
    "১৪৩২",
    "২০২৬",
    "সোমবার",
    "বৃহস্পতিবার",
    ",",
    "|",
    "রাত",
    "বঙ্গাব্দ",
    "ঘণ্টা আগে",
    "৯৯৯৯৯৯৯৯৯৯৯৯",
    "0",
    "January",
    "31 February 2026",
    "২০২৬-০২-২০T১০:০০",
    "GMT+6",
    "\u200c",
]
_TAGS = [
    "<div>",
    "</div>",
    "<p>",
    "<h1>",
    "<article>",
    "<script type='application/ld+json'>",
    "</script>",
    '{"@type":"NewsArticle","datePublished":"',
    '"}',
    "<!--",
    "<![CDATA[",
    "]]>",
    "<svg>",
    "<base href='//['>",
    "<meta property='og:url' content='http://['>",
    "<time datetime='2025-13-45T99:99'>",
    "&#xD800;",
    "\x00",
    "<table><tr><td>",
    "<li><a href='/x/1'>",
    "<template>",
    "<p itemprop='articleBody'>",
    "\x1b[31m",
    "\u202e",
]
_WARC_WORDS = [
    b"WARC/1.0\r\n",
    b"WARC-Type: response\r\n",
    b"WARC-Type: conversion\r\n",
    b"Content-Length: 99999999999\r\n",
    b"Content-Length: -1\r\n",
    b"Content-Length: 20\r\n",
    b"WARC-Target-URI: <file:///etc/passwd>\r\n",
    b"WARC-Date: 2026-13-45T99:99:99Z\r\n",
    b"WARC-Record-ID: <urn:uuid:1>\r\n",
    b"\r\n",
    b"\r\n\r\n",
    b"Content-Type: application/http; msgtype=response\r\n",
    b"HTTP/1.1 200 OK\r\n",
    b"HTTP/1.1 999999 \xff\r\n",
    b"Content-Type: text/html; charset=\xff\r\n",
    b"Content-Encoding: gzip\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"ffffffff\r\n",
    b"<p>text</p>",
    b"\x1f\x8b\x08\x00",
]
_XML_WORDS = [
    b'<?xml version="1.0"?>',
    b"<rss version='2.0'><channel>",
    b"<item>",
    b"</item>",
    b"<link>",
    b"</link>",
    b"http://[::1",
    b"https://example.com/1",
    b"<title>",
    b"</title>",
    b"<pubDate>Mon, 32 Foo 99999</pubDate>",
    b"<urlset>",
    b"<url>",
    b"<loc>",
    b"</loc>",
    b"</url>",
    b"<lastmod>2026-13-45</lastmod>",
    b"<sitemapindex>",
    b'<!DOCTYPE x [<!ENTITY a "&b;&b;"><!ENTITY b "ha">]>',
    b"&a;",
    b"<feed xmlns='http://www.w3.org/2005/Atom'>",
    b"<entry>",
    b"<published>0001-01-01T00:00:00+23:00</published>",
    b"]]>",
    b"\xff\xfe",
    b"\x00",
    b"\x1f\x8b\x08",
    b'{"version": "https://jsonfeed.org/version/1", "items": [',
    b'{"url": 7}',
    b"]}",
    b"\xed\xa0\x80",
    b"<news:news>",
]
_SIDECAR_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["2026-02-20T06:00:00+06:00", "0001-01-01T00:00:00+14:00", "\ud800", "../x"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


def _read(content: bytes, content_type: str) -> None:
    capture = Capture(
        "c", "fuzz", None, None, NOW, CaptureTimeSource.HTTP, content, content_type, None, None
    )
    try:
        page = extract_page(capture, _OUTLETS, 1_000_000)
    except UnreadablePageError:
        return
    for text in (page.title, page.byline, page.section, *page.paragraphs):
        assert text is None or (text.strip() and text.encode("utf-8"))
    assert page.published_at is None or page.published_at.tzinfo


def _walk(folder: Path) -> None:
    for item in FileReader((folder,), NOW, 100_000).captures():
        assert len(item.content) <= 100_000
        assert item.captured_at.tzinfo
        assert json.dumps(item.row("batch", "run"), default=str).encode("utf-8")
        for text in (item.source, item.url, item.content_type, item.outlet_id):
            assert text is None or text.encode("utf-8")


def _dump(text: str) -> None:
    _read(text.encode("utf-8", "replace"), "text/plain")


def _html(text: str) -> None:
    _read(text.encode("utf-8", "replace"), "text/html")


def _bytes(content: bytes) -> None:
    _read(content, "text/html")


def _dateline(text: str) -> None:
    found = parse_dateline(text, NOW)
    assert all(at is None or at.tzinfo for at in (found.published_at, found.updated_at))


def _feed(content: bytes) -> None:
    with suppress(UnreadableSourceError):
        for link in read_feed(content, "application/rss+xml", "https://example.com/feed", UTC):
            assert link.url.startswith(("http://", "https://"))
            assert link.published_at is None or link.published_at.tzinfo
            assert all(text is None or text.encode("utf-8") for text in (link.url, link.title))


def _sitemap(content: bytes) -> None:
    with suppress(UnreadableSourceError):
        read_sitemap(content, "https://example.com/sitemap.xml", UTC)


def _warc(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "a.warc").write_bytes(content)
        _walk(Path(name))


def _sidecar(document: object) -> None:
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "a.html").write_bytes(b"<p>a")
        (Path(name) / f"a.html{SIDECAR_ENDING}").write_text(json.dumps(document), "utf-8")
        _walk(Path(name))


def _joined(words: list[str], between: str = "") -> st.SearchStrategy[str]:
    piece = st.one_of(st.sampled_from(words), st.text(max_size=8))
    return st.lists(piece, max_size=30).map(between.join)


def _bytes_of(words: list[bytes]) -> st.SearchStrategy[bytes]:
    piece = st.one_of(st.sampled_from(words), st.binary(max_size=20))
    return st.lists(piece, max_size=25).map(b"".join)


_KEYS = st.sampled_from(["url", "fetched_at", "content_type", "outlet_id", "other"])
TARGETS: dict[str, tuple[Callable[..., None], st.SearchStrategy[object]]] = {
    "dumps": (_dump, _joined(_LINES, "\n")),
    "datelines": (_dateline, _joined(_DATE_WORDS, " ")),
    "html": (_html, _joined(_TAGS)),
    "bytes": (_bytes, st.binary(max_size=2_000)),
    "warc": (_warc, _bytes_of(_WARC_WORDS)),
    "feeds": (_feed, _bytes_of(_XML_WORDS)),
    "sitemaps": (_sitemap, _bytes_of(_XML_WORDS)),
    "sidecars": (_sidecar, st.dictionaries(_KEYS, _SIDECAR_VALUES, max_size=4)),
    "chain": (run_chain, PAGES),
}  # fmt: skip


def fuzz(name: str, examples: int, seed: int | None = None) -> None:
    """Run one target on so many inputs; raises what it raised, with the smallest such input."""
    target, inputs = TARGETS[name]
    phases = [Phase.generate, Phase.shrink]
    checked = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=seed is None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )(given(inputs)(target))
    if seed is not None:
        import hypothesis

        checked = hypothesis.seed(seed)(checked)
    checked()


def main(arguments: list[str]) -> int:
    """All targets in turn until the time is over."""
    minutes = float(arguments[0]) if arguments else 30.0
    deadline = time.monotonic() + 60 * minutes
    counts = dict.fromkeys(TARGETS, 0)
    broken: dict[str, str] = {}
    seed = random.SystemRandom().randrange(10**9)  # other inputs each time; told where it matters
    while time.monotonic() < deadline and len(broken) < len(TARGETS):
        for name in TARGETS.keys() - broken.keys():
            if time.monotonic() < deadline:
                try:
                    fuzz(name, 100, seed)
                    counts[name] += 100
                except Exception as error:  # noqa: BLE001  (any error at all is what is looked for)
                    notes = " ".join(getattr(error, "__notes__", []))
                    said = f"{type(error).__name__}: {error} {notes}"[:600]
                    broken[name] = f"seed {seed}: {said}"
        seed += 1
    for name, count in counts.items():
        line = {"target": name, "inputs": count, "problem": broken.get(name)}
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    summary = {"inputs": sum(counts.values()), "cpu_seconds": round(time.process_time())}
    sys.stdout.write(json.dumps(summary) + "\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
