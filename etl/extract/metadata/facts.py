"""Who, when, where and under which title: every field with its source, by one order of trust.

The order for times is ``TIME_TRUST``: JSON-LD, then meta tags, then time tags and microdata,
then the dateline printed on the page, then the date in the image's path, then the one in the URL.
JSON-LD that is no JSON, of which only scraps can be read, comes after meta and time tags.
Machine-written times come before the printed one because they carry seconds and a zone. Where two
sources that give a time differ by more than ``_TOLERANCE``, the first in the order is taken and the
row says so (``time_disagrees:json_ld,dateline``). A date in a masthead is the capture's, and is
read as ``page_date`` only.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Protocol
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lxml.etree import _Element

from etl.bangla.clock import DHAKA
from etl.extract.html.tree import whole_text
from etl.extract.metadata import dom as metadata_dom
from etl.extract.metadata import jsonld, time
from etl.extract.metadata.dom import DomFacts
from etl.extract.metadata.jsonld import Json, LinkedData, Node
from etl.extract.metadata.time import Instant
from etl.outlets.profiles import Outlet
from etl.schema.vocabulary import TimeSource

TIME_TRUST = (
    TimeSource.JSON_LD,
    TimeSource.META,
    TimeSource.TIME_TAG,
    TimeSource.DATELINE,
    TimeSource.IMAGE_PATH,
    TimeSource.URL,
)
_TRUST_OF_SCRAPS = (TimeSource.META, TimeSource.TIME_TAG, TimeSource.JSON_LD, *TIME_TRUST[3:])
# Systems stamp the page, its feed and its meta tags minutes apart; readers see none of it.
_TOLERANCE = timedelta(minutes=15)
_MINUTE = timedelta(minutes=1)

_PUBLISHED_META = (
    "article:published_time", "article:published:time", "article:published",
    "og:article:published_time", "og:published_time", "datepublished", "date_published",
    "publication_date", "published_time", "publishdate", "publish_date", "publish-date",
    "pubdate", "pub_date", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime", "dcterms.created", "dcterms.date", "dc.date.issued",
    "dcterms.issued", "dc.date.created", "dc.date", "date.created", "originalpublicationdate",
    "article_date_original", "article.published", "article.created", "published", "created",
    "date", "last-publish-date", "bt:pubdate", "vr:published_time",
    "shareaholic:article_published_time", "og:pubdate", "vf:published-date",
    "rnews:datepublished",
)  # fmt: skip
_UPDATED_META = (
    "article:modified_time", "article:modified", "og:updated_time", "datemodified",
    "date_modified", "dcterms.modified", "dc.date.modified", "lastmod", "last-modified",
    "last_modified", "article.updated", "bt:moddate", "revision_date", "modified",
)  # fmt: skip
_TRACKING = re.compile(
    r"^(?:utm_|fb_|ga_|mc_|pk_|at_)|^(?:fbclid|gclid|dclid|msclkid|yclid|igshid|ref|ref_src|"
    r"cmpid|_ga|spm|si|share|amp)$",
    re.I,
)
_PATH_DATE = re.compile(
    r"(?:^|[/_.-])(20\d{2})[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)"
)
_IMAGE_STAMP = re.compile(r"_(1[5-9]\d{8}|20\d{8})\.\w{3,4}$")


class Printed(Protocol):
    """The times that a page prints."""

    published_at: datetime | None
    updated_at: datetime | None
    published_date: date | None


@dataclass(frozen=True, slots=True)
class Times:
    """The publish and update times with their source."""

    published_at: datetime | None = None
    published_date: date | None = None
    source: TimeSource = TimeSource.NONE
    updated_at: datetime | None = None
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class Facts:
    """What a page says about itself, read once."""

    dom: DomFacts
    linked: LinkedData
    article: Node | None
    url: str | None
    zone: tzinfo | None = None
    warnings: list[str] = field(default_factory=list)

    def node(self, key: str) -> Json:
        """A value of the JSON-LD article node, references followed."""
        return self.linked.resolve(self.article.get(key)) if self.article else None


def zone_of(outlet: Outlet | None, language: str | None) -> tzinfo | None:
    """Return the zone that times without one mean: the outlet's; Dhaka for Bangla; else None."""
    if outlet is not None:
        try:
            return ZoneInfo(outlet.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            return UTC
    return DHAKA if (language or "").startswith("bn") else None


def canonical_url(dom: DomFacts, captured_url: str | None) -> str | None:
    """The page's address without tracking parameters: canonical link, og:url, captured URL.

    A canonical link to the site's root is a template's mistake where the capture knows better.
    """
    base = captured_url or dom.base
    for candidate in (dom.links.get("canonical"), dom.first("og:url"), captured_url):
        if not candidate:
            continue
        try:
            url = urlsplit(urljoin(base or "", candidate.strip()))
            if url.scheme not in ("http", "https") or not url.hostname:
                continue
            if url.path in ("", "/") and captured_url and urlsplit(captured_url).path.strip("/"):
                continue
            return without_tracking(urlunsplit(url))
        except ValueError:
            continue
    return None


def path_of(url: str | None) -> str:
    """Return the path of an address; empty where there is none, or no address that can be read."""
    try:
        return urlsplit(url).path if url else ""
    except ValueError:
        return ""


def without_tracking(url: str) -> str:
    """The URL without fragment and tracking parameters."""
    parts = urlsplit(url)
    query = parts.query
    if query:
        kept = [(k, v) for k, v in parse_qsl(query, keep_blank_values=True)
                if not _TRACKING.search(k)]  # fmt: skip
        query = urlencode(kept) if len(kept) < query.count("&") + 1 else query
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def read_times(
    facts: Facts,
    printed: Printed,
    image_url: str | None,
) -> Times:
    """Decide the times; ``printed`` is what the page's publish line says."""
    candidates = {
        TimeSource.JSON_LD: _node_time(facts, ("datePublished", "dateCreated", "uploadDate")),
        TimeSource.META: _meta_time(facts, _PUBLISHED_META),
        TimeSource.TIME_TAG: _tag_time(facts, "published"),
        TimeSource.DATELINE: _printed(printed.published_at, printed.published_date),
        TimeSource.IMAGE_PATH: _path_time(image_url, facts.zone),
        TimeSource.URL: _path_time(facts.url, facts.zone),
    }
    order = _TRUST_OF_SCRAPS if jsonld.is_scraps(facts.article) else TIME_TRUST
    found = [(source, c) for source in order if (c := candidates[source]) is not None]
    # A page that prints a time anywhere is dated by it, not by a source that has the day alone.
    timed = [(s, c) for s, c in found if c.at is not None and s is not TimeSource.IMAGE_PATH]
    warnings: list[str] = []
    stamped = (
        _node_time(facts, ("dateModified",)),
        _meta_time(facts, _UPDATED_META),
        _tag_time(facts, "updated"),
    )
    shown = _printed(printed.updated_at, None)
    if not found:
        return Times(updated_at=_first_time(*stamped, shown), warnings=("undated",))
    source, chosen = (timed or found)[0]
    chosen = _zoned(chosen, timed)
    updated = _updated(stamped, shown, chosen)
    for other, candidate in found:
        if other is not source and _disagree(chosen, candidate, updated, other):
            warnings.append(f"time_disagrees:{source},{other}")
    if chosen.is_zone_assumed:
        warnings.append(f"zone_assumed:{source}")
    if updated is not None and chosen.at is not None and updated < chosen.at - _TOLERANCE:
        warnings.append("updated_before_published")
        updated = None
    return Times(chosen.at, chosen.day if chosen.at is None else None, source, updated,
                 tuple(warnings))  # fmt: skip


def _zoned(chosen: Instant, timed: Sequence[tuple[TimeSource, Instant]]) -> Instant:
    """Give a clock without a zone the zone that another source writes with the same clock."""
    if not chosen.is_zone_assumed or chosen.at is None:
        return chosen
    wall = chosen.at.replace(tzinfo=None, second=0, microsecond=0)
    for _, other in timed:
        if other.at is None or other.is_zone_assumed:
            continue
        if other.at.replace(tzinfo=None, second=0, microsecond=0) == wall:
            return Instant(other.day, chosen.at.replace(tzinfo=other.at.tzinfo))
    return chosen


def _updated(
    stamped: tuple[Instant | None, ...], shown: Instant | None, published: Instant
) -> datetime | None:
    """Decide the update time: the stamped one, unless it only repeats the publish time.

    Systems stamp a page as modified when they publish it; a reader is told of an update only
    where the page prints one.
    """
    printed = shown.at if shown is not None else None
    for stamp in stamped:
        if stamp is None or stamp.at is None:
            continue
        if stamp.at != published.at or (printed and abs(stamp.at - printed) < _MINUTE):
            return stamp.at
    return printed


def _disagree(
    chosen: Instant, other: Instant, updated: datetime | None, source: TimeSource
) -> bool:
    if source in (TimeSource.IMAGE_PATH, TimeSource.URL):
        return abs((chosen.day - other.day).days) > 7  # pictures are filed days before use
    if chosen.at is None or other.at is None:
        return chosen.day != other.day
    # A time that the page gives for its update is no rival of the publish time.
    return abs(chosen.at - other.at) > _TOLERANCE and not (
        updated is not None and abs(other.at - updated) <= _TOLERANCE
    )


def _first_time(*instants: Instant | None) -> datetime | None:
    return next((i.at for i in instants if i is not None and i.at is not None), None)


def _printed(at: datetime | None, day: date | None) -> Instant | None:
    if at is not None:
        return Instant(at.date(), at)
    return Instant(day) if day is not None else None


def _node_time(facts: Facts, keys: tuple[str, ...]) -> Instant | None:
    for key in keys:
        for text in jsonld.texts(facts.node(key)):
            if instant := time.parse(text, facts.zone):
                return instant
    return None


def _meta_time(facts: Facts, keys: tuple[str, ...]) -> Instant | None:
    day_alone: Instant | None = None
    for value in facts.dom.every(*keys):
        if instant := time.parse(value, facts.zone):
            if instant.at is not None:
                return instant
            day_alone = day_alone or instant
    return day_alone


def _tag_time(facts: Facts, role: str) -> Instant | None:
    prop = "datepublished" if role == "published" else "datemodified"
    tags = [*facts.dom.itemprops.get(prop, ())]
    tags += [(e, v) for e, v in facts.dom.times[:60] if metadata_dom.time_role(e) == role]
    day_alone: Instant | None = None
    for element, value in tags:
        instant = time.parse(value or whole_text(element), facts.zone)
        if instant is not None and instant.at is not None:
            return instant
        day_alone = day_alone or instant
    return day_alone


def _path_time(url: str | None, zone: tzinfo | None) -> Instant | None:
    path = path_of(url)
    if stamp := _IMAGE_STAMP.search(path):
        at = datetime.fromtimestamp(int(stamp.group(1)), UTC).astimezone(zone or UTC)
        return Instant(at.date())
    if found := _PATH_DATE.search(path):
        try:
            return Instant(date(*(int(g) for g in found.groups())))
        except ValueError:
            return None
    return None


def read_facts(tree: _Element, captured_url: str | None) -> Facts:
    """Read everything the page says about itself."""
    dom = metadata_dom.read(tree)
    linked = jsonld.read(tree)
    url = canonical_url(dom, captured_url)
    title = dom.first("og:title")
    article = linked.article(tuple(u for u in (url, captured_url) if u), title)
    facts = Facts(dom, linked, article, url)
    if linked.is_broken:
        facts.warnings.append("json_ld_broken")
    if facts.node("isAccessibleForFree") in (False, "False", "false"):
        facts.warnings.append("not_free")  # what the page shows may be the beginning alone
    return facts
