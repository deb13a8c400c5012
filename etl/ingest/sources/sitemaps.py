"""Sitemaps: sets of URLs, news sitemaps, indexes, plain lists and feeds.

Parsed by lxml without expanding entities, so that an XML bomb stays small; of a broken file, what
can be read is used. Why not by a library for sitemaps: ``docs/decisions/0021-collection.md``.

Source: sitemaps.org; Google's extensions for news, images and videos.
"""

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from lxml import etree

from etl.addresses import is_web_url, join_url
from etl.ingest.sources.feeds import ACCEPT as FEED_ACCEPT
from etl.ingest.sources.feeds import plain, read_feed
from etl.ingest.sources.times import read_end, read_time
from etl.schema.problems import UnreadableSourceError
from etl.schema.records import DeclaredLink
from etl.schema.vocabulary import ProblemCode

ACCEPT = f"application/xml,text/xml,{FEED_ACCEPT}"
# sitemaps.org: at most 50 MB uncompressed and 50,000 URLs.
MAX_BYTES = 50_000_000
MAX_URLS = 50_000
_CHUNK = 65_536
_OWN_NAMESPACE = "/schemas/sitemap/"


@dataclass(frozen=True, slots=True)
class ChildSitemap:
    """A sitemap that an index lists."""

    url: str
    modified_at: datetime | None


@dataclass(frozen=True, slots=True)
class SitemapPage:
    """A page that a sitemap lists; it is not younger than ``modified_at``."""

    link: DeclaredLink
    modified_at: datetime | None

    @property
    def dated_at(self) -> datetime | None:
        """The time by which the page is in a range or outside."""
        return self.link.published_at or self.modified_at


@dataclass(frozen=True, slots=True)
class Sitemap:
    """The contents of one file: further sitemaps, or pages; ``is_cut`` if it has too many."""

    children: tuple[ChildSitemap, ...]
    pages: tuple[SitemapPage, ...]
    is_cut: bool = False


def read_sitemap(content: bytes, address: str, zone: tzinfo) -> Sitemap:
    """Parse one file.

    Args:
        content: the file, decompressed.
        address: where it was read; relative addresses are resolved against it.
        zone: the outlet's zone, in which times without one are meant.

    Raises:
        UnreadableSourceError: it is no sitemap.
    """
    content = _as_utf8(content)
    head = content[:_LONGEST_PREAMBLE]
    start = _DOCUMENT_START.search(head)
    if start is None:
        return _read_list(content)
    content = content[start.start() :]
    if _FEED.search(head) and not _SITEMAP.search(head):
        links = read_feed(content, None, address, zone)
        return Sitemap((), tuple(SitemapPage(link, None) for link in links))
    content = _BARE_AMPERSAND.sub(_escaped, content)
    children: list[ChildSitemap] = []
    pages: list[SitemapPage] = []
    is_cut, root = False, ""
    try:
        for element in _elements(content):
            name = _name(element)
            if element.getparent() is None:
                root = name
            elif name in ("url", "sitemap"):
                if len(pages) + len(children) >= MAX_URLS:
                    is_cut = True
                    break
                own, news = _fields(element)
                # Some indexes have the address without a <loc>.
                place = own.get("loc") or (element.text or "").strip()
                url = join_url(address, place) if place else None
                if url is None:
                    continue
                modified = own.get("lastmod")
                modified_at = read_time(modified, zone) or read_end(modified)
                if name == "sitemap":
                    children.append(ChildSitemap(url, modified_at))
                else:
                    published = news.get("publication_date")
                    link = DeclaredLink(
                        len(pages) + 1, url, plain(news.get("title")), read_time(published, zone)
                    )
                    pages.append(SitemapPage(link, modified_at or read_end(published)))
    except etree.XMLSyntaxError as error:
        raise UnreadableSourceError(ProblemCode.NOT_A_SITEMAP, str(error)) from error
    if not pages and not children and root not in ("urlset", "sitemapindex"):
        raise UnreadableSourceError(ProblemCode.NOT_A_SITEMAP, f"an XML document <{root[:40]}>")
    return Sitemap(tuple(children), tuple(pages), is_cut)


# Messages of PHP and blank lines come before documents that are good otherwise.
_LONGEST_PREAMBLE = 65_536
_SITEMAP = re.compile(rb"<(?:[\w-]+:)?(?:urlset|sitemapindex)\b", re.I)
_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF)\b", re.I)
_DOCUMENT_START = re.compile(rb"<\?xml\b|" + _SITEMAP.pattern + b"|" + _FEED.pattern, re.I)
# A text in CDATA stays as it is.
_BARE_AMPERSAND = re.compile(
    rb"<!\[CDATA\[.*?\]\]>|&(?!(?:#\d+|#x[\da-f]+|[a-z]\w*);)", re.I | re.S
)


def _escaped(match: re.Match[bytes]) -> bytes:
    return b"&amp;" if match[0] == b"&" else match[0]


def _as_utf8(content: bytes) -> bytes:
    """The same text without a mark of its byte order; other encodings as they are."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content.decode("utf-16", "replace")
        return _DECLARED_ENCODING.sub(rb"\1", text.encode("utf-8", "replace"))
    return content.removeprefix(codecs.BOM_UTF8).lstrip(b"\x00 \t\r\n")


_DECLARED_ENCODING = re.compile(rb"""^(\s*<\?xml[^>]*?)\s+encoding\s*=\s*["'][^"']*["']""")


def _elements(content: bytes) -> Iterator[etree._Element]:
    """Yield the elements as they close, few of them in memory at a time."""
    parser = etree.XMLPullParser(
        events=("end",), resolve_entities=False, no_network=True, recover=True, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    for start in range(0, len(content), _CHUNK):
        parser.feed(content[start : start + _CHUNK])
        for _, element in parser.read_events():
            if isinstance(element, etree._Element):
                yield element
                if _name(element) in ("url", "sitemap"):
                    element.clear()
                    parent = element.getparent()
                    while parent is not None and element.getprevious() is not None:
                        del parent[0]
    parser.close()
    for _, element in parser.read_events():
        if isinstance(element, etree._Element):
            yield element


def _fields(entry: etree._Element) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The texts of an entry's own elements, and of those of its news.

    Extensions have elements of the same names (``image:loc``, ``video:publication_date``), which
    are told apart by their namespace or, where none is declared, by their prefix.
    """
    own: dict[str, str] = {}
    news: dict[str, str] = {}
    for item in entry:
        name, namespace = _name(item), _namespace(item)
        if name == "news":
            for part in item:
                news.setdefault(_name(part), _text(part))
        elif namespace in ("", _namespace(entry)) or _OWN_NAMESPACE in f"{namespace}/":
            # An entity that stays one is a child: such an address is not known in full.
            own.setdefault(name, "" if len(item) else (item.text or "").strip())
        elif "news" in namespace.rpartition("/schemas/")[2].lower():
            news.setdefault(name, _text(item))
    return own, news


def _text(element: etree._Element) -> str:
    return "".join(map(str, element.itertext())).strip()


def _namespace(element: etree._Element) -> str:
    """The namespace, or the prefix of a name whose namespace is not declared."""
    tag = str(element.tag)
    if tag.startswith("{"):
        return tag[1:].partition("}")[0]
    prefix, colon, _ = tag.partition(":")
    return prefix if colon else ""


def _read_list(content: bytes) -> Sitemap:
    """One URL a line."""
    text = content.decode("utf-8-sig", "replace")
    urls = [line.strip() for line in text.splitlines() if line.strip()]
    if not urls or not all(url.startswith(("http://", "https://")) for url in urls[:10]):
        raise UnreadableSourceError(ProblemCode.NOT_A_SITEMAP, "neither XML nor a list of URLs")
    links = [
        DeclaredLink(rank, url)
        for rank, url in enumerate(urls[:MAX_URLS], start=1)
        if is_web_url(url)
    ]
    return Sitemap((), tuple(SitemapPage(link, None) for link in links), len(urls) > MAX_URLS)


def _name(element: etree._Element) -> str:
    """The local name in lower case; entities, whose tag is a function, have none of ours."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()


def days(
    since: datetime | None, until: datetime | None, now: datetime, zone: ZoneInfo
) -> list[date]:
    """The outlet's days in a range, newest first; today and yesterday without a range."""
    last = (until or now).astimezone(zone).date()
    first = since.astimezone(zone).date() if since else last - timedelta(days=1)
    return [last - timedelta(days=back) for back in range((last - first).days + 1)]
