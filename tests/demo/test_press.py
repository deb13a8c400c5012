"""The made-up press: the same from the same seed, and read as it was written."""

import re
from pathlib import Path

import pytest

from demo.__main__ import SEED, write_press
from demo.articles import Article, articles
from demo.happenings import happenings
from demo.templates import load_kinds, load_press
from demo.words import Word
from etl.publish.query import query
from etl.settings import Settings
from etl.workflows import publishing
from etl.workflows.build import chain

DISTRICTS = ("ঢাকা", "রাজশাহী", "সিলেট", "কক্সবাজার")


def _articles(count: int) -> list[Article]:
    press = load_press()
    return list(articles(happenings(press, load_kinds(), DISTRICTS, count, SEED), press, SEED))


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("demo")
    write_press(folder / "pages", 400)
    settings = Settings(home=folder / "home", outlets=folder / "pages" / "outlets.yml")
    chain.run(settings, [folder / "pages" / "press.warc.gz"], "run")
    return settings


def _one(settings: Settings, sql: str) -> tuple[object, ...]:
    (row,) = query(settings.current_build / "warehouse.duckdb", sql).rows
    return tuple(row)


@pytest.mark.parametrize(
    ("word", "genitive", "locative"),
    [
        ("ঢাকা", "ঢাকার", "ঢাকায়"),
        ("রাজশাহী", "রাজশাহীর", "রাজশাহীতে"),
        ("সিলেট", "সিলেটের", "সিলেটে"),
        ("নওগাঁ", "নওগাঁর", "নওগাঁয়"),
    ],
)
def test_words_take_their_endings(word: str, genitive: str, locative: str) -> None:
    place = Word(word)
    assert f"{place:র}" == genitive
    assert f"{place:তে}" == f"{place:এ}" == locative
    assert f"{place:তেও}" == locative + "ও"
    assert f"{place:কে}" == word + "কে"


def test_the_same_seed_writes_the_same_files(tmp_path: Path) -> None:
    counts = [write_press(tmp_path / name, 200) for name in ("one", "two")]
    assert counts[0] == counts[1] > 200
    for file in ("press.warc.gz", "outlets.yml"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_as_many_articles_as_wanted_and_every_template_is_filled() -> None:
    written = _articles(3_000)
    assert 2_700 < len(written) < 3_300
    texts = [
        text
        for article in written
        for version in article.versions
        for text in (version.title, *version.paragraphs)
    ]
    assert not [text for text in texts if re.search(r"[{}]|  ", text)]


def test_articles_are_read_as_they_were_written(settings: Settings) -> None:
    shown, titled, dated = _one(
        settings,
        "SELECT count(*), count(title), count(*) FILTER (published_at_source = 'json_ld') "
        "FROM mart.article",
    )
    assert isinstance(shown, int)
    assert 350 < shown < 450
    assert titled == shown
    assert isinstance(dated, int)
    assert dated > 0.95 * shown


def test_there_is_something_of_everything_to_look_at(settings: Settings) -> None:
    counts = _one(
        settings,
        "SELECT (SELECT count(DISTINCT outlet_id) FROM mart.article), "
        "(SELECT count(*) FROM mart.article_revision), (SELECT count(*) FROM mart.event), "
        "(SELECT count(*) FROM mart.story), (SELECT count(*) FROM mart.headline_exposure), "
        "(SELECT count(*) FROM mart.article_source), "
        "(SELECT count(*) FROM mart.declared_url WHERE NOT is_fetched), "
        "(SELECT count(*) FROM mart.capture_outcome WHERE outcome = 'not_article'), "
        "(SELECT count(*) FROM mart.article_entity WHERE entity_kind = 'place')",
    )
    assert counts[0] == 12
    assert all(isinstance(count, int) and count > 20 for count in counts[1:]), counts


def test_the_report_has_all_its_pictures(settings: Settings) -> None:
    text = publishing.report(settings).read_text("utf-8")
    assert "শেষ সাত দিনে" in text
    assert "no data" not in text


def test_an_outlet_falls_silent_before_the_end(settings: Settings) -> None:
    last_of_outlet, last = _one(
        settings,
        "SELECT max(published_date) FILTER (outlet_id = 'uttormegh'), max(published_date) "
        "FROM mart.article",
    )
    assert str(last_of_outlet) <= "2026-02-12" < str(last)
