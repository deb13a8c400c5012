"""The Bangla calendar of Bangladesh, and names of months, seasons and weekdays.

Bangladesh changed its calendar in October 2019 (১৪২৬): ever since, Ashwin has 31 days and Falgun
29, or 30 in leap years, so that 21 February, 26 March and 16 December fall on the Bangla days of
1952 and 1971 (Bangla Academy; Government Gazette 2019). The ``bangla`` package follows the rules
before that change; they agree from 15 March to 15 October, and lie one day apart in between.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import bangla

from etl.bangla.text import normal_form, to_latin_digits

# First day of the revised half-year: 16 October 2019 is 31 Ashwin 1426.
_REVISED_SINCE = date(2019, 10, 16)

MONTHS: tuple[str, ...] = tuple(
    normal_form(name)
    for name in (
        [
            "বৈশাখ",
            "জ্যৈষ্ঠ",
            "আষাঢ়",
            "শ্রাবণ",
            "ভাদ্র",
            "আশ্বিন",
            "কার্তিক",
            "অগ্রহায়ণ",
            "পৌষ",
            "মাঘ",
            "ফাল্গুন",
            "চৈত্র",
        ]
    )
)
SEASONS: tuple[str, ...] = tuple(
    normal_form(name) for name in ["গ্রীষ্ম", "বর্ষা", "শরৎ", "হেমন্ত", "শীত", "বসন্ত"]
)
WEEKDAYS: tuple[str, ...] = tuple(normal_form(name) for name in bangla.python_bangla_weekdays)
GREGORIAN_MONTHS: tuple[str, ...] = tuple(
    normal_form(name)
    for name in [
        "জানুয়ারি",
        "ফেব্রুয়ারি",
        "মার্চ",
        "এপ্রিল",
        "মে",
        "জুন",
        "জুলাই",
        "আগস্ট",
        "সেপ্টেম্বর",
        "অক্টোবর",
        "নভেম্বর",
        "ডিসেম্বর",
    ]
)


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
    """The day in the calendar of Bangladesh that was in force on it."""
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
