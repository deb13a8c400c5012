"""Instants as machines write them on pages: ISO 8601 and similar, RFC 2822, epoch seconds."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

from etl.bangla.clock import to_utc
from etl.bangla.dateline.parse import parse_dateline
from etl.bangla.text import to_latin_digits

_ISO = re.compile(
    r"^\s*(\d{4})(?:-?(\d{2})-?(\d{2})|-(\d{1,2})-(\d{1,2}))(?!\d)"
    r"(?:[T\s,_]+(?:at\s+)?(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,:]\d+)?)?\s*([AaPp][Mm]\b)?"
    r"\s*(Z|UTC|GMT|(?:UTC|GMT)?\s*[+-]\d{1,2}(?::?\d{2})?)?)?"
)
_SLASHED = re.compile(r"^\s*(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2}))?")
_DOTTED = re.compile(r"^\s*(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[T\s,-]+(\d{1,2})[:.](\d{2}))?")
_DASHED = re.compile(r"^\s*(\d{1,2})[-/](\d{1,2})[-/](\d{4})(?:[T\s,-]+(\d{1,2})[:.](\d{2}))?")
_CTIME = re.compile(
    r"^\s*(?:[A-Za-z]{3},? )?([A-Za-z]{3}) +(\d{1,2}) (\d\d:\d\d:\d\d) ([A-Z+:\d-]+ )?(\d{4})\s*$"
)
_WORDED = re.compile(r"[^\W\d_].*\d{4}|\d{4}.*[^\W\d_]")
_EPOCH = re.compile(r"^\s*(\d{10})(\d{3})?\s*$")
_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d{2})?$")
_RFC = re.compile(r"^\s*(?:[A-Za-z]{3,9},?\s+)?\d{1,2}\s+[A-Za-z]{3,9}\s+\d{4}\s+\d")
_OLDEST = 1990


@dataclass(frozen=True, slots=True)
class Instant:
    """A time as a page gives it.

    Attributes:
        day: in the page's zone.
        at: the instant, in the page's zone; None where the page gives the day alone.
        is_zone_assumed: the page names no zone, and none is known of it.
        is_utc: the page writes it in UTC.
        is_naive: the page writes it without a zone.
    """

    day: date
    at: datetime | None = None
    is_zone_assumed: bool = False
    is_utc: bool = False
    is_naive: bool = False

    @property
    def clock(self) -> datetime | None:
        """The minute on the clock of the page's zone."""
        return self.at and self.at.replace(tzinfo=None, second=0, microsecond=0)


def parse(value: str, zone: tzinfo | None) -> Instant | None:
    """Read one machine-written time.

    Args:
        value: the time as the page writes it.
        zone: the outlet's zone, in which the result is given and which is assumed where the page
            names none; None where no outlet is known: then the page's own offset stays.

    Returns:
        The instant, or None where the value is no time, or one before 1990.
    """
    try:
        found = _parse(to_latin_digits(value.strip()[:80]), zone)
    except (ValueError, OverflowError, TypeError):
        return None
    return found if found is not None and found.day.year >= _OLDEST else None


def _parse(value: str, zone: tzinfo | None) -> Instant | None:
    if epoch := _EPOCH.match(value):
        at = datetime.fromtimestamp(int(epoch.group(1)), UTC).astimezone(zone or UTC)
        return Instant(at.date(), at)
    if iso := _ISO.match(value):
        year, month, day, short_month, short_day, hour, minute, second, half, offset = iso.groups()
        month, day = month or short_month, day or short_day
        if hour is None:
            return Instant(date(int(year), int(month), int(day)))
        clock = (_hour(int(hour), half), int(minute), int(second or 0))
        at = datetime(int(year), int(month), int(day), *clock, tzinfo=UTC)
        return _placed(at, offset, zone)
    if slashed := _SLASHED.match(value):
        return _numbers(slashed.groups(), zone)
    if dotted := _DOTTED.match(value):
        day, month, year, hour, minute = dotted.groups()
        return _numbers((year, month, day, hour, minute), zone)
    if _RFC.match(value):
        at = parsedate_to_datetime(value)
        return _shown(at, zone) if at.tzinfo else _placed(at.replace(tzinfo=UTC), None, zone)
    if (dashed := _DASHED.match(value)) and _is_day_first(zone, dashed.groups()):
        day, month, year, hour, minute = dashed.groups()
        return _numbers((year, month, day, hour, minute), zone)
    return _worded(value, zone)


def _is_day_first(zone: tzinfo | None, groups: tuple[str | None, ...]) -> bool:
    """Between dashes or slashes America puts the month first; elsewhere the day comes first."""
    day, month = (int(number or 0) for number in groups[:2])
    return day > 12 or day == month or (zone is not None and not str(zone).startswith("America"))


def is_ambiguous(value: str) -> bool:
    """Tell whether a time's day and month can be taken for each other."""
    dashed = _DASHED.match(value)
    return dashed is not None and not _is_day_first(None, dashed.groups())


def _worded(value: str, zone: tzinfo | None) -> Instant | None:
    """Read a time with the month in words, as publish lines have it."""
    if ctime := _CTIME.match(value):
        month, day, clock, name, year = ctime.groups()
        value = f"{day} {month} {year} {clock} {name or ''}"
    if not _WORDED.search(value):
        return None
    found = parse_dateline(value, None, zone)
    return printed(found.published_at, found.published_date, zone, has_zone=found.has_zone)


def printed(
    at: datetime | None, day: date | None, zone: tzinfo | None, *, has_zone: bool
) -> Instant | None:
    """Make an instant of what a publish line gives.

    Args:
        at: the time, where the line has one.
        day: the day, where it has no time.
        zone: the page's.
        has_zone: whether the line names the zone of its clock.
    """
    if at is None:
        return Instant(day) if day is not None else None
    return Instant(at.date(), at, is_zone_assumed=not has_zone and zone is None,
                   is_naive=not has_zone)  # fmt: skip


def _numbers(groups: tuple[str | None, ...], zone: tzinfo | None) -> Instant:
    year, month, day = (int(g or 0) for g in groups[:3])
    if groups[3] is None:
        return Instant(date(year, month, day))
    at = datetime(year, month, day, int(groups[3]), int(groups[4] or 0), tzinfo=UTC)
    return _placed(at, None, zone)


def _hour(hour: int, half: str | None) -> int:
    if half is None or hour > 12:
        return hour
    return hour % 12 + (12 if half.lower() == "pm" else 0)


def _placed(at: datetime, offset: str | None, zone: tzinfo | None) -> Instant:
    """Give a clock, which is in UTC for the time being, the zone that it is meant in."""
    if offset is None:
        at = at.replace(tzinfo=zone or UTC)
        return Instant(at.date(), at, is_zone_assumed=zone is None, is_naive=True)
    if sign := _OFFSET.search(offset):
        minutes = int(sign.group(2)) * 60 + int(sign.group(3) or 0)
        shift = timedelta(minutes=minutes if sign.group(1) == "+" else -minutes)
        return _shown(at.replace(tzinfo=timezone(shift)), zone)
    return _shown(at, zone)


def _shown(at: datetime, zone: tzinfo | None) -> Instant:
    """In the page's zone: an instant written as UTC may lie on another day there."""
    # The first and last days of the calendar stay as written: ``times`` leaves them out.
    shown = at
    if zone is not None and to_utc(at) is not None:
        shown = at.astimezone(zone)
    return Instant(shown.date(), shown, is_utc=at.utcoffset() == timedelta(0))
