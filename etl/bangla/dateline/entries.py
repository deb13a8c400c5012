"""From the tokens of a line to its entries: each a label with the date and clock that it covers."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import Enum
from functools import lru_cache

from etl.bangla.clock import DHAKA
from etl.bangla.dateline.grammar import (
    AM,
    BANGLA_MONTHS,
    MONTHS,
    PARTS_OF_DAY,
    PM,
    UNITS,
    WEEKDAYS,
    ZONES,
    Kind,
    Token,
    tokens,
)
from etl.bangla.text import DANDAS, has_bangla_letter, to_latin_digits

# Hours on a twelve-hour clock that a part of the day can mean, as hours of the full day. Night
# is left out: "রাত ১২টা" and "রাত ১টা" of a date may be its first hours or the next day's.
_HOURS = {
    "dawn": {3: 3, 4: 4, 5: 5, 6: 6},
    "morning": {hour: hour for hour in range(5, 12)},
    "forenoon": {10: 10, 11: 11, 12: 12, 1: 13, 2: 14, 3: 15},
    "noon": {11: 11, 12: 12, 1: 13, 2: 14, 3: 15},
    "afternoon": {hour: hour + 12 for hour in range(2, 7)},
    "evening": {hour: hour + 12 for hour in range(5, 9)},
    "night": {hour: hour + 12 for hour in range(7, 12)},
}
_AGO = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
}
_FARTHEST = timedelta(hours=14)  # of all zones, Kiribati's
_ISO_ZONE = re.compile(r"([+-])(\d\d):?(\d\d)")
_NUMBER = re.compile(r"\d+")
_MONTH_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0981-\u0983\u09bc-\u09cd\u09d7])*")
# Words around a dateline on its line: a byline of a reporter with place and desk has up to six;
# what follows is an edition or a reading time.
_WORDS_BEFORE, _WORDS_AFTER = 8, 4
# Next to a day without label and clock: a place (ঢাকা), no more, or it is a headline's date.
_WORDS_BEFORE_DAY, _WORDS_AFTER_DAY = 2, 1
LONGEST_LINE = 240
_PROSE = re.compile(f"[{DANDAS}]")


class Label(Enum):
    """What a date stands for."""

    PUBLISHED = "published"
    UPDATED = "updated"


@dataclass(slots=True)
class Entry:
    """One date with its clock, as printed. Instants without a zone are naive."""

    label: Label | None
    day: date | None = None
    clock: time | None = None
    instant: datetime | None = None
    weekdays: list[int] = field(default_factory=list)
    bangla_day: tuple[int, int, int | None] | None = None
    has_hijri_day: bool = False
    is_yearless: bool = False
    zone: tzinfo | None = None
    zone_names: tuple[str, ...] = ()  # where a word names several
    ago: timedelta | None = None  # negative where it is too coarse to count back
    days_back: int | None = None
    words_inside: int = 0
    warnings: list[str] = field(default_factory=list)
    only_time_is_odd: bool = True

    @property
    def has_day(self) -> bool:
        """Whether a day stands in it, even one that no calendar has."""
        return (
            self.day is not None or self.instant is not None or "impossible_date" in self.warnings
        )

    @property
    def has_content(self) -> bool:
        """Whether it says anything about a time."""
        return bool(
            self.has_day
            or self.is_yearless
            or self.ago is not None
            or self.days_back is not None
            or self.warnings
        )

    @property
    def has_clock(self) -> bool:
        """Whether it gives a time of day."""
        return self.clock is not None or self.instant is not None

    @property
    def has_zone(self) -> bool:
        """Whether it says which zone its clock is in."""
        is_aware = self.instant is not None and self.instant.tzinfo is not None
        return is_aware or self.zone is not None or bool(self.zone_names)

    @property
    def moment(self) -> tuple[object, ...]:
        """What tells it from another entry of the same label."""
        return (self.day, self.clock, self.instant)

    @property
    def is_masthead(self) -> bool:
        """A page's head prints the day by several calendars, and no clock."""
        return (
            self.label is None
            and self.clock is None
            and (self.bangla_day is not None or self.has_hijri_day)
        )

    def fail(self, warning: str, *, is_date_lost: bool) -> None:
        """Note what can't be read: the clock alone, or the date with it."""
        self.warnings.append(warning)
        if is_date_lost:
            self.only_time_is_odd = False


@dataclass(slots=True)
class Reading:
    """All that was read on a line; ``start`` and ``end`` span its entries."""

    entries: list[Entry] = field(default_factory=list)
    start: int = 0
    end: int = 0
    length: int = 0
    words_before: int = 0
    words_after: int = 0
    has_prose: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing on the line is about a time."""
        return not any(entry.has_content for entry in self.entries)

    @property
    def first_label(self) -> Label | None:
        """The first label on the line."""
        return next((entry.label for entry in self.entries if entry.label), None)

    @property
    def starts_unlabelled(self) -> bool:
        """Whether its first date stands without a label."""
        return bool(self.entries) and self.entries[0].label is None

    @property
    def is_sober(self) -> bool:
        """Whether an unlabelled date may be taken for the publication's."""
        is_bare = not self.first_label and not any(entry.has_clock for entry in self.entries)
        return (
            not self.has_prose
            and self.words_before <= (_WORDS_BEFORE_DAY if is_bare else _WORDS_BEFORE)
            and self.words_after <= (_WORDS_AFTER_DAY if is_bare else _WORDS_AFTER)
            and not any(entry.words_inside for entry in self.entries)
        )

    @property
    def is_dateline(self) -> bool:
        """Whether the line is there to give a time, not a text that happens to hold one."""
        if self.is_empty or not self.is_sober or self.length > LONGEST_LINE:
            return False
        if self.first_label:
            return True
        first = next(entry for entry in self.entries if entry.has_content)
        if not first.has_day:
            return False
        if first.has_clock:
            return True
        return not (self.words_before or self.words_after or first.is_masthead)

    @property
    def is_plain_day(self) -> bool:
        """One day, by one calendar or several, with at most a place (ঢাকা) before it."""
        if len(self.entries) != 1 or self.words_before > 2:
            return False
        entry = self.entries[0]
        is_head = entry.weekdays or entry.bangla_day
        return (
            self.words_after <= (3 if is_head else 0)
            and entry.label is None
            and not entry.has_clock
            and not entry.warnings
            and not entry.words_inside
            and (entry.day is not None or entry.bangla_day is not None)
        )


class _Reader:
    """Collects the tokens of one line into entries."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.reading = Reading(length=len(text), has_prose=bool(_PROSE.search(text)))
        self.words = 0  # since the last token that means something

    def read(self) -> Reading:
        for token in tokens(self.text):
            if token.kind is Kind.WORD or self.is_word(token):
                self.words += 1
            elif token.kind is Kind.FILLER:
                continue
            else:
                self.take(token)
        self.reading.words_after = self.words
        return self.reading

    def is_word(self, token: Token) -> bool:
        """Whether a zone's short name stands behind no clock: ``et`` and ``ist`` are words too."""
        entries = self.reading.entries
        has_clock = bool(entries) and (entries[-1].has_clock or bool(entries[-1].warnings))
        return "zone_word" in token.parts and not has_clock

    def take(self, token: Token) -> None:
        reading = self.reading
        if token.kind in (Kind.PUBLISHED, Kind.UPDATED):
            label = Label.PUBLISHED if token.kind is Kind.PUBLISHED else Label.UPDATED
            entry = self.open(label, token)
        else:
            entry = self.entry_for(token)
            if reading.entries and self.words and entry.has_content:
                entry.words_inside += self.words
        self.words = 0
        reading.end = token.end
        self.fill(entry, token)

    def open(self, label: Label | None, token: Token) -> Entry:
        reading = self.reading
        if not reading.entries:
            reading.words_before = self.words
            reading.start = token.start
        entry = Entry(label)
        reading.entries.append(entry)
        return entry

    def entry_for(self, token: Token) -> Entry:
        """The entry that a date or clock belongs to; a second date opens another."""
        if not self.reading.entries:
            return self.open(None, token)
        entry = self.reading.entries[-1]
        if token.kind in (Kind.DAY, Kind.INSTANT) and entry.has_day:
            return self.open(None, token)
        return entry

    def fill(self, entry: Entry, token: Token) -> None:
        parts = token.parts
        match token.kind:
            case Kind.DAY:
                self.fill_day(entry, token)
            case Kind.INSTANT:
                entry.instant = _instant(parts)
                if entry.instant is None:
                    entry.fail("impossible_date", is_date_lost=True)
            case Kind.TIME:
                if entry.clock is not None:
                    entry.fail("ambiguous_time", is_date_lost=False)
                    entry.clock = None
                    return
                entry.clock, problem = _clock(parts)
                if problem:
                    entry.fail(problem, is_date_lost=False)
            case Kind.WEEKDAY:
                entry.weekdays.append(WEEKDAYS[parts["weekday_name"]])
            case Kind.BANGLA_DAY:
                year = int(parts["b_year"]) if "b_year" in parts else None
                entry.bangla_day = (int(parts["b_day"]), BANGLA_MONTHS[parts["b_month"]], year)
            case Kind.HIJRI_DAY:
                entry.has_hijri_day = True
            case Kind.YEARLESS:
                entry.is_yearless = True
            case Kind.AGO:
                entry.ago, entry.days_back = _ago(parts)
            case Kind.NEAR_DAY:
                entry.days_back = 1 if "yesterday" in parts else 0
            case Kind.DHAKA_ZONE:
                entry.zone = DHAKA
            case Kind.UTC_ZONE:
                entry.zone = UTC
            case Kind.OTHER_ZONE:
                self.fill_zone(entry, parts)
            case _:
                pass

    def fill_zone(self, entry: Entry, parts: dict[str, str]) -> None:
        if offset := parts.get("zone_offset"):
            entry.zone = _offset(offset)
        else:
            entry.zone_names = ZONES.get(parts["zone_word"], ())
        if entry.zone is None and not entry.zone_names:
            entry.fail("zone_unknown", is_date_lost=True)

    def fill_day(self, entry: Entry, token: Token) -> None:
        written = self.text[token.start : token.end]
        is_bangla = written != to_latin_digits(written) or has_bangla_letter(self.text)
        day, problem = _day(token.parts, to_latin_digits(written).lower(), is_bangla)
        entry.day = day
        if problem:
            entry.fail(problem, is_date_lost=True)


@lru_cache(maxsize=1024)
def read(text: str) -> Reading:
    """Read a line in its normal form; the reading is shared, and not to be changed."""
    return _Reader(text).read()


def _day(parts: dict[str, str], written: str, is_bangla: bool) -> tuple[date | None, str | None]:
    """The day, or why there is none. Between numbers alone, Bangla puts the day first."""
    if "iso_only" in parts:
        year, month, day = (int(number) for number in parts["iso_only"].split("-"))
    elif "numeric" in parts:
        day, month, year = (int(number) for number in parts["numeric"].split(parts["dash"]))
        # Between dots the day comes first in all languages that write dates so.
        is_day_first = is_bangla or parts["dash"] == "."
        if not is_day_first and day <= 12 and month <= 12 and day != month:
            return None, "ambiguous_date"
        if not is_day_first and day <= 12 < month:
            day, month = month, day
    else:
        numbers = [int(number) for number in _NUMBER.findall(written)]
        day, year = numbers[0], numbers[-1]
        month = next(MONTHS[word] for word in _MONTH_WORD.findall(written) if word in MONTHS)
    try:
        return date(year, month, day), None
    except ValueError:
        return None, "impossible_date"


def _instant(parts: dict[str, str]) -> datetime | None:
    try:
        naive = datetime.fromisoformat(f"{parts['iso_day']}T{parts['iso_time']}")
        zone = parts.get("iso_zone")
        if zone is None:
            return naive
        if zone == "z":
            return naive.replace(tzinfo=UTC)
        match = _ISO_ZONE.fullmatch(zone)
        assert match
        offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
        return naive.replace(tzinfo=timezone(offset if match[1] == "+" else -offset))
    except ValueError:
        return None


def _offset(text: str) -> tzinfo | None:
    numbers = text[1:].strip()
    hours, minutes = numbers.split(":") if ":" in numbers else (numbers[:2], numbers[2:])
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if offset > _FARTHEST:
        return None
    return timezone(offset if text[0] == "+" else -offset)


def _clock(parts: dict[str, str]) -> tuple[time | None, str | None]:
    """The time of day, or why there is none."""
    hour = int(parts["hour"])
    minute = int(parts.get("minute") or parts.get("dot_minute") or parts.get("word_minute") or 0)
    second = int(parts.get("second") or 0)
    marker = parts.get("meridiem") or parts.get("dot_meridiem") or parts.get("bare_meridiem")
    if hour > 23 or minute > 59 or second > 59:
        return None, "impossible_time"
    if marker:
        marker = " ".join(marker.split())
        if hour > 12:  # ১৮:২২ পিএম says it twice, ১৮:২২ এএম contradicts itself
            return (time(hour, minute, second), None) if marker in PM else (None, "impossible_time")
        if hour == 0:
            return (time(hour, minute, second), None) if marker in AM else (None, "impossible_time")
        return time(hour % 12 + (12 if marker in PM else 0), minute, second), None
    part = parts.get("part")
    if part and hour <= 12:
        hours = _HOURS.get(PARTS_OF_DAY[part], {})
        if hour not in hours:
            return None, "ambiguous_time"
        hour = hours[hour]
    return time(hour, minute, second), None


def _ago(parts: dict[str, str]) -> tuple[timedelta | None, int | None]:
    if "just_now" in parts:
        return timedelta(0), None
    count = int(parts["ago_count"]) if parts["ago_count"].isdigit() else 1
    unit = UNITS[parts["ago_unit"]]
    if parts["ago_rest"] or unit not in (*_AGO, "day"):
        return (_compound(parts, count, unit) if unit in _AGO else timedelta(-1)), None
    return (None, count) if unit == "day" else (count * _AGO[unit], None)


def _compound(parts: dict[str, str], count: int, unit: str) -> timedelta:
    """Hours and minutes (২ ঘণ্টা ১০ মিনিট আগে)."""
    total = count * _AGO[unit]
    rest = parts["ago_rest"].replace(",", " ").split()
    for number, word in zip(rest[::2], rest[1::2], strict=False):
        if UNITS.get(word) not in _AGO:
            return timedelta(-1)
        total += int(number) * _AGO[UNITS[word]]
    return total
