"""Coding of labelled articles doesn't sink below what it has reached.

The articles of the corpus and the sample pages were written for this project; the real ones stand
outside the repository, where they are present.
"""

from datetime import date

import pytest

from etl.enrich.article import Reference, code_article, load_reference
from etl.resources import LEXICON
from etl.schema.vocabulary import EventType
from evaluation.coding import Measured, measure_articles
from evaluation.labelled import (
    GOLD,
    corpus_articles,
    sample_articles,
    shared_articles,
    unseen_articles,
)
from evaluation.stories import measure_sample_stories, measure_stories

needs_shared = pytest.mark.skipif(
    not GOLD.is_dir(), reason=f"the real labelled articles are not present: {GOLD} is missing"
)


@pytest.fixture(scope="module")
def reference() -> Reference:
    return load_reference(LEXICON)


def test_corpus(reference: Reference) -> None:
    """Measured in November 2026: 1.00, 1.00, .913, events .923 and .857."""
    measured = measure_articles(corpus_articles(), reference)
    assert measured.articles == 16
    assert measured.countries.f1 >= 0.99
    assert measured.sources.f1 >= 0.99
    assert measured.persons.f1 >= 0.905
    assert measured.events.precision >= 0.915
    assert measured.events.recall >= 0.85


def test_sample_pages(reference: Reference) -> None:
    """Measured in November 2026: .993, 1.00, .714 of the main events."""
    measured = measure_articles(sample_articles(), reference)
    assert measured.articles == 58
    assert measured.countries.f1 >= 0.985
    assert measured.sources.f1 >= 0.99
    assert measured.events.recall >= 0.705


def test_stories_of_the_sample_pages() -> None:
    """Measured in November 2026: all six pairs and no other."""
    stories = measure_sample_stories()
    assert stories.labelled == 6
    assert stories.precision >= 0.99
    assert stories.recall >= 0.99


@pytest.fixture(scope="module")
def shared(reference: Reference) -> Measured:
    return measure_articles(shared_articles(), reference)


@needs_shared
def test_real_countries(shared: Measured) -> None:
    assert shared.countries.f1 >= 0.98


@needs_shared
def test_real_cited_sources(shared: Measured) -> None:
    assert shared.sources.f1 >= 0.95


@needs_shared
def test_real_persons(shared: Measured) -> None:
    assert shared.persons.f1 >= 0.90


@needs_shared
def test_real_events(shared: Measured) -> None:
    assert shared.events.precision >= 0.78
    assert shared.events.recall >= 0.66


@needs_shared
def test_real_cost(shared: Measured) -> None:
    # The aim is 5 ms; a busy machine counts up to thrice the time for the same work.
    assert shared.median_milliseconds <= 15


@needs_shared
@pytest.mark.parametrize(
    ("day", "place", "pair", "kinds"),
    [
        (
            date(2025, 1, 20),
            "ইসলামাবাদ",
            {"IR", "PK"},
            {EventType.CONSULT, EventType.COOPERATE},
        ),
        (date(2022, 12, 3), "তেহরান", {"RU", "IR"}, {EventType.CONSULT}),
        (date(2021, 4, 7), "ইসলামাবাদ", {"RU", "PK"}, {EventType.AID}),
    ],
)
def test_the_events_of_the_page_dumps(
    reference: Reference, day: date, place: str, pair: set[str], kinds: set[EventType]
) -> None:
    events = [
        event
        for page, row in shared_articles()
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


@needs_shared
def test_real_stories() -> None:
    stories = measure_stories()
    assert stories.precision >= 0.95
    assert stories.recall >= 0.70


@pytest.fixture(scope="module")
def unseen(reference: Reference) -> Measured:
    return measure_articles(unseen_articles(), reference)


@needs_shared
def test_articles_that_no_rule_was_written_against(unseen: Measured) -> None:
    """Measured in November 2026: .985, .875, .847; events .60 and .33; .64, .81; .79."""
    assert unseen.articles == 84
    assert unseen.countries.f1 >= 0.98
    assert unseen.sources.f1 >= 0.865
    assert unseen.persons.f1 >= 0.84
    assert unseen.events.precision >= 0.59
    assert unseen.events.recall >= 0.32
    assert unseen.quotes.recall >= 0.63
    assert unseen.speakers.precision >= 0.80
    assert unseen.topics.recall >= 0.78
