"""What a publish line says: the times of publication and update.

Unknown rather than wrong: a line that the grammar does not read to the end, that gives two
different dates without saying which is which, or that leaves out the year, gives no value but a
warning. Warnings, a word each:

``weekday_mismatch``, ``bangla_date_mismatch``
    The weekday or the Bangla calendar day printed next to the date is another day's.
``published_before_1995``, ``published_after_capture``, ``updated_after_capture``
    The printed time can't be true; it is given as printed, for validation to quarantine.
``updated_before_published``
    Both are given as printed.
``relative_time``, ``relative_time_unresolved``
    The time was counted back from the capture, or could not be.
``several_dates``, ``ambiguous_date``, ``ambiguous_time``, ``impossible_date``,
``impossible_time``, ``time_out_of_range``, ``year_missing``, ``zone_unknown``, ``masthead_date``,
``dateline_unparsable``
    Nothing is given for the part concerned.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from etl.bangla.calendar import BanglaDate, to_bangla_date
from etl.bangla.clock import DHAKA, to_utc
from etl.bangla.dateline.entries import LONGEST_LINE, Entry, Label, Reading, read
from etl.bangla.dateline.grammar import AGO
from etl.bangla.text import normal_form

# No Bangla newspaper was online before 1996.
FIRST_YEAR = 1995
# Clocks of outlets and of ours differ; seen on feeds: up to some minutes.
_CLOCK_SKEW = timedelta(minutes=10)
_NAMES = 7  # words of a byline: two names, and what joins them
# Without a year, or a word for a time gone by, a line gives no date.
_YEAR = re.compile(r"\d{4}")
_AGO = re.compile(rf"\d.*(?:{AGO})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dateline:
    """The times a publish line gives; ``published_date`` stands alone where no clock is given.

    Attributes:
        published_at: in the page's zone.
        updated_at: in the page's zone.
        published_date: the day of publication.
        warnings: those of the module.
        has_zone: whether the line names the zone of its clocks.
    """

    published_at: datetime | None = None
    updated_at: datetime | None = None
    published_date: date | None = None
    warnings: tuple[str, ...] = ()
    has_zone: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether the line gave no time at all."""
        return not (self.published_at or self.updated_at or self.published_date)


@dataclass(frozen=True, slots=True)
class Day:
    """The day that a masthead prints, by either calendar."""

    value: date | None = None
    bangla: BanglaDate | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundDateline:
    """A publish line, with what stands before and after it on its line (a byline, often)."""

    text: str
    before: str
    after: str


@dataclass(slots=True)
class _Value:
    at: datetime | None = None
    day: date | None = None


def parse_dateline(
    text: str, captured_at: datetime | None = None, zone: tzinfo | None = DHAKA
) -> Dateline:
    """Read a publish line.

    Args:
        text: the line, in any form.
        captured_at: aware; relative times count back from it, later times get a warning.
        zone: the page's; what clocks mean that the line gives no zone for. None where it is not
            known: such clocks are then taken for UTC's.

    Returns:
        The times in the page's zone, else in the one that the line names, and the module's
        warnings; empty where the line gives none.
    """
    return _interpret(read(normal_form(text)), captured_at, zone)


def _interpret(reading: Reading, captured_at: datetime | None, zone: tzinfo | None) -> Dateline:
    warnings: list[str] = []
    published, updated = _Value(), _Value()
    has_zone = False
    entry = _choose(reading, Label.PUBLISHED, warnings)
    if entry:
        published = _value(entry, captured_at, zone, warnings)
        has_zone = entry.has_zone
    entry = _choose(reading, Label.UPDATED, warnings)
    if entry:
        updated = _value(entry, captured_at, zone, warnings)
    if reading.is_empty and not warnings:
        warnings.append("dateline_unparsable")
    _check_order(published, updated, _shown(captured_at, zone or UTC), warnings)
    return Dateline(
        published.at,
        updated.at,
        published.day if published.at is None else None,
        tuple(dict.fromkeys(warnings)),
        has_zone,
    )


def _choose(reading: Reading, label: Label, warnings: list[str]) -> Entry | None:
    """The entry of that label; the first unlabelled one stands for publication."""
    entries = [entry for entry in reading.entries if entry.label is label and entry.has_content]
    if label is Label.PUBLISHED and not entries:
        plain = [e for e in reading.entries if e.label is None and e.has_content]
        if plain and reading.first_label is Label.UPDATED and not reading.starts_unlabelled:
            warnings.append("several_dates")
            return None
        if plain and not reading.is_sober:
            warnings.append("dateline_unparsable")
            return None
        if len(plain) == 1 and plain[0].is_masthead:
            warnings.append("masthead_date")
            return None
        entries = plain
    if not entries:
        return None
    if any(entry.moment != entries[0].moment for entry in entries[1:]):
        warnings.append("several_dates")
        return None
    return entries[0]


def _value(
    entry: Entry, captured_at: datetime | None, zone: tzinfo | None, warnings: list[str]
) -> _Value:
    warnings.extend(entry.warnings)
    if entry.warnings and not entry.only_time_is_odd:
        return _Value()
    printed = _zone(entry, zone)
    if printed is None:
        warnings.append("zone_unknown")
        return _Value()
    if entry.instant is not None:
        at = entry.instant
        at = at.replace(tzinfo=printed) if at.tzinfo is None else at
        return _placed(entry, at, zone or at.tzinfo or UTC, warnings)
    day = entry.day
    if day is None:
        return _relative(entry, captured_at, printed, warnings)
    if entry.clock is None:
        return _checked(entry, _Value(None, day), warnings)
    at = datetime.combine(day, entry.clock, printed)
    return _placed(entry, at, zone or printed, warnings)


def _zone(entry: Entry, zone: tzinfo | None) -> tzinfo | None:
    """The zone of a printed clock; None where its name is that of several, none of them the page's.

    Dhaka's own is none of them: pages there print BST for London's summer time too.
    """
    if not entry.zone_names:
        return entry.zone or zone or UTC
    if len(entry.zone_names) == 1:
        return ZoneInfo(entry.zone_names[0])
    return zone if str(zone) in entry.zone_names and zone != DHAKA else None


def _placed(entry: Entry, at: datetime, zone: tzinfo, warnings: list[str]) -> _Value:
    """An instant on the page's clock; no value where it has none there."""
    instant = to_utc(at)
    if instant is None:
        warnings.append("time_out_of_range")
        return _Value()
    placed = instant.astimezone(zone)
    checked = _checked(entry, _Value(placed, at.date()), warnings)
    return _Value(checked.at, placed.date())


def _relative(
    entry: Entry, captured_at: datetime | None, zone: tzinfo, warnings: list[str]
) -> _Value:
    """Minutes and hours give a time, days a day; weeks and more are too coarse to give either."""
    if entry.is_yearless:
        warnings.append("year_missing")
        return _Value()
    if entry.days_back is None and entry.ago is None:
        return _Value()
    is_coarse = entry.ago is not None and entry.ago < timedelta(0)
    captured = _shown(captured_at, zone)
    if captured is None or (entry.days_back is None and is_coarse):
        warnings.append("relative_time_unresolved")
        return _Value()
    warnings.append("relative_time")
    if entry.days_back is not None:
        day = captured.date() - timedelta(days=entry.days_back)
        if entry.clock is None:
            return _Value(None, day)
        return _Value(datetime.combine(day, entry.clock, zone), day)
    back = entry.ago or timedelta(0)
    at = (captured.astimezone(UTC) - back).astimezone(zone)
    return _Value(at, at.date())


def _shown(moment: datetime | None, zone: tzinfo) -> datetime | None:
    instant = to_utc(moment)
    return instant.astimezone(zone) if instant else None


def _checked(entry: Entry, value: _Value, warnings: list[str]) -> _Value:
    if value.day is not None:
        if any(weekday != value.day.isoweekday() for weekday in entry.weekdays):
            warnings.append("weekday_mismatch")
        if entry.bangla_day is not None and not _same(entry.bangla_day, value.day):
            warnings.append("bangla_date_mismatch")
    return value


def _same(printed: tuple[int, int, int | None], day: date) -> bool:
    try:
        true = to_bangla_date(day)
    except ValueError:
        return False
    return (true.day, true.month) == printed[:2] and printed[2] in (None, true.year)


def _check_order(
    published: _Value, updated: _Value, captured: datetime | None, warnings: list[str]
) -> None:
    if published.day is not None and published.day.year < FIRST_YEAR:
        warnings.append("published_before_1995")
    if captured is not None:
        last = captured + _CLOCK_SKEW
        for name, value in (("published", published), ("updated", updated)):
            is_late = value.at is not None and value.at > last
            if is_late or (value.day is not None and value.day > last.date()):
                warnings.append(f"{name}_after_capture")
    if published.at and updated.at and updated.at < published.at:
        warnings.append("updated_before_published")


def find_dateline(line: str) -> FoundDateline | None:
    """Find the publish line in a line of a page.

    Strict: a headline or sentence that names a date is none. A line with text around the dateline
    is one where a label or a clock stands with the date.

    Args:
        line: a line of a page, in any form.

    Returns:
        The publish line and what stands around it; None where the line is something else.
    """
    if len(line) > LONGEST_LINE or not (_YEAR.search(line) or _AGO.search(line)):
        return None
    text = normal_form(line)
    reading = read(text)
    if not reading.is_dateline:
        return None
    return FoundDateline(
        text[reading.start : reading.end],
        text[: reading.start].strip(" |,•·-–—/।:;("),
        text[reading.end :].strip(" |,•·-–—/।:;)"),
    )


def is_dateline(line: str) -> bool:
    """Whether the line is a publish line; see ``find_dateline``."""
    return find_dateline(line) is not None


def has_one_day(line: str) -> bool:
    """Whether a line gives one day, and nothing that makes it another kind of line."""
    reading = read(normal_form(line))
    days = [entry for entry in reading.entries if entry.has_day]
    return len(days) == 1 and reading.is_sober and not days[0].is_masthead


def day_after_names(line: str) -> str | None:
    """Find the day at the end of a byline (``By Rokeya Anwar on March 11, 2024``).

    Args:
        line: a line that is known to begin like a byline.

    Returns:
        The day as written; None where the line holds none, or goes on after it.
    """
    text = normal_form(line)
    reading = read(text)
    if len(reading.entries) != 1 or reading.has_prose or reading.words_after:
        return None
    entry = reading.entries[0]
    is_day = entry.has_day and not entry.words_inside and reading.words_before <= _NAMES
    return text[reading.start : reading.end] if is_day else None


def is_publish_line(line: str) -> bool:
    """Whether a line is a publish line that says so by its label."""
    if find_dateline(line) is None:
        return False
    return any(e.label is Label.PUBLISHED and e.has_day for e in read(normal_form(line)).entries)


def find_datelines(lines: Iterable[str]) -> list[tuple[int, FoundDateline]]:
    """Find the publish lines among a page's lines, each with its place."""
    found = ((number, find_dateline(line)) for number, line in enumerate(lines))
    return [(number, dateline) for number, dateline in found if dateline is not None]


def parse_day(text: str) -> Day | None:
    """Read the day that a masthead prints.

    Args:
        text: such as ``শুক্রবার, ২৬ এপ্রিল ২০২৪``, ``১২ বৈশাখ ১৪৩১``, or both.

    Returns:
        The day; None where the text is anything else, a clock or a label included.
    """
    if len(text) > LONGEST_LINE or not _YEAR.search(text):
        return None
    reading = read(normal_form(text))
    if not reading.is_plain_day:
        return None
    entry = reading.entries[0]
    printed = entry.bangla_day
    warnings: list[str] = []
    if entry.day is not None:
        _checked(entry, _Value(None, entry.day), warnings)
    bangla = BanglaDate(printed[0], printed[1], printed[2]) if printed and printed[2] else None
    if entry.day is None and bangla is None:
        return None
    return Day(entry.day, bangla, tuple(warnings))
