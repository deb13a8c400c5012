"""Floors under search, on questions whose answers are known."""

import pytest

from evaluation import search

FLOORS = {
    "search_sample_pages_precision_at_10": 0.93,
    "search_sample_pages_recall": 1.0,
    "search_gold_precision_at_10": 0.99,
    "search_gold_recall": 0.99,
}


@pytest.fixture(scope="module")
def measures() -> dict[str, float]:
    return {measure.name: measure.value for measure in search.measures()}


@pytest.mark.parametrize("name", FLOORS)
def test_search_does_not_fall_below(name: str, measures: dict[str, float]) -> None:
    if name not in measures:
        pytest.skip("no labelled articles here")
    assert measures[name] >= FLOORS[name]
