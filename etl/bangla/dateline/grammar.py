"""The grammar of publish lines: the tokens that they are made of.

Source: pages of Kalbela, Bangla Tribune, Ajker Patrika, Samakal, Janakantha, Manab Zamin, Inqilab,
Jago News, Prothom Alo and Kaler Kantho, and English pages; the spellings are in
``seeds/lexicon/datelines.csv`` and ``zones.csv``.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from etl.bangla.calendar import BANGLA_MONTH_LISTS, MONTH_LISTS, WEEKDAY_LISTS, numbered
from etl.bangla.lexicon import any_of, read_lexicon
from etl.bangla.text import to_latin_digits


class Kind(StrEnum):
    """Kinds of tokens; the names are the groups of the scanner."""

    INSTANT = "instant"  # 2025-12-30T10:18:32+06:00
    DAY = "day"  # ২২ জানুয়ারি ২০২৫
    YEARLESS = "yearless"  # ২২ জানুয়ারি
    BANGLA_DAY = "bangla_day"  # ১২ বৈশাখ ১৪৩১
    HIJRI_DAY = "hijri_day"
    AGO = "ago"  # ৩ মাস আগে
    NEAR_DAY = "near_day"  # গতকাল
    TIME = "time"
    PUBLISHED = "published"
    UPDATED = "updated"
    WEEKDAY = "weekday"
    DHAKA_ZONE = "dhaka_zone"
    UTC_ZONE = "utc_zone"
    OTHER_ZONE = "other_zone"
    FILLER = "filler"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Token:
    """A token with its place in the text and its named parts, digits in Latin."""

    kind: Kind
    start: int
    end: int
    parts: dict[str, str]


_WORDS = read_lexicon("datelines")
_CALENDAR = read_lexicon("calendar")
_ZONE_WORDS = read_lexicon("zones")
_UNITS = ("second", "minute", "hour", "day", "week", "month", "year")
_PARTS_OF_DAY = (
    "dawn", "morning", "forenoon", "noon", "afternoon", "evening", "night", "midnight",
)  # fmt: skip

# What names a zone; some words name several (BST is Dhaka's and London's).
ZONES = {
    word: tuple(name for name, words in _ZONE_WORDS.items() if word in words)
    for words in _ZONE_WORDS.values()
    for word in words
}
# Publish lines shorten names that running text spells out, and mix languages.
MONTHS = numbered(MONTH_LISTS, _CALENDAR, _WORDS)
WEEKDAYS = numbered(WEEKDAY_LISTS, _CALENDAR, _WORDS)
BANGLA_MONTHS = numbered(BANGLA_MONTH_LISTS, _CALENDAR, _WORDS)
UNITS = {word: unit for unit in _UNITS for word in _WORDS[unit]}
PARTS_OF_DAY = {word: part for part in _PARTS_OF_DAY for word in _WORDS[part]}
PM = frozenset(_WORDS["pm"])
AM = frozenset(_WORDS["am"])
AGO = any_of(_WORDS["ago"])

# A label counts with its colon or bar, or right before a date or time.
_LABEL = f"(?:{any_of((*_WORDS['published'], *_WORDS['updated']))})"
# After a token: no letter goes on, unless a label is glued to it (পিএমআপডেট : …).
_END = rf"(?![^\W\d_]|[ঁ-ঃ়-্ৗ])|(?={_LABEL}\s*[:ঃ|])"
_END = f"(?:{_END})"
_MONTH = f"(?:{any_of(MONTHS)})"
_AFTER_LABEL = rf"(?=\s*(?:[:ঃ|：-]|\d|$)|\s+(?:{_MONTH}|{any_of(WEEKDAYS)}))"
_ORDINAL = f"(?:{any_of((*_CALENDAR['ordinal_ending'], *_WORDS['ordinal_ending']))})?"
_D = r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])"
_Y = r"(?:1[89]\d\d|20\d\d)(?!\d)"
_MERIDIEM = any_of((*_WORDS["am"], *_WORDS["pm"]))
_UTC = any_of(_WORDS["utc"])
_GAP = r"\s*[,.،]?\s*(?:-\s*|de[l]?\s+)?"
_COLON = r"\s*[:ঃ]\s*"

_PATTERNS: tuple[tuple[Kind, str], ...] = (
    (
        Kind.INSTANT,
        (
            r"(?<!\d)(?P<iso_day>(?:1[89]|"
            r"20)\d\d-\d\d-\d\d)[t ](?P<iso_time>\d\d:\d\d(?::\d\d)?)(?:\.\d+)?"
            r"(?P<iso_zone>z|[+-]\d\d:?\d\d)?(?!\d)"
        ),
    ),
    (
        Kind.DAY,
        (
            rf"(?<!\d)(?P<iso_only>(?:1[89]|20)\d\d-\d\d-\d\d)(?![\d-])"
            rf"|{_D}{_ORDINAL}{_GAP}{_MONTH}{_GAP}{_Y}"
            rf"|{_MONTH}{_GAP}{_D}{_ORDINAL}{_GAP}{_Y}"
            rf"|(?<!\d)(?P<numeric>\d{{1,2}}(?P<dash>[/.-])\d{{1,2}}(?P=dash){_Y})"
        ),
    ),
    (
        Kind.BANGLA_DAY,
        (
            rf"(?<!\d)(?P<b_day>[0-3]?\d){_ORDINAL}\s*,?\s*"
            rf"(?P<b_month>{any_of(BANGLA_MONTHS)}){_END}\s*,?\s*"
            r"(?:(?P<b_year>1[345]\d\d)(?!\d)(?:\s*বঙ্গাব্দ)?)?"
        ),
    ),
    (
        Kind.HIJRI_DAY,
        (
            rf"(?<!\d)[0-3]?\d{_ORDINAL}\s*,?\s*(?:{any_of(_WORDS['hijri_month'])}){_END}"
            r"\s*,?\s*(?:1[345]\d\d(?!\d))?(?:\s*হিজরি|\s*হিজরী)?"
        ),
    ),
    (Kind.YEARLESS, rf"{_D}{_ORDINAL}{_GAP}{_MONTH}{_END}|{_MONTH}\s*{_D}(?![\d:]){_END}"),
    (
        Kind.AGO,
        (
            rf"(?P<ago_count>\d{{1,3}}|{any_of(_WORDS['one'])})\s*(?P<ago_unit>{any_of(UNITS)})"
            rf"(?P<ago_rest>(?:,?\s*\d{{1,2}}\s*(?:{any_of(UNITS)}))*)\s+(?:{AGO}){_END}"
            rf"|(?P<just_now>{any_of(_WORDS['just_now'])}){_END}"
        ),
    ),
    (
        Kind.NEAR_DAY,
        (
            f"(?P<yesterday>{any_of((*_CALENDAR['yesterday'], *_WORDS['yesterday']))}){_END}"
            f"|(?:{any_of((*_CALENDAR['today'], *_WORDS['today']))}){_END}"
        ),
    ),
    (
        Kind.TIME,
        (
            rf"(?:(?P<part>{any_of(PARTS_OF_DAY)})\s*)?(?<!\d)(?P<hour>\d{{1,2}})"
            rf"(?:{_COLON}(?P<minute>\d\d)(?:{_COLON}(?P<second>\d\d)(?!\d))?"
            rf"(?!\d)(?:\s*(?P<meridiem>{_MERIDIEM}){_END})?"
            rf"|[.](?P<dot_minute>\d\d)\s*(?P<dot_meridiem>{_MERIDIEM}){_END}"
            rf"|\s*টা{_END}(?:\s*(?P<word_minute>\d\d?)\s*মিনিট{_END})?"
            rf"|\s*(?P<bare_meridiem>{_MERIDIEM}){_END})"
            rf"(?:\s*টায়|\s*টা|\s*মিনিট|\s*মিনিটে)?"
        ),
    ),
    (
        Kind.UPDATED,
        rf"(?:{any_of(_WORDS['updated'])}){_AFTER_LABEL}",
    ),
    (
        Kind.PUBLISHED,
        rf"(?:{any_of(_WORDS['published'])}){_AFTER_LABEL}",
    ),
    (Kind.WEEKDAY, rf"(?P<weekday_name>{any_of(WEEKDAYS)}){_END}"),
    (
        Kind.DHAKA_ZONE,
        (rf"(?:{any_of(_WORDS['dhaka_time'])}|(?:{_UTC})?\s*\+\s*0?6(?::?00)?){_END}"),
    ),
    (
        Kind.OTHER_ZONE,
        (
            rf"(?P<zone_word>{any_of((*ZONES, *_WORDS['other_zone']))}){_END}"
            rf"|(?:{_UTC})\s*(?P<zone_offset>[+-]\s*(?:\d{{4}}|\d{{1,2}}(?::\d\d)?))(?!\d)"
        ),
    ),
    (Kind.UTC_ZONE, f"(?:{_UTC}){_END}"),
    (Kind.FILLER, rf"(?:{any_of(_WORDS['filler'])}){_END}"),
    (
        Kind.WORD,
        rf"(?:(?!{_LABEL}\s*[:ঃ])[^\W\d_][ঁ-ঃ়-্ৗ\u200c\u200d]*)+|\d[\d,./:-]*",
    ),
)
_SCANNER = re.compile(
    unicodedata.normalize(
        "NFC", "|".join(f"(?P<{kind.value}>{pattern})" for kind, pattern in _PATTERNS)
    )
)
_KINDS = frozenset(kind.value for kind in Kind)


def tokens(text: str) -> Iterator[Token]:
    """Tokens of a text in its normal form, in order; what stands between them is punctuation."""
    # Not by a pattern that ignores case: it tries each word letter by letter, ten times as slow.
    lower = "".join(c if len(c) == 1 else " " for c in map(str.lower, to_latin_digits(text)))
    for match in _SCANNER.finditer(lower):
        parts = {name: part.lower() for name, part in match.groupdict().items() if part is not None}
        kind = next(name for name in parts if name in _KINDS)
        yield Token(Kind(kind), match.start(), match.end(), parts)
