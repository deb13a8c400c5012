"""Coding of real labelled articles doesn't sink below what it has reached."""

import pytest

from benchmarks.coding import GOLD, SEEDS, Measured, measure_articles, measure_stories
from etl.transform.coding import load_reference

pytestmark = pytest.mark.skipif(
    not GOLD.is_dir(), reason=f"the labelled articles are not here: {GOLD} is missing"
)


@pytest.fixture(scope="module")
def measured() -> Measured:
    return measure_articles(load_reference(SEEDS))


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


def test_stories() -> None:
    stories = measure_stories()
    assert stories.precision >= 0.95
    assert stories.recall >= 0.65
