"""Articles of the made-up press: an outlet's own words for an event, and later edits."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from demo.happenings import LAST_DAY, Happening
from demo.templates import Newspaper, Press
from etl.bangla.clock import DHAKA

_FIRST_NUMBER = 100_001
_DETAILS = 3
_RECAPTURED = 0.05  # seen again without a change
_SECOND_EDIT = 0.15


@dataclass(frozen=True, slots=True)
class Version:
    """What one capture of an article shows."""

    captured_at: datetime
    title: str
    paragraphs: tuple[str, ...]
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One article with its captures in order; without ``published_at`` it prints no date."""

    number: int
    outlet: Newspaper
    section: str
    byline: str
    keywords: tuple[str, ...]
    published_at: datetime | None
    versions: tuple[Version, ...]

    @property
    def url(self) -> str:
        """Its address; the number in it is the outlet's own id."""
        return f"https://{self.outlet.host}/news/{self.number}"


def articles(events: Iterable[Happening], press: Press, seed: int) -> Iterator[Article]:
    """Yield the articles of all events, in the events' order."""
    chance = random.Random(seed)
    number = _FIRST_NUMBER
    for event in events:
        wire = _paragraphs(chance, event, press)
        wire_title = _filled(chance.choice(event.kind.headlines), event)
        for place, (outlet, at) in enumerate(event.reports):
            is_wire = len(event.reports) > 1 and chance.random() < outlet.wire
            title = wire_title if is_wire else _filled(chance.choice(event.kind.headlines), event)
            texts = wire if is_wire else _paragraphs(chance, event, press)
            agency = press.agencies[event.kind.section]
            if is_wire:
                texts = (*texts, f"সূত্র: {agency}")
            yield Article(
                number,
                outlet,
                event.kind.section,
                _byline(chance, event, press, is_wire, agency, place),
                _keywords(event),
                None if chance.random() < outlet.undated else at,
                tuple(_versions(chance, event, outlet, at, title, texts)),
            )
            number += 1


def _filled(template: str, event: Happening) -> str:
    return template.format_map(event.facts)


def _paragraphs(chance: random.Random, event: Happening, press: Press) -> tuple[str, ...]:
    details = _in_turn(event.kind.details, event.turn * _DETAILS, _DETAILS)
    backgrounds = press.backgrounds[event.kind.section]
    templates = [
        chance.choice(event.kind.leads),
        *chance.sample(details, len(details)),
        *_in_turn(backgrounds, event.turn, 1),
    ]
    return tuple(_filled(template, event) for template in templates)


def _in_turn(texts: Sequence[str], start: int, count: int) -> list[str]:
    return [texts[(start + place) % len(texts)] for place in range(count)]


def _byline(
    chance: random.Random, event: Happening, press: Press, is_wire: bool, agency: str, place: int
) -> str:
    if is_wire:
        return agency
    if event.kind.section == "আন্তর্জাতিক":
        return "আন্তর্জাতিক ডেস্ক"
    if place == 0 or chance.random() < 0.4:
        return chance.choice((*press.men, *press.women))
    return f"{event.facts['place']} প্রতিনিধি"


def _keywords(event: Happening) -> tuple[str, ...]:
    abroad = event.kind.section == "আন্তর্জাতিক"
    names = ("country", "other") if abroad else ("place", *event.kind.choose)
    return tuple(event.facts[name] for name in names)


def _versions(
    chance: random.Random,
    event: Happening,
    outlet: Newspaper,
    at: datetime,
    title: str,
    texts: tuple[str, ...],
) -> Iterator[Version]:
    captured = at + timedelta(minutes=1 + outlet.lag * chance.lognormvariate(0, 0.6))
    yield Version(captured, title, texts)
    end = datetime.combine(LAST_DAY, datetime.max.time(), DHAKA)
    if chance.random() < outlet.edited:
        updated = captured + timedelta(minutes=chance.triangular(20, 900, 90))
        update = event.kind.update
        texts = (texts[0], _filled(update.text, event), *texts[1:])
        title = _filled(update.headline, event) if chance.random() < 0.7 else title
        seen = updated + timedelta(minutes=outlet.lag)
        if seen < end:
            yield Version(seen, title, texts, updated)
        if chance.random() < _SECOND_EDIT and seen + timedelta(days=1) < end:
            yield Version(
                seen + timedelta(days=1), title, texts[:-1], updated + timedelta(hours=22)
            )
    elif chance.random() < _RECAPTURED and captured + timedelta(hours=6) < end:
        yield Version(captured + timedelta(hours=6), title, texts)
