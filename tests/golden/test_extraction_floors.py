"""Floors of extraction; they only go up.

The sample pages were written for this project, and every value on them is read right. Measured on
real pages outside the repository, where they are present, on 30 November 2026: body .972 on aeb,
.961 on readability, .986 on newspaper4k, .940 on strings; title .857, publish time .974, authors
.872, speed 2.9 times the engine's. The title falls short of the
.95 aimed at: see decision 0010.
"""

import logging

import pytest

from etl.outlets.profiles import Outlets, load_outlets
from etl.settings import PROJECT
from evaluation import extraction, golden

needs_shared = pytest.mark.skipif(
    not extraction.BENCH.is_dir(), reason=f"no benchmark pages: {extraction.BENCH} is missing"
)
EVERY = 3  # of the pages, for the test to stay short
BODY_F1 = 0.968
BODIES = {"readability_body_f1": 0.955, "newspaper4k_body_f1": 0.985, "strings_f1": 0.938}
NEWSROOMS = {
    "newsrooms_title": 0.85,
    "newsrooms_published_at": 0.97,
    "newsrooms_authors": 0.86,
}
# Below the 2.6 of a quiet machine, since a handful of pages on a busy one says no more.
SPEED_RATIO = 2.3


@pytest.fixture(scope="module")
def outlets() -> Outlets:
    return load_outlets(PROJECT / "seeds" / "outlets.yml")


def test_sample_pages() -> None:
    found = {m.name: m for m in golden.page_measures("sample", list(golden.sample_pages()))}
    assert {measure.n for measure in found.values()} == {58}
    missed = {name: measure.value for name, measure in found.items() if measure.value < 0.99}
    assert not missed


@needs_shared
def test_body_and_speed(outlets: Outlets, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    pages = extraction.articles(EVERY)
    found = {r.name: r for r in extraction.aeb_measures(pages, outlets)}
    body, speed = found["aeb_body_f1"], found["extraction_speed"]
    assert body.value >= BODY_F1
    assert speed.baseline is not None
    assert speed.value / speed.baseline >= SPEED_RATIO


@needs_shared
def test_other_bodies(outlets: Outlets, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    found = {r.name: r.value for r in extraction.body_measures(outlets)}
    assert found.keys() == BODIES.keys()
    missed = {name: value for name, value in found.items() if value < BODIES[name]}
    assert not missed


@needs_shared
def test_newsrooms(outlets: Outlets) -> None:
    found = {r.name: r.value for r in extraction.newsroom_measures(extraction.stories(), outlets)}
    missed = {name: value for name, value in found.items() if value < NEWSROOMS[name]}
    assert not missed
