"""Sitemaps: sets of URLs, news sitemaps, indexes and plain lists (sitemaps.org, Google News).

Parsed by lxml without expanding entities, so that an XML bomb stays small; of a broken file, what
can be read is used.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lxml import etree

from etl.addresses import is_web_url, join_url
from etl.bangla.clock import to_utc
from etl.ingest.sources.feeds import ACCEPT as FEED_ACCEPT
from etl.ingest.sources.feeds import plain
from etl.schema.problems import UnreadableSourceError
from etl.schema.records import DeclaredLink
from etl.schema.vocabulary import ProblemCode

ACCEPT = f"application/xml,text/xml,{FEED_ACCEPT}"
# sitemaps.org: at most 50 MB uncompressed and 50,000 URLs.
MAX_BYTES = 50_000_000
MAX_URLS = 50_000
_CHUNK = 65_536


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


def read_sitemap(content: bytes, address: str) -> Sitemap:
    """Parse one file.

    Args:
        content: the file, decompressed.
        address: where it was read; relative addresses are resolved against it.

    Raises:
        UnreadableSourceError: it is no sitemap.
    """
    start = content.lstrip(b"\xef\xbb\xbf\x00 \t\r\n")[:1]
    if start != b"<":
        return _read_list(content)
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
                found = {_name(item): (item.text or "").strip() for item in element.iter()}
                url = join_url(address, found["loc"]) if found.get("loc") else None
                if url is None:
                    continue
                modified_at = _day_or_time(found.get("lastmod"))
                if name == "sitemap":
                    children.append(ChildSitemap(url, modified_at))
                else:
                    published_at = read_time(found.get("publication_date"))
                    title = plain(found.get("title"))
                    link = DeclaredLink(len(pages) + 1, url, title, published_at)
                    pages.append(SitemapPage(link, modified_at))
    except etree.XMLSyntaxError as error:
        raise UnreadableSourceError(ProblemCode.NOT_A_SITEMAP, str(error)) from error
    if not pages and not children and root not in ("urlset", "sitemapindex"):
        raise UnreadableSourceError(ProblemCode.NOT_A_SITEMAP, f"an XML document <{root[:40]}>")
    return Sitemap(tuple(children), tuple(pages), is_cut)


def _elements(content: bytes) -> Iterator[etree._Element]:
    """Yield the elements as they close, few of them in memory at a time."""
    parser = etree.XMLPullParser(
        events=("end",), resolve_entities=False, no_network=True, recover=True, huge_tree=False
    )
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
    """The local name; comments and entities have none."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def read_time(text: str | None) -> datetime | None:
    """Parse a W3C time with a zone; None for a day alone and for anything else."""
    try:
        moment = datetime.fromisoformat(text.strip()) if text else None
    except ValueError:
        return None
    return to_utc(moment)


def _day_or_time(text: str | None) -> datetime | None:
    """A time, or the end of a day in UTC where only that is given."""
    moment = read_time(text)
    try:
        day = date.fromisoformat(text.strip()) if text and moment is None else None
    except ValueError:
        day = None
    return to_utc(datetime.combine(day, time.max, UTC)) if day else moment


def days(
    since: datetime | None, until: datetime | None, now: datetime, zone: ZoneInfo
) -> list[date]:
    """The outlet's days in a range, newest first; today and yesterday without a range."""
    last = (until or now).astimezone(zone).date()
    first = since.astimezone(zone).date() if since else last - timedelta(days=1)
    return [last - timedelta(days=back) for back in range((last - first).days + 1)]
