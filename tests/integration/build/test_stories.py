"""Stories in the lake follow its current articles, batch by batch."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from pathlib import Path

import pytest

from etl.enrich.article import code_article, load_reference
from etl.lake.connection import open_lake
from etl.load.batch import load_facts
from etl.load.reextract.retract import retract_captures
from etl.outlets.profiles import load_outlets
from etl.resources import LEXICON
from etl.schema.records import Capture, Page
from etl.schema.tables.facts import BRIDGE_STORY, STORY_WORDING
from etl.schema.vocabulary import CaptureTimeSource, PageKind
from etl.settings import Settings
from etl.stories import wording
from etl.transform.rows import CaptureRow, Staging
from etl.workflows.build.stories import link_stories
from etl.workflows.maintain import maintain

WORDS = [f"শব্দ{number}" for number in range(200)]
Rows = list[tuple[object, ...]]


@dataclass(frozen=True)
class Fetched:
    """A page, and when it was fetched."""

    page: Page
    seen_at: datetime

    @property
    def capture_id(self) -> str:
        return f"{self.page.url}-{self.seen_at.isoformat()}"


known_names = cache(partial(load_reference, LEXICON))


def page(title: str, body: str, at: datetime | None = None, day: date | None = None) -> Page:
    return Page(
        PageKind.ARTICLE,
        outlet_id="kalbela",
        url=f"https://www.kalbela.com/news/{title}",
        title=title,
        published_at=at,
        published_date=day,
        paragraphs=(body,),
    )


def load(settings: Settings, fetched: Iterable[Fetched]) -> None:
    """Load one batch, as a build does after validation."""
    outlets, reference = load_outlets(settings.outlets), known_names()
    staging = Staging(outlets, "batch", "run", "1")
    for one in fetched:
        name = one.capture_id
        capture = Capture(
            name, name, one.page.url, None, one.seen_at, CaptureTimeSource.HTTP, name.encode()
        )
        sha256 = f"{abs(hash(name)):064x}"
        staging.add(CaptureRow(capture, sha256), code_article(one.page, reference))
    with open_lake(settings) as lake, lake.write("articles"):
        load_facts(lake.connection, staging.tables(), (), outlets)


def rows(settings: Settings, name: str, order: str = "article_id") -> Rows:
    with open_lake(settings, read_only=True) as lake:
        return lake.execute(f"FROM lake.{name} ORDER BY {order}").fetchall()


def made_pages(chance: random.Random, count: int) -> list[Fetched]:
    """Pages of some weeks, of which some copy another, some come late and some have no time."""
    texts: list[tuple[str, str, datetime]] = []
    found: list[Fetched] = []
    for number in range(count):
        at = datetime(2026, 1, 25, tzinfo=UTC) + timedelta(hours=chance.randrange(24 * 25))
        if texts and chance.random() < 0.6:
            title, body, first = chance.choice(texts)
            at = first + timedelta(hours=chance.randrange(80))
        else:
            title, body = " ".join(chance.sample(WORDS, 6)), " ".join(chance.sample(WORDS, 60))
        texts.append((title, body, at))
        shown = page(f"{number} {title}", body, at if chance.random() < 0.9 else None)
        found.append(Fetched(shown, at + timedelta(minutes=30)))
    return found


def test_batches_in_any_order_give_the_stories_of_one_load(tmp_path: Path) -> None:
    """With articles that were revised and retracted, and with upkeep in between."""
    chance = random.Random(5)
    pages = made_pages(chance, 60)
    revised = [
        Fetched(page(one.page.title or "", pages[0].page.paragraphs[0], one.page.published_at),
                one.seen_at + timedelta(hours=3))
        for one in chance.sample(pages, 6)
    ]  # fmt: skip
    retracted = [one.capture_id for one in chance.sample(pages[40:], 4)]
    kept = [one for one in (*pages, *revised) if one.capture_id not in retracted]
    waiting = [*pages, *revised]
    chance.shuffle(waiting)
    batched, at_once = Settings(home=tmp_path / "batched"), Settings(home=tmp_path / "at-once")
    for number, first in enumerate(range(0, len(waiting), 12)):
        load(batched, waiting[first : first + 12])
        link_stories(batched, f"run{number}")
        if number == 2:
            maintain(batched, "run")
    with open_lake(batched) as lake, lake.write("retract"):
        here = [name for name in retracted if name in {one.capture_id for one in waiting}]
        shown = lake.execute(
            "SELECT capture_id FROM lake.core.fact_capture WHERE article_id IN (SELECT article_id "
            "FROM lake.core.fact_capture WHERE capture_id IN (SELECT unnest(?::VARCHAR[])))",
            [here],
        ).fetchall()
        gone = {name for (name,) in shown}
        retract_captures(lake.connection, sorted(gone))
    link_stories(batched, "last")
    load(at_once, [one for one in kept if one.capture_id not in gone])
    link_stories(at_once, "only")
    found = rows(batched, BRIDGE_STORY.qualified_name)
    assert found == rows(at_once, BRIDGE_STORY.qualified_name)
    assert len(found) > 20
    assert rows(batched, STORY_WORDING.qualified_name) == rows(
        at_once, STORY_WORDING.qualified_name
    )


@pytest.fixture
def linked(tmp_path: Path) -> Settings:
    """A lake of one batch, linked."""
    settings = Settings(home=tmp_path / "home")
    load(settings, made_pages(random.Random(7), 30))
    link_stories(settings, "first")
    return settings


def test_nothing_new_changes_nothing(linked: Settings) -> None:
    before = rows(linked, BRIDGE_STORY.qualified_name)
    report = link_stories(linked, "second")
    assert report.changed == 0
    assert report.members == len(before) > 0
    assert rows(linked, BRIDGE_STORY.qualified_name) == before
    run = rows(linked, "core.etl_run WHERE run_id = 'second'", "step")
    assert [one[6] for one in run] == [0]  # articles read


def test_articles_are_compared_where_the_lake_forgot_what_changed(linked: Settings) -> None:
    load(linked, made_pages(random.Random(8), 40))
    with open_lake(linked) as lake:
        lake.execute("CALL ducklake_expire_snapshots('lake', older_than => now())")
    link_stories(linked, "second")
    found = rows(linked, BRIDGE_STORY.qualified_name)
    with open_lake(linked) as lake, lake.write("from scratch"):
        for table in (BRIDGE_STORY, STORY_WORDING):
            lake.execute(f"DELETE FROM lake.{table.qualified_name}")
    link_stories(linked, "third")
    assert rows(linked, BRIDGE_STORY.qualified_name) == found


def test_new_rules_read_and_link_all(linked: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = wording.RULES_VERSION + 1
    monkeypatch.setattr(wording, "RULES_VERSION", newer)
    monkeypatch.setattr("etl.workflows.build.stories.RULES_VERSION", newer)
    count = len(rows(linked, STORY_WORDING.qualified_name))
    link_stories(linked, "second")
    run = rows(linked, "core.etl_run WHERE run_id = 'second'", "step")
    assert run[0][6] == count  # articles read
    assert {row[-1] for row in rows(linked, STORY_WORDING.qualified_name)} == {newer}


def test_stories_of_a_release_that_kept_no_days_are_linked_again(linked: Settings) -> None:
    expected = rows(linked, BRIDGE_STORY.qualified_name)
    with open_lake(linked) as lake, lake.write("older release"):
        lake.execute("UPDATE lake.core.bridge_story SET linked_on = NULL, story_id = 'old'")
        lake.execute("DELETE FROM lake.core.story_wording")
        lake.execute("UPDATE lake.core.etl_run SET lake_snapshot_id = NULL")
    link_stories(linked, "second")
    assert rows(linked, BRIDGE_STORY.qualified_name) == expected


def test_a_wording_is_of_the_day_an_article_was_reported_on(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    seen_at = datetime(2026, 4, 2, 20, tzinfo=UTC)  # 3 April in Dhaka
    shown = {
        "রাতে": (page("রাতে", "খবর।", datetime(2026, 3, 31, 18, tzinfo=UTC)), date(2026, 4, 1)),
        "দিন": (page("দিন", "খবর।", day=date(2026, 2, 28)), date(2026, 2, 28)),
        "দেখা": (page("দেখা", "খবর।"), date(2026, 4, 3)),
    }
    load(settings, [Fetched(one, seen_at) for one, _ in shown.values()])
    link_stories(settings, "run")
    with open_lake(settings, read_only=True) as lake:
        found = lake.execute(
            "SELECT title, reported_on FROM lake.core.story_wording "
            "JOIN lake.core.fact_article USING (article_id)"
        ).fetchall()
    assert dict(found) == {title: day for title, (_, day) in shown.items()}
