"""What stories are linked from: the articles told in a span of Dhaka's days, wherever they lie."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from etl.enrich.article import code_article, load_reference
from etl.lake.connection import open_lake
from etl.lake.lake import Lake
from etl.lake.queries.story_texts import reported_months, texts_reported_between
from etl.load.batch import load_facts
from etl.outlets.profiles import load_outlets
from etl.resources import LEXICON
from etl.schema.records import Capture, Page, StoryText
from etl.schema.vocabulary import CaptureTimeSource, PageKind
from etl.settings import Settings
from etl.transform.rows import CaptureRow, Staging

APRIL = date(2026, 4, 1), date(2026, 5, 1)


def _page(title: str, at: datetime | None = None, day: date | None = None) -> Page:
    return Page(
        PageKind.ARTICLE,
        outlet_id="kalbela",
        title=title,
        published_at=at,
        published_date=day,
        paragraphs=(f"{title} নিয়ে খবর।",),
    )


# Titles by what makes them March's, April's or May's; seen on the day that undated ones go by.
MARCH, APRIL_ALONE, MAY = ("মার্চ",), ("এপ্রিল", "দিন", "দেখা"), ("মে", "পরে দেখা")
PAGES = (
    (_page("মার্চ", datetime(2026, 3, 31, 17, 59, tzinfo=UTC)), date(2026, 4, 2)),
    (_page("এপ্রিল", datetime(2026, 3, 31, 18, tzinfo=UTC)), date(2026, 4, 2)),
    (_page("দিন", day=date(2026, 4, 30)), date(2026, 5, 3)),
    (_page("দেখা"), date(2026, 4, 10)),
    (_page("মে", datetime(2026, 4, 30, 18, tzinfo=UTC)), date(2026, 4, 30)),
    (_page("পরে দেখা"), date(2026, 5, 1)),
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    outlets = load_outlets(settings.outlets)
    reference = load_reference(LEXICON)
    staging = Staging(outlets, "batch", "run", "1")
    for number, (page, seen_on) in enumerate(PAGES):
        seen_at = datetime(seen_on.year, seen_on.month, seen_on.day, 6, tzinfo=UTC)
        name = f"capture{number}"
        capture = Capture(name, name, None, None, seen_at, CaptureTimeSource.HTTP, name.encode())
        staging.add(CaptureRow(capture, name.zfill(64)), code_article(page, reference))
    with open_lake(settings) as lake, lake.write("articles"):
        load_facts(lake.connection, staging.tables(), (), outlets)
    return settings


def _texts(lake: Lake, folder: Path, start: date, end: date) -> dict[str, StoryText]:
    """The texts of a span by title."""
    return {
        text.title: text for text in texts_reported_between(lake.connection, folder, start, end)
    }


def test_a_span_has_the_articles_told_in_it_dated_or_not(
    settings: Settings, tmp_path: Path
) -> None:
    with open_lake(settings) as lake:
        april = set(_texts(lake, tmp_path, *APRIL))
        all_months = reported_months(lake.connection)
        everything = set(_texts(lake, tmp_path, date(2026, 3, 1), date(2026, 6, 1)))
    assert april == set(APRIL_ALONE)
    assert everything == {*MARCH, *APRIL_ALONE, *MAY}
    assert all_months == [date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)]


def test_a_text_comes_with_what_linking_compares(settings: Settings, tmp_path: Path) -> None:
    with open_lake(settings) as lake:
        text = _texts(lake, tmp_path, *APRIL)["এপ্রিল"]
    assert text.published_at == datetime(2026, 3, 31, 18, tzinfo=UTC)
    assert text.reported_on == date(2026, 4, 1)
    assert text.outlet_id == "kalbela"
    assert text.body == "এপ্রিল নিয়ে খবর।"
