"""The day that a sentence of a report names, resolved by the day of publication.

"মঙ্গলবার (২১ জানুয়ারি)" is the last such day up to publication (reports tell of the past); a bare
weekday is the last one, publication's own day included; গতকাল, আজ and আগামীকাল count from it.
"""

import re
from datetime import date, timedelta
from functools import lru_cache

from etl.bangla.text import BANGLA_CHARACTERS, normal_form, to_latin_digits

_MONTHS = {
    normal_form(name): number
    for number, names in enumerate(
        (
            "জানুয়ারি জানুয়ারী", "ফেব্রুয়ারি ফেব্রুয়ারী", "মার্চ", "এপ্রিল", "মে", "জুন", "জুলাই",
            "আগস্ট অগাস্ট", "সেপ্টেম্বর", "অক্টোবর", "নভেম্বর নবেম্বর", "ডিসেম্বর",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAYS = {
    normal_form(name): number
    for number, names in enumerate(
        (
            "সোমবার", "মঙ্গলবার", "বুধবার", "বৃহস্পতিবার বৃহষ্পতিবার", "শুক্রবার", "শনিবার",
            "রোববার রবিবার",
        )
    )
    for name in names.split()
}  # fmt: skip
_IN_WEEKDAYS = "বার"  # what all of their names end in: found much faster than they are
_SUFFIX = normal_form("(?:ের|র|ে|তে)?")
_DAY_MONTH = re.compile(
    f"(?P<day>[0-9]{{1,2}})(?:লা|রা|ঠা|ই|শে)? (?P<month>{'|'.join(_MONTHS)}){_SUFFIX}"
    f"(?:,? (?P<year>(?:19|20)[0-9]{{2}}))?(?![{BANGLA_CHARACTERS}])"
)
_WEEKDAY = re.compile(
    f"(?P<next>{normal_form('আগামী')} )?(?P<weekday>{'|'.join(_WEEKDAYS)})"
    f"(?:{_SUFFIX})(?![{BANGLA_CHARACTERS}])"
)
_RELATIVE = {
    normal_form("গতকাল"): -1,
    normal_form("আজ"): 0,
    normal_form("আগামীকাল"): 1,
    normal_form("গত পরশু"): -2,
}
_RELATIVE_WORD = re.compile(
    f"(?<![{BANGLA_CHARACTERS}])"
    f"(?:{'|'.join(sorted(_RELATIVE, key=len, reverse=True))})(?![{BANGLA_CHARACTERS}])"
)
_WEEK = 7
_SOON = 45  # days a report looks ahead when it names a day without a year


def _with_year(day: int, month: int, published: date) -> date | None:
    """The day of that name nearest to publication, the past preferred."""
    candidates: list[date] = []
    for year in (published.year - 1, published.year, published.year + 1):
        try:
            candidates.append(date(year, month, day))
        except ValueError:
            continue
    past = [c for c in candidates if c <= published]
    near = [c for c in candidates if published < c <= published + timedelta(days=_SOON)]
    if near and (not past or (published - past[-1]).days > 365 - 2 * _SOON):
        return near[0]
    return past[-1] if past else None


@lru_cache(maxsize=256)  # an article's events ask for the days of the same few sentences
def resolve_day(sentence: str, published: date | None) -> date | None:
    """The first day that a sentence names; None where it names none, or none can be resolved."""
    text = to_latin_digits(sentence)
    named = _DAY_MONTH.search(text)
    if named is not None:
        day, month = int(named.group("day")), _MONTHS[named.group("month")]
        if named.group("year"):
            try:
                return date(int(named.group("year")), month, day)
            except ValueError:
                return None
        if published is not None:
            return _agreed(_with_year(day, month, published), text, published)
    if published is None:
        return None
    weekday = _WEEKDAY.search(text) if _IN_WEEKDAYS in text else None
    if weekday is not None:
        return _weekday(weekday, published)
    relative = _RELATIVE_WORD.search(text) if any(map(text.__contains__, _RELATIVE)) else None
    if relative is not None:
        return published + timedelta(days=_RELATIVE[relative.group()])
    return None


def _weekday(found: re.Match[str], published: date) -> date:
    number = _WEEKDAYS[found.group("weekday")]
    if found.group("next"):
        return published + timedelta(days=(number - published.weekday() - 1) % _WEEK + 1)
    return published - timedelta(days=(published.weekday() - number) % _WEEK)


def _agreed(day: date | None, text: str, published: date) -> date | None:
    """The day, mended where its weekday disagrees by one: গত সোমবার(২৩ মার্চ) was a Tuesday."""
    weekday = _WEEKDAY.search(text)
    if day is None or weekday is None or weekday.group("next"):
        return day
    by_name = _weekday(weekday, published)
    return by_name if abs((by_name - day).days) == 1 else day
