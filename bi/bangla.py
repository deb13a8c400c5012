"""Figures, days and spans of time as a Bangla reader expects them."""

from datetime import date, datetime

from etl.bangla.calendar import GREGORIAN_MONTHS
from etl.bangla.text import to_bangla_digits

_MINUTES_OF_DAY = 1440


def number(value: float) -> str:
    """Return a figure in Bangla digits, grouped by thousand, lakh and crore: ``১২,৩৪,৫৬৭``."""
    whole, _, fraction = f"{abs(value):.10g}".partition(".")
    head, tail = whole[:-3], whole[-3:]
    groups = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)][::-1]
    sign = "−" if value < 0 else ""
    text = sign + ",".join([*groups, tail]) + (f".{fraction}" if fraction else "")
    return to_bangla_digits(text)


def share(value: float) -> str:
    """Return a share as a percentage; a little is not nothing."""
    if 0 < value < 0.005:
        return "১%-এর কম"
    return to_bangla_digits(f"{value:.0%}")


def day(value: date) -> str:
    """Return ``২৬ মার্চ ২০২৬``."""
    return to_bangla_digits(f"{value.day} {GREGORIAN_MONTHS[value.month - 1]} {value.year}")


def moment(value: datetime) -> str:
    """Return ``২৬ মার্চ ২০২৬, ০৯:৩০``."""
    return f"{day(value)}, {to_bangla_digits(f'{value:%H:%M}')}"


def span(minutes: float) -> str:
    """Return a span of time in the unit that suits it: minutes, hours or days."""
    if abs(minutes) < 120:
        return f"{number(round(minutes))} মিনিট"
    if abs(minutes) < 2 * _MINUTES_OF_DAY:
        return f"{number(round(minutes / 60, 1))} ঘণ্টা"
    return f"{number(round(minutes / _MINUTES_OF_DAY, 1))} দিন"
