"""Feeds: RSS, Atom and JSON Feed, read leniently."""

import json
import re
from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

import feedparser
from lxml import html as lxml_html
from lxml.etree import ParserError

from etl.addresses import is_web_url, join_url
from etl.bangla.text import without_surrogates
from etl.ingest.sources.times import read_time
from etl.schema.problems import UnreadableSourceError
from etl.schema.records import DeclaredLink
from etl.schema.vocabulary import ProblemCode

ACCEPT = (
    "application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,"
    "text/xml;q=0.9,application/json;q=0.8,*/*;q=0.5"
)


def read_feed(
    content: bytes, content_type: str | None, address: str, zone: tzinfo
) -> list[DeclaredLink]:
    """Read the entries of a feed that have a link, in the feed's order.

    Args:
        content: the feed.
        content_type: the response's header, for the encoding.
        address: where the feed was read; relative links are resolved against it.
        zone: the outlet's zone, in which times without one are meant.

    Raises:
        UnreadableSourceError: it is no feed, or one without entries.
    """
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        entries = _json_entries(content)
    else:
        entries = _xml_entries(content, content_type, address)
    links, seen = [], set()
    for rank, (link, title, published, section) in enumerate(entries, start=1):
        url = join_url(address, link.strip())
        if url is not None and is_web_url(url) and url not in seen:
            seen.add(url)
            published_at = read_time(published, zone)
            links.append(DeclaredLink(rank, url, plain(title), published_at, plain(section)))
    if not links:
        raise UnreadableSourceError(ProblemCode.NO_ENTRIES, "no entry has a link")
    return links


# References to halves of letters beyond U+FFFF, which XML has not, and on which feedparser stops.
_HALF_LETTERS = re.compile(rb"(?:&#(?:x0*d[89a-f][0-9a-f]{2}|0*5[5-7]\d{3});)+", re.I)


def _letters(references: re.Match[bytes]) -> bytes:
    """The letters that halves make, and a replacement character for each that is alone."""
    halves = references[0].decode().lower().removeprefix("&#").removesuffix(";").split(";&#")
    numbers = [int(half[1:], 16) if half[0] == "x" else int(half) for half in halves]
    units = "".join(map(chr, numbers)).encode("utf-16-le", "surrogatepass")
    letters = units.decode("utf-16-le", "replace")
    return "".join(f"&#{ord(letter)};" for letter in letters).encode()


# Link, title, time of publication as written, section.
_Entry = tuple[str, str | None, str | None, str | None]


def _xml_entries(content: bytes, content_type: str | None, address: str) -> Iterator[_Entry]:
    headers = {"content-location": address}
    if content_type:
        headers["content-type"] = content_type
    content = _HALF_LETTERS.sub(_letters, content)
    feed = feedparser.parse(content, response_headers=headers, sanitize_html=False)
    if not feed.get("version") and not feed.entries:
        raise UnreadableSourceError(
            ProblemCode.NOT_A_FEED, str(feed.get("bozo_exception", "no entries"))
        )
    for entry in feed.entries:
        link = entry.get("link") or (entry.get("id") if entry.get("guidislink") else None)
        if not link:
            continue
        # A time of update alone is no time of publication.
        published = entry.get("published") or entry.get("created")
        tags = entry.get("tags") or []
        yield link, entry.get("title"), published, tags[0].get("term") if tags else None


def _json_entries(content: bytes) -> Iterator[_Entry]:
    try:
        document = json.loads(content.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise UnreadableSourceError(ProblemCode.NOT_A_FEED, str(error)) from error
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in str(document.get("version")):
        raise UnreadableSourceError(ProblemCode.NOT_A_FEED, "JSON, but no JSON Feed")
    for item in items:
        link = _text(item, "url") or _text(item, "external_url") or _text(item, "id")
        if link is None:
            continue
        tags = item.get("tags")
        section = tags[0] if isinstance(tags, list) and tags and isinstance(tags[0], str) else None
        yield link, _text(item, "title"), _text(item, "date_published"), section


def _text(item: Any, name: str) -> str | None:
    value = item.get(name) if isinstance(item, dict) else None
    return value if isinstance(value, str) and value.strip() else None


def plain(text: str | None) -> str | None:
    """A title without markup, entities and repeated white space; None if nothing is left."""
    if not text:
        return None
    text = without_surrogates(text)
    if "<" in text or "&" in text:
        try:
            text = "".join(map(str, lxml_html.fromstring(f"<span>{text}</span>").itertext()))
        except (ParserError, ValueError):
            return None
    return " ".join(text.split()) or None
