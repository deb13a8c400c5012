"""Feeds: RSS, Atom and JSON Feed, read leniently."""

import json
from calendar import timegm
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import feedparser
from lxml import html as lxml_html
from lxml.etree import ParserError

from etl.schema.problems import UnreadableSourceError
from etl.schema.records import DeclaredLink
from etl.schema.vocabulary import ProblemCode

ACCEPT = (
    "application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,"
    "text/xml;q=0.9,application/json;q=0.8,*/*;q=0.5"
)


def read_feed(content: bytes, content_type: str | None, address: str) -> list[DeclaredLink]:
    """Read the entries of a feed that have a link, in the feed's order.

    Times without a zone count as UTC, as in feedparser.

    Args:
        content: the feed.
        content_type: the response's header, for the encoding.
        address: where the feed was read; relative links are resolved against it.

    Raises:
        UnreadableSourceError: it is no feed.
    """
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        entries = _json_entries(content)
    else:
        entries = _xml_entries(content, content_type, address)
    links, seen = [], set()
    for rank, (link, title, published_at, section) in enumerate(entries, start=1):
        url = urljoin(address, link.strip())
        if url.startswith(("http://", "https://")) and url not in seen:
            seen.add(url)
            links.append(DeclaredLink(rank, url, plain(title), published_at, plain(section)))
    return links


_Entry = tuple[str, str | None, datetime | None, str | None]


def _xml_entries(content: bytes, content_type: str | None, address: str) -> Iterator[_Entry]:
    headers = {"content-location": address}
    if content_type:
        headers["content-type"] = content_type
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
        moment = entry.get("published_parsed") or entry.get("created_parsed")
        published_at = None
        if moment:
            with suppress(ValueError, OverflowError):
                published_at = datetime.fromtimestamp(timegm(moment), UTC)
        tags = entry.get("tags") or []
        yield link, entry.get("title"), published_at, tags[0].get("term") if tags else None


def _json_entries(content: bytes) -> Iterator[_Entry]:
    try:
        document = json.loads(content.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise UnreadableSourceError(ProblemCode.NOT_A_FEED, str(error)) from error
    items = document.get("items")
    if "jsonfeed.org" not in str(document.get("version")) or not isinstance(items, list):
        raise UnreadableSourceError(ProblemCode.NOT_A_FEED, "JSON, but no JSON Feed")
    for item in items:
        link = _text(item, "url") or _text(item, "external_url") or _text(item, "id")
        if link is None:
            continue
        tags = item.get("tags")
        section = tags[0] if isinstance(tags, list) and tags and isinstance(tags[0], str) else None
        yield link, _text(item, "title"), _instant(_text(item, "date_published")), section


def _text(item: Any, name: str) -> str | None:
    value = item.get(name) if isinstance(item, dict) else None
    return value if isinstance(value, str) and value.strip() else None


def _instant(text: str | None) -> datetime | None:
    """Parse an RFC 3339 time; None if it is none or has no zone."""
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment and moment.tzinfo else None


def plain(text: str | None) -> str | None:
    """A title without markup, entities and repeated white space; None if nothing is left."""
    if not text:
        return None
    if "<" in text or "&" in text:
        try:
            text = "".join(map(str, lxml_html.fromstring(f"<span>{text}</span>").itertext()))
        except (ParserError, ValueError):
            return None
    return " ".join(text.split()) or None
