"""What happens in the made-up press's two years, and which outlet reports it when."""

import random
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from demo.templates import Kind, Newspaper, Press
from demo.words import Word
from etl.bangla.calendar import GREGORIAN_MONTHS, WEEKDAYS
from etl.bangla.clock import DHAKA
from etl.bangla.text import to_bangla_digits

FIRST_DAY, LAST_DAY = date(2024, 4, 1), date(2026, 3, 31)
# The same kind of event again after so many days at the earliest: the linking of stories looks
# two days around, and two fires on one day in one wording would be one story.
_REST_DAYS = 4
_WEEKEND = (4, 5)  # Friday and Saturday
# How many outlets report an event, and how often that happens: 2.4 on average.
_REACH = ((1, 55), (2, 18), (3, 9), (4, 5), (5, 3), (7, 5), (9, 3), (12, 2))
_MEAN_REACH = sum(n * weight for n, weight in _REACH) / sum(weight for _, weight in _REACH)
Facts = dict[str, Word]


@dataclass(frozen=True, slots=True)
class Happening:
    """One event, with the outlets that report it, the first one first, and when each does.

    ``facts`` fill the templates' slots. ``turn`` counts the events of its kind: each has other
    paragraphs than the one before, or two floods of two weeks would pass for one text.
    """

    kind: Kind
    turn: int
    facts: Facts
    reports: tuple[tuple[Newspaper, datetime], ...]


def happenings(
    press: Press, kinds: Sequence[Kind], districts: Sequence[str], articles: int, seed: int
) -> Iterator[Happening]:
    """Yield events in the order of their days.

    Args:
        press: outlets and names.
        kinds: kinds of events; about 40, for the rest between two of a kind.
        districts: Bangla names of districts, the most reported first.
        articles: how many articles there are to be, about.
        seed: the same seed gives the same events.
    """
    chance = random.Random(seed)
    days = (LAST_DAY - FIRST_DAY).days + 1
    # Pauses of outlets, and shares that no outlet takes, cost about a twentieth.
    per_day = articles / days / _MEAN_REACH * 1.06
    turns: Counter[str] = Counter()
    resting: deque[set[str]] = deque(maxlen=_REST_DAYS)
    for day in (FIRST_DAY + timedelta(days=number) for number in range(days)):
        pace = (0.7 if day.weekday() in _WEEKEND else 1.12) * chance.uniform(0.75, 1.25)
        open_kinds = [
            kind
            for kind in kinds
            if day.month in kind.months and not any(kind.name in used for used in resting)
        ]
        chance.shuffle(open_kinds)
        today = open_kinds[: int(per_day * pace + chance.random())]
        resting.append({kind.name for kind in today})
        for kind in today:
            outlets = [outlet for outlet in press.outlets if outlet.publishes_on(day)]
            turns[kind.name] += 1
            yield Happening(
                kind,
                turns[kind.name],
                _facts(chance, press, kind, districts, day),
                tuple(_reports(chance, outlets, day)),
            )


def _reports(
    chance: random.Random, outlets: list[Newspaper], day: date
) -> Iterator[tuple[Newspaper, datetime]]:
    (reach,) = chance.choices([n for n, _ in _REACH], [weight for _, weight in _REACH])
    start = datetime.combine(day, time(6), DHAKA) + timedelta(
        minutes=chance.triangular(0, 990, 360)
    )
    left = list(outlets)
    for place in range(min(reach, len(left))):
        (outlet,) = chance.choices(left, [one.share for one in left])
        left.remove(outlet)
        # Others come from minutes to a day later; half within about 70 minutes.
        later = 0.0 if place == 0 else min(chance.lognormvariate(4.25, 1.0), 1440.0)
        yield outlet, (start + timedelta(minutes=later)).replace(second=0, microsecond=0)


def _facts(
    chance: random.Random, press: Press, kind: Kind, districts: Sequence[str], day: date
) -> Facts:
    weights = [1 / (rank + 4) for rank in range(len(districts))]
    place, place2 = _two(chance, districts, weights)
    country, other = _two(chance, press.countries)
    small = chance.randint(2, 9)
    numbers = {
        "a": small,
        "b": chance.randint(12, 95),
        "c": chance.randint(120, 980),
        "d": chance.randint(3, 29),
        "more": small + chance.randint(1, 4),
    }
    names = {
        "place": place,
        "place2": place2,
        "country": country,
        "other": other,
        "man": chance.choice(press.men),
        "woman": chance.choice(press.women),
        "elder": chance.choice(press.elders),
        "girl": chance.choice(press.girls),
        "foreigner": chance.choice(press.foreigners),
        "party": chance.choice(press.parties),
        "day": WEEKDAYS[day.weekday()],
        "month": GREGORIAN_MONTHS[day.month - 1],
        **press.officials,
        **{slot: chance.choice(words) for slot, words in kind.choose.items()},
    }
    digits = {name: to_bangla_digits(str(number)) for name, number in numbers.items()}
    return {name: Word(text) for name, text in {**names, **digits}.items()}


def _two(
    chance: random.Random, words: Sequence[str], weights: Sequence[float] | None = None
) -> tuple[str, str]:
    (one,) = chance.choices(words, weights)
    while True:
        (other,) = chance.choices(words, weights)
        if other != one:
            return one, other
