"""Times of feeds and sitemaps, read strictly: what can be read in two ways is unknown.

A wrong time would be loaded as good, and decides which pages a range takes. So days and months in
numbers need the year first, and zones by name must have one meaning.
"""

import re
from calendar import month_name, monthrange
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Final

from etl.bangla.clock import DHAKA, to_utc
from etl.bangla.text import to_latin_digits

# No outlet was on the web before; programs write 1970 or the year 1 where they know no time.
_FIRST_YEAR: Final = 1990
_LONGEST = 80
_LARGEST_OFFSET = timedelta(hours=14)  # Kiribati's

_CLOCK = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?"
)
_ZONE = r"(?:\s*(?P<zone>(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?|[A-Za-z]+))?"
_WEEKDAY = r"(?:[A-Za-z]+\.?(?:,\s*|\s+))?"
_MONTH = r"(?P<month>[A-Za-z]{3,9})\.?"
# Source: RFC 9557, 4.1; W3C's note "Date and Time Formats"; also with slashes and spaces
_YEAR_FIRST = r"(?P<year>\d{4})(?P<sign>[-/.])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})"
_BASIC_DAY = r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
_BASIC_CLOCK = r"(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<half>)?"
# Source: RFC 5322, 3.3 and 4.3, of RSS; also with the month's full name
_DAY_FIRST = rf"(?P<day>\d{{1,2}})[\s-]+{_MONTH}[\s,-]+(?P<year>\d{{4}}|\d{{2}})"
_MONTH_FIRST = rf"{_MONTH}\s+(?P<day>\d{{1,2}})"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_YEAR_FIRST}(?:(?:T|\s+){_CLOCK}{_ZONE})?",
        rf"{_BASIC_DAY}T{_BASIC_CLOCK}{_ZONE}",
        rf"{_WEEKDAY}{_DAY_FIRST}(?:,?\s+{_CLOCK}{_ZONE})?",
        rf"{_WEEKDAY}{_MONTH_FIRST},?\s+(?P<year>\d{{4}})(?:,?\s+{_CLOCK}{_ZONE})?",
        rf"{_WEEKDAY}{_MONTH_FIRST}\s+{_CLOCK}{_ZONE}\s+(?P<year>\d{{4}})",  # C's asctime
    )
)
_MONTH_OR_YEAR = re.compile(r"(\d{4})(?:-(\d{2}))?")
_MONTHS = tuple(name.lower() for name in month_name[1:])
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?", re.I)
# Source: RFC 5322, 4.3. Other names mean several zones (IST, BST), and are unknown.
_NAMED_ZONES = {"z": 0, "ut": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5,
                "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}  # fmt: skip
_BANGLADESH_TIME = "bdt"  # Brunei's too: read only for outlets of the first


def read_time(text: str | None, zone: tzinfo) -> datetime | None:
    """Read the instant of a time.

    Args:
        text: the time as the source gives it.
        zone: the outlet's zone, in which a time without one is meant.

    Returns:
        The instant in UTC; None for a day alone, a time that is not surely read, and one before
        1990.
    """
    found = _match(text)
    if found is None or found["hour"] is None:
        return None
    try:
        hour = _hour(int(found["hour"]), found["half"])
        clock = (hour, int(found["minute"]), int(found["second"] or 0))
        offset = _offset(found["zone"], zone)
        day = _day(found)
        if offset is None or day is None:
            return None
        return to_utc(datetime(day.year, day.month, day.day, *clock, tzinfo=offset))
    except (ValueError, OverflowError):
        return None


def read_end(text: str | None) -> datetime | None:
    """Read the last second of a day, month or year, by UTC, that is given without a time."""
    if span := _MONTH_OR_YEAR.fullmatch(text.strip() if text else ""):
        year, month = int(span[1]), int(span[2] or 12)
        if not (year >= _FIRST_YEAR and 1 <= month <= 12):
            return None
        day: date | None = date(year, month, monthrange(year, month)[1])
    else:
        found = _match(text)
        day = _day(found) if found is not None and found["hour"] is None else None
    if day is None:
        return None
    return to_utc(datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC))


def _match(text: str | None) -> re.Match[str] | None:
    if not text:
        return None
    plain = to_latin_digits(" ".join(text[:_LONGEST].split()))
    return next(filter(None, (form.fullmatch(plain) for form in _FORMS)), None)


def _day(found: re.Match[str]) -> date | None:
    """The day; None where it does not exist or is before 1990."""
    year, month = found["year"], found["month"].lower()
    try:
        number = int(month) if month.isdigit() else _month(month)
        day = date(int(year) + 2000 * (len(year) == 2), number, int(found["day"]))
    except ValueError:
        return None
    return day if day.year >= _FIRST_YEAR else None


def _month(name: str) -> int:
    """The number of a month by its name or the beginning of it.

    Raises:
        ValueError: no month begins so.
    """
    for number, known in enumerate(_MONTHS, start=1):
        if known.startswith(name):
            return number
    raise ValueError(name)


def _hour(hour: int, half: str | None) -> int:
    """The hour of 24.

    Raises:
        ValueError: half a day's hour is none of 1 to 12.
    """
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(f"{hour} {half}m")
    return hour % 12 + 12 * (half.lower() == "p")


def _offset(written: str | None, zone: tzinfo) -> tzinfo | None:
    """The zone that a time names; None where that is not sure."""
    if not written:
        return zone
    if sign := _OFFSET.fullmatch(written):
        shift = timedelta(hours=int(sign[2]), minutes=int(sign[3] or 0))
        if shift > _LARGEST_OFFSET or int(sign[3] or 0) > 59:
            return None
        return timezone(shift if sign[1] == "+" else -shift)
    name = written.lower()
    if name == _BANGLADESH_TIME:
        return zone if zone == DHAKA else None
    return timezone(timedelta(hours=_NAMED_ZONES[name])) if name in _NAMED_ZONES else None
