"""The Bangla calendar of Bangladesh, and names of months, seasons and weekdays.

Bangladesh changed its calendar in October 2019 (১৪২৬): ever since, Ashwin has 31 days and Falgun
29, or 30 in leap years, so that 21 February, 26 March and 16 December fall on the Bangla days of
1952 and 1971. The ``bangla`` package follows the rules before that change; they agree from
15 March to 15 October, and lie one day apart in between.

Source: Bangla Academy; Government Gazette of Bangladesh, 2019.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import bangla

from etl.bangla.lexicon import read_lexicon
from etl.bangla.text import normal_form, to_latin_digits

# First day of the revised half-year: 16 October 2019 is 31 Ashwin 1426.
_REVISED_SINCE = date(2019, 10, 16)

_WORDS = read_lexicon("calendar")
# Lists of the lexicon; the first entry of each is the standard name.
MONTH_LISTS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
BANGLA_MONTH_LISTS = (
    "boishakh", "joishtho", "asharh", "srabon", "bhadro", "ashwin", "kartik", "ogrohayon", "poush",
    "magh", "falgun", "choitro",
)  # fmt: skip
WEEKDAY_LISTS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

MONTHS = tuple(_WORDS[name][0] for name in BANGLA_MONTH_LISTS)
SEASONS = _WORDS["season"]
WEEKDAYS = tuple(_WORDS[name][0] for name in WEEKDAY_LISTS)
GREGORIAN_MONTHS = tuple(_WORDS[name][0] for name in MONTH_LISTS)


def numbered(lists: Sequence[str], *lexicons: Mapping[str, tuple[str, ...]]) -> Mapping[str, int]:
    """Number the spellings of months or weekdays.

    Args:
        lists: names of lists, in the order of the calendar.
        lexicons: what holds lists of these names (``read_lexicon``); ``calendar`` by default.

    Returns:
        The number of each spelling, from 1.
    """
    return {
        spelling: number
        for number, name in enumerate(lists, start=1)
        for lexicon in lexicons or (_WORDS,)
        for spelling in lexicon.get(name, ())
    }


@dataclass(frozen=True, slots=True)
class BanglaDate:
    """A day of the Bangla calendar; ``month`` counts from 1, Boishakh."""

    day: int
    month: int
    year: int

    @property
    def month_name(self) -> str:
        """Its Bangla name."""
        return MONTHS[self.month - 1]

    @property
    def season(self) -> str:
        """The Bangla name of the season; each has two months."""
        return SEASONS[(self.month - 1) // 2]


def to_bangla_date(day: date) -> BanglaDate:
    """Convert a day to the calendar of Bangladesh that was in force on it."""
    is_between = (day.month, day.day) >= (10, 16) or (day.month, day.day) < (3, 15)
    if day >= _REVISED_SINCE and is_between:
        if (day.month, day.day) == (10, 16):
            return BanglaDate(31, 6, day.year - 593)
        day -= timedelta(days=1)
    found = bangla.get_date(day.day, day.month, day.year)
    return BanglaDate(
        int(to_latin_digits(found["date"])),
        MONTHS.index(normal_form(found["month"])) + 1,
        int(to_latin_digits(found["year"])),
    )


def weekday_name(day: date) -> str:
    """The Bangla name of the weekday."""
    return WEEKDAYS[day.weekday()]
