"""The grammar of publish lines: the tokens that they are made of.

Forms and spellings: those of the outlets' pages (Kalbela, Bangla Tribune, Ajker Patrika, Samakal,
Janakantha, Manab Zamin, Inqilab, Jago News, Prothom Alo, Kaler Kantho) and of English pages.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from etl.bangla.text import normal_form, to_latin_digits


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


def _words(spellings: str) -> str:
    """An alternation of spellings, longest first, in the normal form."""
    parts = sorted((normal_form(word) for word in spellings.split("|")), key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in parts)


# Spellings as found in the press, besides the standard ones.
_MONTHS = (
    "জানুয়ারি|জানুয়ারী|জানুয়ারি|জানুয়ারী|জানু|january|jan",
    "ফেব্রুয়ারি|ফেব্রুয়ারী|ফেব্রয়ারি|ফেব্রয়ারী|ফেব্রুআরি|ফেব্রু|february|feb",
    "মার্চ|march|mar",
    "এপ্রিল|এপ্রীল|april|apr",
    "মে|may",
    "জুন|june|jun",
    "জুলাই|জুলাাই|july|jul",
    "আগস্ট|আগষ্ট|অগস্ট|অগাস্ট|আগাস্ট|অগষ্ট|august|aug",
    "সেপ্টেম্বর|সেপ্টেম্বার|সেপ্টেমবর|সেপ্ট|september|sept|sep",
    "অক্টোবর|অক্টোবার|অক্টো|october|oct",
    "নভেম্বর|নভেম্বার|নবেম্বর|নভেমবর|নভে|november|nov",
    "ডিসেম্বর|ডিসেম্বার|ডিসেমবর|ডিসে|december|dec",
)
_WEEKDAYS = (
    "সোমবার|সোম|monday|mon",
    "মঙ্গলবার|মঙ্গল|tuesday|tues|tue",
    "বুধবার|বুধ|wednesday|wed",
    "বৃহস্পতিবার|বৃহষ্পতিবার|বৃহঃস্পতিবার|বৃহস্পতি|thursday|thurs|thur|thu",
    "শুক্রবার|শুক্র|friday|fri",
    "শনিবার|শনি|saturday|sat",
    "রবিবার|রোববার|রবি|sunday|sun",
)
_BANGLA_MONTHS = (
    "বৈশাখ", "জ্যৈষ্ঠ|জৈষ্ঠ|জ্যেষ্ঠ", "আষাঢ়|আষাঢ", "শ্রাবণ|শ্রাবন", "ভাদ্র", "আশ্বিন",
    "কার্তিক|কার্ত্তিক", "অগ্রহায়ণ|অগ্রহায়ন|অগ্রহায়ণ", "পৌষ", "মাঘ", "ফাল্গুন|ফাগুন",
    "চৈত্র",
)  # fmt: skip
_HIJRI_MONTHS = (
    "মহররম|মুহাররম|মুহররম|সফর|রবিউল আউয়াল|রবিউল আওয়াল|রবিউস সানি|জমাদিউল আউয়াল|"
    "জমাদিউল আওয়াল|জমাদিউস সানি|রজব|শাবান|শা'বান|রমজান|রমযান|শাওয়াল|জিলকদ|যিলকদ|"
    "জিলহজ|জিলহজ্জ|যিলহজ্জ"
)
# A label counts with its colon or bar, or right before a date or time.
_PUBLISHED = (
    "প্রকাশ|প্রকাশিত|প্রকাশিত হয়েছে|প্রকাশিত হয়|প্রকাশের সময়|প্রকাশের তারিখ|প্রকাশকাল|প্রকাশ কাল|"
    "প্রকাশনার সময়|পোস্ট|পোস্টেড|পোস্টের সময়|published|published at|published on|published date|"
    "first published|posted|posted at|posted on|publish|publish date|publish time|date published|"
    "অনলাইন প্রকাশ|প্রথম প্রকাশ"
)
_UPDATED = (
    "আপডেট|আপডেট সময়|আপডেটের সময়|সর্বশেষ আপডেট|শেষ আপডেট|হালনাগাদ|সর্বশেষ হালনাগাদ|আপডেটেড|"
    "পরিমার্জন|পরিমার্জিত|সংশোধিত|সংশোধন|updated|updated at|updated on|update|update time|"
    "last updated|last update|last modified|modified|last updated at|last updated on|আপডেট হয়েছে"
)
_UNITS = {
    "second": "সেকেন্ড|second|seconds|sec|secs",
    "minute": "মিনিট|minute|minutes|min|mins",
    "hour": "ঘণ্টা|ঘন্টা|hour|hours|hr|hrs",
    "day": "দিন|day|days",
    "week": "সপ্তাহ|week|weeks",
    "month": "মাস|month|months",
    "year": "বছর|year|years",
}
_AM = "এএম|এ এম|এ.এম|এ.এম.|পূর্বাহ্ন|পূর্বাহ্ণ|পুর্বাহ্ন|পুর্বাহ্ণ|am|a.m.|a.m"
_PM = "পিএম|পি এম|পি.এম|পি.এম.|অপরাহ্ন|অপরাহ্ণ|মধ্যাহ্ন|মধ্যাহ্ণ|pm|p.m.|p.m"
_PARTS_OF_DAY = "ভোর|সকাল|দুপুর|বেলা|বিকাল|বিকেল|সন্ধ্যা|সন্ধ্যে|রাত|মধ্যরাত|দিবাগত রাত"
_FILLERS = "at|on|টায়|রোজ|সাল|ইং|ইংরেজি|খ্রিস্টাব্দ|খ্রিষ্টাব্দ|খ্রি.|খ্রি|তারিখ|সময়|সময়কাল|টা|মিনিট"


def lookup(groups: tuple[str, ...]) -> dict[str, int]:
    """Spelling to number, from 1."""
    return {
        normal_form(word): number
        for number, spellings in enumerate(groups, 1)
        for word in spellings.split("|")
    }


MONTHS = lookup(_MONTHS)
WEEKDAYS = lookup(_WEEKDAYS)
BANGLA_MONTHS = lookup(_BANGLA_MONTHS)
UNITS = {normal_form(word): unit for unit, words in _UNITS.items() for word in words.split("|")}
PM = frozenset(normal_form(word) for word in _PM.split("|"))
AM = frozenset(normal_form(word) for word in _AM.split("|"))

_LABEL = f"(?:{_words(f'{_PUBLISHED}|{_UPDATED}')})"
# After a token: no letter goes on, unless a label is glued to it (পিএমআপডেট : …).
_END = rf"(?![^\W\d_]|[ঁ-ঃ়-্ৗ])|(?={_LABEL}\s*[:ঃ|])"
_END = f"(?:{_END})"
_MONTH = f"(?:{_words('|'.join(_MONTHS))})"
_AFTER_LABEL = rf"(?=\s*(?:[:ঃ|：-]|\d|$)|\s+(?:{_MONTH}|{_words('|'.join(_WEEKDAYS))}))"
_ORDINAL = "(?:শে|লা|রা|ঠা|ই|st|nd|rd|th)?"
_D = r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])"
_Y = r"(?:1[89]\d\d|20\d\d)(?!\d)"
_GAP = r"\s*[,.،]?\s*(?:-\s*)?"
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
            rf"(?P<b_month>{_words('|'.join(_BANGLA_MONTHS))}){_END}\s*,?\s*"
            r"(?:(?P<b_year>1[345]\d\d)(?!\d)(?:\s*বঙ্গাব্দ)?)?"
        ),
    ),
    (
        Kind.HIJRI_DAY,
        (
            rf"(?<!\d)[0-3]?\d{_ORDINAL}\s*,?\s*(?:{_words(_HIJRI_MONTHS)}){_END}"
            r"\s*,?\s*(?:1[345]\d\d(?!\d))?(?:\s*হিজরি|\s*হিজরী)?"
        ),
    ),
    (Kind.YEARLESS, rf"{_D}{_ORDINAL}{_GAP}{_MONTH}{_END}|{_MONTH}\s*{_D}(?![\d:]){_END}"),
    (
        Kind.AGO,
        (
            rf"(?P<ago_count>\d{{1,3}}|an?|এক)\s*(?P<ago_unit>{_words('|'.join(UNITS))})"
            rf"(?P<ago_rest>(?:,?\s*\d{{1,2}}\s*(?:{_words('|'.join(UNITS))}))*)\s+(?:আগে|ago){_END}"
            rf"|(?P<just_now>এইমাত্র|এই মাত্র|এখন|just now){_END}"
        ),
    ),
    (Kind.NEAR_DAY, rf"(?P<yesterday>গতকাল|yesterday){_END}|(?:আজ|আজকে|today){_END}"),
    (
        Kind.TIME,
        (
            rf"(?:(?P<part>{_words(_PARTS_OF_DAY)})\s*)?(?<!\d)(?P<hour>\d{{1,2}})"
            rf"(?:{_COLON}(?P<minute>\d\d)(?:{_COLON}(?P<second>\d\d)(?!\d))?"
            rf"(?!\d)(?:\s*(?P<meridiem>{_words(f'{_AM}|{_PM}')}){_END})?"
            rf"|[.](?P<dot_minute>\d\d)\s*(?P<dot_meridiem>{_words(f'{_AM}|{_PM}')}){_END}"
            rf"|\s*টা{_END}(?:\s*(?P<word_minute>\d\d?)\s*মিনিট{_END})?"
            rf"|\s*(?P<bare_meridiem>{_words(f'{_AM}|{_PM}')}){_END})"
            rf"(?:\s*টায়|\s*টা|\s*মিনিট|\s*মিনিটে)?"
        ),
    ),
    (
        Kind.UPDATED,
        rf"(?:{_words(_UPDATED)}){_AFTER_LABEL}",
    ),
    (
        Kind.PUBLISHED,
        rf"(?:{_words(_PUBLISHED)}){_AFTER_LABEL}",
    ),
    (Kind.WEEKDAY, rf"(?P<weekday_name>{_words('|'.join(_WEEKDAYS))}){_END}"),
    (
        Kind.DHAKA_ZONE,
        (
            rf"(?:বাংলাদেশ সময়|ঢাকা সময়|bangladesh time|bdst|bdt|(?:gmt|utc|"
            rf"জিএমটি)?\s*\+\s*0?6(?::?00)?)"
            rf"{_END}"
        ),
    ),
    (
        Kind.OTHER_ZONE,
        (
            rf"(?:ist|bst|est|edt|et|pst|pdt|cet|ভারতীয় সময়|স্থানীয় সময়){_END}"
            r"|(?:gmt|utc|জিএমটি)\s*[+-]\s*\d{1,2}(?::?\d\d)?"
        ),
    ),
    (Kind.UTC_ZONE, rf"(?:gmt|utc|জিএমটি){_END}"),
    (Kind.FILLER, rf"(?:{_words(_FILLERS)}){_END}"),
    (
        Kind.WORD,
        rf"(?:(?!{_LABEL}\s*[:ঃ])[^\W\d_][ঁ-ঃ়-্ৗ\u200c\u200d]*)+|\d[\d,./:-]*",
    ),
)
_SCANNER = re.compile(
    unicodedata.normalize(
        "NFC", "|".join(f"(?P<{kind.value}>{pattern})" for kind, pattern in _PATTERNS)
    ),
    re.IGNORECASE,
)
_KINDS = frozenset(kind.value for kind in Kind)


def tokens(text: str) -> Iterator[Token]:
    """Tokens of a text in its normal form, in order; what stands between them is punctuation."""
    for match in _SCANNER.finditer(to_latin_digits(text)):
        parts = {name: part.lower() for name, part in match.groupdict().items() if part is not None}
        kind = next(name for name in parts if name in _KINDS)
        yield Token(Kind(kind), match.start(), match.end(), parts)
