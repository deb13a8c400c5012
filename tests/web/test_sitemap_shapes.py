"""Sitemaps as they are found: extensions, prefixes, preambles, encodings, feeds in their place."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from etl.ingest.sources.sitemaps import read_sitemap
from etl.schema.problems import UnreadableSourceError
from etl.schema.vocabulary import ProblemCode

DHAKA = ZoneInfo("Asia/Dhaka")
AT = "https://x.example/map.xml"
SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:i="http://www.google.com/schemas/sitemap-image/1.1" '
    'xmlns:v="http://www.google.com/schemas/sitemap-video/1.1" '
    'xmlns:xhtml="http://www.w3.org/1999/xhtml"'
)
NEWS = (
    "<n:news><n:publication><n:name>X</n:name></n:publication>"
    "<n:publication_date>2026-04-10 19:45:00</n:publication_date><n:title>খবর</n:title></n:news>"
)
IMAGE = "<i:image><i:loc>https://c.example/1.jpg</i:loc><i:title>ছবি</i:title></i:image>"
VIDEO = (
    "<v:video><v:player_loc>https://c.example/v</v:player_loc><v:title>ভিডিও</v:title>"
    "<v:publication_date>2020-01-01T00:00:00Z</v:publication_date></v:video>"
)
LOC = "<loc>/desh/1</loc>"


def urlset(inside: str, spaces: str = SPACES) -> bytes:
    return f"<urlset {spaces}><url>{inside}</url></urlset>".encode()


@pytest.mark.parametrize(
    ("inside", "title", "is_dated"),
    [
        (LOC + IMAGE, None, False),
        (IMAGE + LOC, None, False),
        (LOC + VIDEO, None, False),
        (LOC + NEWS + IMAGE + VIDEO, "খবর", True),
        (VIDEO + IMAGE + NEWS + LOC, "খবর", True),
        (LOC + '<xhtml:link rel="alternate" href="/en/1"/>', None, False),
        (LOC + "<i:loc>https://c.example/1.jpg</i:loc>", None, False),
        ("<loc><![CDATA[/desh/1]]></loc>", None, False),
        ("<!-- a page --><loc>\n /desh/1 </loc><?x y?>", None, False),
        (LOC + "<loc>/desh/2</loc>", None, False),
    ],
)
def test_the_page_is_what_its_own_elements_say(
    inside: str, title: str | None, is_dated: bool
) -> None:
    expected = datetime(2026, 4, 10, 13, 45, tzinfo=UTC) if is_dated else None
    # Files are found in which no namespace is declared, or one for all that there is.
    news = 'xmlns="http://www.google.com/schemas/sitemap-news/0.9"'
    for spaces in (SPACES, "", SPACES.replace("www.sitemaps.org", "www.google.com")):
        (page,) = read_sitemap(urlset(inside, spaces), AT, DHAKA).pages
        found = (page.link.url, page.link.title, page.link.published_at)
        assert found == ("https://x.example/desh/1", title, expected)
    if title:
        (page,) = read_sitemap(urlset(inside.replace("n:", ""), news), AT, DHAKA).pages
        assert (page.link.url, page.link.title) == ("https://x.example/desh/1", title)


MARKS = '<?xml version="1.0" encoding="UTF-8"?>\n'


@pytest.mark.parametrize(
    "content",
    [
        b"\n\n  " + MARKS.encode() + urlset(LOC),
        b"<br />\n<b>Notice</b>: x in <b>/y.php</b><br />" + urlset(LOC),
        b"PHP Warning: <x> & y\n" + MARKS.encode() + urlset(LOC),
        MARKS.encode() + b'<?xml-stylesheet href="a.xsl"?><!-- & -->' + urlset(LOC),
        urlset(LOC) + b"<!-- 12 queries in 0.3 s --><script>x</script>",
        b"\xef\xbb\xbf" + MARKS.encode() + urlset(LOC),
        (MARKS.replace("UTF-8", "UTF-16") + urlset(LOC).decode()).encode("utf-16"),
        urlset(LOC + "<lastmod>now</lastmod><priority>high</priority>"),
        urlset(LOC)[:-9],
    ],
)
def test_what_stands_round_the_document_does_no_harm(content: bytes) -> None:
    (page,) = read_sitemap(content, AT, DHAKA).pages
    assert page.link.url == "https://x.example/desh/1"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("/n.php?id=1&cat=2", "/n.php?id=1&cat=2"),
        ("/n.php?id=1&amp;cat=2", "/n.php?id=1&cat=2"),
        ("/n.php?id=1&#38;cat=2", "/n.php?id=1&cat=2"),
        ("<![CDATA[/n.php?id=1&cat=2]]>", "/n.php?id=1&cat=2"),
        ("/a&b/1", "/a&b/1"),
    ],
)
def test_ampersands(written: str, read: str) -> None:
    (page,) = read_sitemap(urlset(f"<loc>{written}</loc>"), AT, DHAKA).pages
    assert page.link.url == "https://x.example" + read


def test_a_feed_stands_for_a_sitemap() -> None:
    item = "<item><link>/1</link><pubDate>2026-04-10 19:45:00</pubDate></item>"
    feed = f'<rss version="2.0"><channel>{item}</channel></rss>'
    (page,) = read_sitemap(feed.encode(), AT, DHAKA).pages
    assert (page.link.url, page.dated_at) == (
        "https://x.example/1",
        datetime(2026, 4, 10, 13, 45, tzinfo=UTC),
    )
    atom = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="/2"/></entry></feed>'
    (page,) = read_sitemap(atom.encode(), AT, DHAKA).pages
    assert page.link.url == "https://x.example/2"


def test_an_index_with_addresses_without_their_element() -> None:
    content = b"<sitemapindex><sitemap>\n/a.xml?x=1&amp;y=2\n</sitemap></sitemapindex>"
    (child,) = read_sitemap(content, AT, DHAKA).children
    assert child.url == "https://x.example/a.xml?x=1&y=2"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<!doctype html><title>Just a moment</title>", ProblemCode.NOT_A_SITEMAP),
        (b'<rss version="2.0"><channel></channel></rss>', ProblemCode.NO_ENTRIES),
        (b'<?xml version="1.0"?><kml></kml>', ProblemCode.NOT_A_SITEMAP),
        (b"", ProblemCode.NOT_A_SITEMAP),
    ],
)
def test_what_is_none(content: bytes, code: ProblemCode) -> None:
    with pytest.raises(UnreadableSourceError) as error:
        read_sitemap(content, AT, DHAKA)
    assert error.value.problem.code is code
