"""Publish and update times of a page, by one order of trust.

The order is ``TIME_TRUST``: JSON-LD, then meta tags, then time tags and microdata, then the
dateline printed on the page, then the date in the image's path, then the one in the URL. JSON-LD
that is no JSON, of which only scraps can be read, comes after meta and time tags. Machine-written
times come before the printed one because they carry seconds and a zone. Where two sources that
give a time differ by more than ``_TOLERANCE``, the first in the order is taken and the row says so
(``time_disagrees:json_ld,dateline``). A clock that the page writes in another zone than it says is
put right by its other clocks (``clocks``, ``zone_corrected:json_ld``). A date in a masthead is the
capture's, and is read as ``page_date`` only. Where no source gives a day, htmldate may.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from lxml.etree import _Element

from etl.bangla.clock import to_utc
from etl.bangla.dateline.parse import is_publish_line, parse_dateline
from etl.bangla.lexicon import read_lexicon
from etl.bangla.text import to_latin_digits
from etl.extract.metadata import dom as metadata_dom
from etl.extract.metadata import instant as metadata_instant
from etl.extract.metadata import jsonld
from etl.extract.metadata.clocks import settle
from etl.extract.metadata.facts import Facts, path_of
from etl.extract.metadata.instant import Instant
from etl.extract.shared.text import key
from etl.markup.tree import text_of
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
_DAY = timedelta(days=1)
_STEP = timedelta(minutes=15)  # zones lie a multiple of this from UTC
_FARTHEST = timedelta(hours=14)

_KEYS = read_lexicon("metadata_keys")
_PATH_DATE = re.compile(
    r"(?:^|[/_.-])(20\d{2})[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)"
)
_IMAGE_STAMP = re.compile(r"_(1[5-9]\d{8}|20\d{8})\.\w{3,4}$")


@dataclass(frozen=True, slots=True)
class Printed:
    """The times that a page prints."""

    published: Instant | None = None
    updated: Instant | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Times:
    """The publish and update times with their source."""

    published_at: datetime | None = None
    published_date: date | None = None
    source: TimeSource = TimeSource.NONE
    updated_at: datetime | None = None
    warnings: tuple[str, ...] = ()


def read_times(
    facts: Facts,
    zone: tzinfo | None,
    printed: Printed,
    image_url: str | None,
    captured_at: datetime | None,
    search: Callable[[], date | None],
) -> Times:
    """Decide the publish and update times.

    Args:
        facts: what the page says about itself.
        zone: what times without a zone mean; None where that is not known.
        printed: what the page's publish line says.
        image_url: the picture, whose path may hold a date.
        captured_at: when the page was fetched, where that is known for certain.
        search: searches the page for a day; called only where no source gives one.

    Returns:
        The times with the source of the publish time; ``undated`` among the warnings where no
        source gives one.
    """
    candidates = {
        TimeSource.JSON_LD: _node_time(facts, zone, _KEYS["published_node"]),
        TimeSource.META: _meta_time(facts, zone, _KEYS["published"]),
        TimeSource.TIME_TAG: _tag_time(facts, zone, "published"),
        TimeSource.DATELINE: printed.published,
        TimeSource.IMAGE_PATH: _path_time(image_url, zone),
        TimeSource.URL: _path_time(facts.url, zone),
    }
    if candidates[TimeSource.JSON_LD] is None and candidates[TimeSource.META] is None:
        candidates[TimeSource.JSON_LD] = _page_time(facts, zone)
    warnings = []
    for candidate_source, candidate in candidates.items():
        if _is_out_of_range(candidate):
            candidates[candidate_source] = None
            warnings.append(f"time_out_of_range:{candidate_source}")
    order = _TRUST_OF_SCRAPS if jsonld.is_scraps(facts.article) else TIME_TRUST
    found = [(source, c) for source in order if (c := candidates[source]) is not None]
    # A page that prints a time anywhere is dated by it, not by a source that has the day alone.
    timed = [(s, c) for s, c in found if c.at is not None and s is not TimeSource.IMAGE_PATH]
    stamped = tuple(
        None if _is_out_of_range(stamp) else stamp
        for stamp in (
            _node_time(facts, zone, _KEYS["updated_node"]),
            _meta_time(facts, zone, _KEYS["updated"]),
            _tag_time(facts, zone, "updated"),
        )
    )
    if not found:
        updated = _first_time(*stamped, printed.updated)
        day = search()
        # Without a day of its own it takes the update's; one between slashes it reads as in Europe.
        is_other = updated is not None and updated.date() == day
        if day is not None and not is_other and not _has_ambiguous_day(facts):
            return Times(None, day, TimeSource.HTMLDATE, updated, tuple(warnings))
        return Times(updated_at=updated, warnings=(*warnings, "undated"))
    source, written = (timed or found)[0]
    chosen = settle(written, [c for s, c in timed if s is not source], zone, captured_at)
    if chosen.at != written.at:
        warnings.append(f"zone_corrected:{source}")
    updated = _updated(stamped, printed.updated, chosen, written)
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


def _is_out_of_range(found: Instant | None) -> bool:
    return found is not None and found.at is not None and to_utc(found.at) is None


def _updated(
    stamped: tuple[Instant | None, ...],
    shown: Instant | None,
    published: Instant,
    written: Instant,
) -> datetime | None:
    """Decide the update time: the stamped one, unless it only repeats the publish time.

    Systems stamp a page as modified when they publish it; then there was an update only where the
    page prints one. Where the publish time was written in another zone, so was the stamp.
    """
    printed = shown.at if shown is not None else None
    shift = timedelta(0)
    if published.at is not None and written.at is not None:
        shift = published.at - written.at
    for stamp in stamped:
        if stamp is None or stamp.at is None:
            continue
        at = stamp.at
        if (stamp.is_utc, stamp.is_naive) == (written.is_utc, written.is_naive):
            at = (at.astimezone(UTC) + shift).astimezone(at.tzinfo)
        if at != published.at or (printed and abs(at - printed) < _MINUTE):
            return at
    return printed


def _disagree(
    chosen: Instant, other: Instant, updated: datetime | None, source: TimeSource
) -> bool:
    if source in (TimeSource.IMAGE_PATH, TimeSource.URL):
        return abs((chosen.day - other.day).days) > 7  # pictures are filed days before use
    if chosen.at is None or other.at is None:
        return chosen.day != other.day
    if chosen.is_zone_assumed != other.is_zone_assumed and _may_agree(chosen.at, other.at):
        return False
    # A time that the page gives for its update is no rival of the publish time.
    return abs(chosen.at - other.at) > _TOLERANCE and not (
        updated is not None and abs(other.at - updated) <= _TOLERANCE
    )


def _may_agree(one: datetime, other: datetime) -> bool:
    """Tell whether two times can be the same one, written in two zones of which one is unknown."""
    apart = abs(one - other)
    return apart <= _FARTHEST and min(apart % _STEP, -apart % _STEP) < _MINUTE


def _first_time(*instants: Instant | None) -> datetime | None:
    return next((i.at for i in instants if i is not None and i.at is not None), None)


def _node_time(facts: Facts, zone: tzinfo | None, keys: tuple[str, ...]) -> Instant | None:
    for name in keys:
        for text in jsonld.texts(facts.node(name)):
            if instant := metadata_instant.parse(text, zone):
                return instant
    return None


def _has_ambiguous_day(facts: Facts) -> bool:
    return any(map(metadata_instant.is_ambiguous, facts.dom.every(*_KEYS["published"])))


def _page_time(facts: Facts, zone: tzinfo | None) -> Instant | None:
    """The time of the JSON-LD node of the page, where no node describes its article."""
    if facts.page is None:
        return None
    return next(
        (i for t in jsonld.texts(facts.page.get("datePublished"))
         if (i := metadata_instant.parse(t, zone))),
        None,
    )  # fmt: skip


def _meta_time(facts: Facts, zone: tzinfo | None, keys: tuple[str, ...]) -> Instant | None:
    day_alone: Instant | None = None
    for value in facts.dom.every(*keys):
        if instant := metadata_instant.parse(value, zone):
            if instant.at is not None:
                return instant
            day_alone = day_alone or instant
    return day_alone


def _tag_time(facts: Facts, zone: tzinfo | None, role: str) -> Instant | None:
    prop = "datepublished" if role == "published" else "datemodified"
    marked = [*facts.dom.itemprops.get(prop, ())]
    if role == "published":
        marked += facts.dom.itemprops.get("datecreated", ())
    title = titles_key(facts)
    roles = {"published", "updated"}
    tags = [(e, v, roles) for e, v in marked[:20]] + [
        (e, v, {role}) for e, v in facts.dom.times[:60]
    ]
    day_alone: Instant | None = None
    for element, value, wanted in tags:
        if metadata_dom.time_role(element, title) not in wanted:
            continue
        instant = metadata_instant.parse(value or text_of(element), zone)
        if instant is not None and instant.at is not None:
            shown = _labelled_day(element, instant.day) if value and role == "published" else None
            # Some systems stamp the last edit; what readers see is then the publish day.
            return Instant(shown) if shown and abs(shown - instant.day) > _DAY else instant
        day_alone = day_alone or instant
    return day_alone


def _labelled_day(element: _Element, stamped: date) -> date | None:
    """The day that the text of a time tag calls the publish day, if it may be another one."""
    text = text_of(element)
    is_same = str(stamped.day) in to_latin_digits(text)
    return None if is_same or not is_publish_line(text) else parse_dateline(text).published_date


def is_stamped(facts: Facts) -> bool:
    """Whether JSON-LD or a meta tag gives a publish time."""
    return any(facts.node(name) for name in _KEYS["published_node"]) or bool(
        facts.dom.every(*_KEYS["published"])
    )


def titles_key(facts: Facts) -> str:
    """The keys of the page's titles in a row, to know its own headline among others by."""
    return " ".join(map(key, (facts.dom.title, facts.dom.first("og:title"))))


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
