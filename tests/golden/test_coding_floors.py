"""Coding of real labelled articles doesn't sink below what it has reached."""

from datetime import date

import pytest

from etl.enrich.article import code_article, load_reference
from etl.resources import LEXICON
from etl.schema.vocabulary import EventType
from evaluation.coding import (
    GOLD,
    Measured,
    labelled_articles,
    measure_articles,
    measure_stories,
)

pytestmark = pytest.mark.skipif(
    not GOLD.is_dir(), reason=f"the labelled articles are not here: {GOLD} is missing"
)


@pytest.fixture(scope="module")
def measured() -> Measured:
    return measure_articles(load_reference(LEXICON))


def test_countries(measured: Measured) -> None:
    assert measured.countries.f1 >= 0.98


def test_cited_sources(measured: Measured) -> None:
    assert measured.sources.f1 >= 0.95


def test_persons(measured: Measured) -> None:
    assert measured.persons.f1 >= 0.90


def test_events(measured: Measured) -> None:
    assert measured.events.precision >= 0.78
    assert measured.events.recall >= 0.66


def test_cost(measured: Measured) -> None:
    # The aim is 5 ms; a busy machine counts up to thrice the time for the same work.
    assert measured.median_milliseconds <= 15


@pytest.mark.parametrize(
    ("day", "place", "pair", "kinds"),
    [
        (date(2025, 1, 20), "ইসলামাবাদ", {"IR", "PK"}, {EventType.CONSULT, EventType.COOPERATE}),
        (date(2022, 12, 3), "তেহরান", {"RU", "IR"}, {EventType.CONSULT}),
        (date(2021, 4, 7), "ইসলামাবাদ", {"RU", "PK"}, {EventType.AID}),
    ],
)
def test_the_events_of_the_page_dumps(
    day: date, place: str, pair: set[str], kinds: set[EventType]
) -> None:
    reference = load_reference(LEXICON)
    events = [
        event
        for page, row in labelled_articles()
        if "is_article" in row
        for event in code_article(page, reference).events
    ]
    assert any(
        event.date == day
        and event.place == place
        and {event.actor1, event.actor2} == pair
        and event.type in kinds
        for event in events
    )


def test_stories() -> None:
    stories = measure_stories()
    assert stories.precision >= 0.95
    assert stories.recall >= 0.70
