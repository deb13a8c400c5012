"""Feeds, sitemaps, listings and URL lists as they come from the web: odd, broken, hostile."""

import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from etl.errors import UsageError
from etl.ingest.files.url_lists import read_url_list
from etl.ingest.sources import sitemaps
from etl.ingest.sources.feeds import read_feed
from etl.ingest.sources.listings import read_listing
from etl.ingest.sources.sitemaps import days, read_sitemap
from etl.outlets.profiles import Outlet, load_outlets
from etl.schema.problems import UnreadableSourceError

AT = "https://x.example/rss/feed.xml"
DHAKA = ZoneInfo("Asia/Dhaka")


def rss(items: str, head: str = '<?xml version="1.0" encoding="utf-8"?>') -> bytes:
    return f'{head}<rss version="2.0"><channel>{items}</channel></rss>'.encode()


def test_rss_gives_links_titles_times_sections_and_ranks() -> None:
    links = read_feed(
        rss(
            "<item><title>নদী &lt;b&gt;ভাঙন&lt;/b&gt; &amp;amp; মানুষ</title>"
            "<link>/desh/1?a=1&amp;b=2</link>"
            "<pubDate>Mon, 05 Jan 2026 16:30:00 +0600</pubDate><category>দেশ</category></item>"
            "<item><title>no link</title></item>"
            "<item><link>https://x.example/desh/2</link></item>"
            "<item><link>https://x.example/desh/2</link></item>"
            "<item><link>javascript:alert(1)</link></item>"
        ),
        "application/rss+xml",
        AT,
        DHAKA,
    )
    first = links[0]
    assert (first.rank, first.url) == (1, "https://x.example/desh/1?a=1&b=2")
    assert first.title == "নদী ভাঙন & মানুষ"
    assert first.published_at == datetime(2026, 1, 5, 10, 30, tzinfo=UTC)
    assert first.section == "দেশ"
    assert [link.url for link in links[1:]] == ["https://x.example/desh/2"]
    assert (links[1].title, links[1].published_at, links[1].section) == (None, None, None)


def test_atom_and_its_relative_links() -> None:
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://x.example/a/">'
        '<entry><title type="html">&lt;i&gt;এক&lt;/i&gt;</title><link href="b/1"/>'
        "<published>2026-01-05T10:30:00Z</published></entry>"
        '<entry><title>দুই</title><link href="b/2"/><updated>2026-01-06T10:30:00Z</updated>'
        "</entry></feed>"
    )
    one, two = read_feed(feed.encode(), "application/atom+xml", AT, DHAKA)
    assert (one.url, one.title) == ("https://x.example/a/b/1", "এক")
    assert one.published_at == datetime(2026, 1, 5, 10, 30, tzinfo=UTC)
    assert two.published_at is None  # a time of change says nothing of the publication


def test_json_feed() -> None:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {"id": "1", "url": "/1", "title": "এক", "date_published": "2026-01-05T16:30:00+06:00",
             "tags": ["দেশ"]},
            {"id": "https://x.example/2"},
            {"title": "no address"},
            "no item",
            {"url": "/3", "date_published": "soon", "tags": "দেশ"},
        ],
    }  # fmt: skip
    links = read_feed(json.dumps(document).encode(), "application/feed+json", AT, DHAKA)
    assert [link.url for link in links] == [f"https://x.example/{n}" for n in (1, 2, 3)]
    assert links[0].published_at == datetime(2026, 1, 5, 10, 30, tzinfo=UTC)
    assert (links[0].section, links[2].published_at, links[2].section) == ("দেশ", None, None)


def test_broken_xml_gives_what_can_be_read() -> None:
    broken = rss("<item><title>এক & দুই</title><link>https://x.example/1</link></item>")
    cut = broken[: broken.index(b"</item>") + 7]
    assert [link.url for link in read_feed(cut, None, AT, DHAKA)] == ["https://x.example/1"]


@pytest.mark.parametrize(
    ("encoding", "declared", "header"),
    [
        ("utf-8", "iso-8859-1", "application/rss+xml; charset=utf-8"),
        ("utf-16", "utf-16", "application/rss+xml"),
        ("utf-8-sig", "utf-8", "text/xml; charset=us-ascii"),
    ],
)
def test_wrong_and_unusual_encodings(encoding: str, declared: str, header: str) -> None:
    text = rss(
        "<item><title>খবর</title><link>https://x.example/1</link></item>",
        f'<?xml version="1.0" encoding="{declared}"?>',
    ).decode()
    (link,) = read_feed(text.encode(encoding), header, AT, DHAKA)
    assert link.title == "খবর"


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a "'
    + "x" * 1000
    + '">'
    + "".join(f'<!ENTITY {n} "{f"&{p};" * 50}">' for p, n in ("ab", "bc", "cd", "de", "ef"))
    + "]>"
)


def test_xml_bombs_stay_small() -> None:
    item = "<item><title>&f;</title><link>https://x.example/1</link></item>"
    for link in read_feed(rss(item, BOMB), "application/rss+xml", AT, DHAKA):
        assert len(link.title or "") < 2000
    urls = "<urlset><url><loc>https://x.example/1</loc></url><url><loc>&f;</loc></url></urlset>"
    found = read_sitemap((BOMB + urls).encode(), AT, DHAKA)
    assert [page.link.url for page in found.pages] == ["https://x.example/1"]


def test_files_are_not_read_into_titles(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret words")
    head = f'<?xml version="1.0"?><!DOCTYPE z [<!ENTITY e SYSTEM "file://{secret}">]>'
    feed = rss("<item><title>&e;</title><link>https://x.example/1</link></item>", head)
    assert all("secret" not in (link.title or "") for link in read_feed(feed, None, AT, DHAKA))
    urls = f"{head}<urlset><url><loc>https://x.example/&e;</loc></url></urlset>"
    assert all(
        "secret" not in page.link.url for page in read_sitemap(urls.encode(), AT, DHAKA).pages
    )


@pytest.mark.parametrize("content", [b"<html><body>x</body></html>", b"{}", b"", b"\x00\x01"])
def test_what_is_no_feed_is_told(content: bytes) -> None:
    with pytest.raises(UnreadableSourceError):
        read_feed(content, None, AT, DHAKA)


def test_news_sitemap() -> None:
    content = """<?xml version="1.0"?>
    <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
            xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
    <url><loc> https://x.example/desh/1 </loc><lastmod>2026-01-07</lastmod><news:news>
      <news:publication><news:name>X</news:name><news:language>bn</news:language>
      </news:publication><news:publication_date>2026-01-05T16:30:00+06:00</news:publication_date>
      <news:title>নদী &amp; মানুষ</news:title></news:news></url>
    <url><loc>https://x.example/desh/2</loc><lastmod>2026-01-06</lastmod></url>
    <url><lastmod>2026-01-06</lastmod></url>
    </urlset>"""
    one, two = read_sitemap(content.encode(), AT, DHAKA).pages
    assert one.link.url == "https://x.example/desh/1"
    assert one.link.title == "নদী & মানুষ"
    assert one.link.published_at == one.dated_at == datetime(2026, 1, 5, 10, 30, tzinfo=UTC)
    assert (two.link.rank, two.link.published_at) == (2, None)
    assert two.dated_at is not None
    assert two.dated_at.date() == date(2026, 1, 6)


def test_sitemap_index_and_plain_list() -> None:
    index = (
        "<sitemapindex><sitemap><loc>/a.xml</loc><lastmod>2026-01-05T10:00:00Z</lastmod></sitemap>"
        "<sitemap><loc>https://x.example/b.xml.gz</loc></sitemap></sitemapindex>"
    )
    first, second = read_sitemap(index.encode(), AT, DHAKA).children
    assert (first.url, first.modified_at) == (
        "https://x.example/a.xml",
        datetime(2026, 1, 5, 10, tzinfo=UTC),
    )
    assert (second.url, second.modified_at) == ("https://x.example/b.xml.gz", None)
    pages = read_sitemap(b"https://x.example/1\r\n\r\nhttps://x.example/2\n", AT, DHAKA).pages
    assert [page.link.url for page in pages] == ["https://x.example/1", "https://x.example/2"]


def test_sitemaps_have_an_end(monkeypatch) -> None:
    monkeypatch.setattr(sitemaps, "MAX_URLS", 20)
    content = "<urlset>" + "<url><loc>/x</loc></url>" * 30 + "</urlset>"
    found = read_sitemap(content.encode(), AT, DHAKA)
    assert (len(found.pages), found.is_cut) == (20, True)


@pytest.mark.parametrize(
    "content", [b"<rss></rss>", b"not a list", gzip.compress(b"x", mtime=0), b"<"]
)
def test_what_is_no_sitemap_is_told(content: bytes) -> None:
    with pytest.raises(UnreadableSourceError):
        read_sitemap(content, AT, DHAKA)


def test_days_of_a_range_go_backwards_in_the_outlets_zone() -> None:
    now = datetime(2026, 1, 5, 20, 0, tzinfo=UTC)  # the 6th in Dhaka
    assert days(None, None, now, DHAKA) == [date(2026, 1, 6), date(2026, 1, 5)]
    since = datetime(2026, 1, 1, tzinfo=DHAKA)
    until = datetime(2026, 1, 3, 23, 59, tzinfo=DHAKA)
    assert days(since, until, now, DHAKA) == [date(2026, 1, d) for d in (3, 2, 1)]


PAGE = """<html><head><base href="/desh/"></head><body>
<nav><a href="/about">আমাদের কথা</a></nav>
<div class="lead"><a href="/desh/1001/a"><img></a> <a href="/desh/1001/a">নদী ভাঙন</a></div>
<ul class="more"><li><a href="1002">দুই</a></li><li><a href="mailto:x@y">চিঠি</a></li></ul>
<a href="/desh/1003#comments">তিন</a></body></html>"""


def test_listing_by_selectors_and_by_native_ids() -> None:
    base = {"id": "x", "name_en": "X", "hosts": ["x.example"], "url_id": r"/(\d{4})"}
    plain = Outlet.model_validate(base)
    links = read_listing(PAGE.encode(), "https://x.example/", plain)
    assert [(link.rank, link.url, link.title) for link in links] == [
        (1, "https://x.example/desh/1001/a", "নদী ভাঙন"),
        (2, "https://x.example/desh/1002", "দুই"),
        (3, "https://x.example/desh/1003", "তিন"),
    ]
    chosen = Outlet.model_validate({**base, "html": {"listing": [".lead", "nav > a"]}})
    links = read_listing(PAGE.encode(), "https://x.example/", chosen)
    assert [link.url for link in links] == [
        "https://x.example/desh/1001/a",
        "https://x.example/about",
    ]


def test_url_lists(tmp_path: Path) -> None:
    path = tmp_path / "urls.txt"
    path.write_text("# wanted\n\nhttps://x.example/1\n  http://y.example/খবর \n", encoding="utf-8")
    assert [(link.rank, link.url) for link in read_url_list(path)] == [
        (1, "https://x.example/1"),
        (2, "http://y.example/খবর"),
    ]
    path.write_text("https://x.example/1\nftp://x.example/2\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"line 2: 'ftp://x\.example/2'"):
        list(read_url_list(path))
    with pytest.raises(UsageError, match="can't read"):
        list(read_url_list(tmp_path / "absent"))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("feeds", ["ftp://x.example/rss"]),
        ("listings", ["/desh"]),
        ("sitemaps", ["https://x.example/{day}.xml"]),
        ("sitemaps", ["https://x.example/{date:%Q"]),
        ("html", {"listing": ["a["]}),
    ],
)
def test_wrong_sources_in_a_profile_are_refused(outlets_file, key: str, value: object) -> None:
    path = outlets_file(x={"hosts": ["x.example"], key: value})
    with pytest.raises(UsageError, match=f"outlet x.*{key}"):
        load_outlets(path)


def test_a_feed_with_halves_of_letters_is_read() -> None:
    items = (
        "<item><title>হাসি &#55357;&#56832; &#xD83D; মুখ</title><link>/a/1</link></item>"
        "<item><title>দুই</title><link>/a/2</link></item>"
    )
    assert [link.title for link in read_feed(rss(items), None, AT, DHAKA)] == [
        "হাসি 😀 \ufffd মুখ",
        "দুই",
    ]
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"url": "/1", "title": "\ud83d x"}, {"url": "/\ud83d"}],
    }
    (link,) = read_feed(json.dumps(document).encode(), "application/json", AT, DHAKA)
    assert (link.url, link.title) == ("https://x.example/1", "\ufffd x")


BAD_ADDRESSES = ("http://[bad/1", "https://x.example:99999/1", "http://a\u2100b.example/")


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_an_entry_with_a_bad_address_is_left_out(address: str, tmp_path: Path) -> None:
    good = "https://x.example/2"
    feed = rss("".join(f"<item><link>{url}</link></item>" for url in (address, good)))
    assert [link.url for link in read_feed(feed, None, AT, DHAKA)] == [good]
    urls = "".join(f"<url><loc>{url}</loc></url>" for url in (address, good))
    found = read_sitemap(f"<urlset>{urls}</urlset>".encode(), AT, DHAKA)
    assert [page.link.url for page in found.pages] == [good]
    listed = read_sitemap(f"{good}\n{address}".encode(), AT, DHAKA)
    assert [page.link.url for page in listed.pages] == [good]
    outlet = Outlet(id="x", name_en="X", hosts=("x.example",), url_id=r"/(\d+)$")
    page = f'<a href="{address}">bad</a><a href="{good}">good</a>'
    assert [link.url for link in read_listing(page.encode(), AT, outlet)] == [good]
    path = tmp_path / "urls.txt"
    path.write_text(f"{good}\n{address}\n", "utf-8")
    with pytest.raises(UsageError, match="line 2"):
        list(read_url_list(path))


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+06:00", "9999-12-31T23:59:59-06:00"])
def test_a_time_at_the_calendars_end_is_unknown(text: str) -> None:
    (page,) = read_sitemap(
        f"<urlset><url><loc>/1</loc><lastmod>{text}</lastmod></url></urlset>".encode(), AT, DHAKA
    ).pages
    assert page.modified_at is None
