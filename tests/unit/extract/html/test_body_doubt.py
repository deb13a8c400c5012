"""When a page is read twice, and which reading is its body."""

import pytest

from etl.extract.html.body.doubt import Reading, completes, disagreement
from etl.schema.vocabulary import BodySource, PageKind
from tests.unit.extract.html.test_reader import ONE, THREE, TWO, paragraphs, read

LONG = tuple(f"{ONE} {number} নম্বর অনুচ্ছেদ, {TWO} {THREE}" for number in range(12))


def test_the_walk_alone_reads_a_page_without_doubt() -> None:
    page = read(f"<h1>শহরে নতুন পাঠাগার</h1><div>{paragraphs(*LONG)}</div>")
    assert page.body_source is BodySource.WALK
    assert page.paragraphs == LONG
    assert page.warnings == ("undated",)


def test_the_second_reading_wins_where_the_walk_found_a_small_part() -> None:
    boxes = f"<div class='a'>{paragraphs(*LONG[:2])}</div>"
    boxes += f"<div class='promo'>{paragraphs(*LONG[2:])}</div>"
    page = read(f"<article><h1>শহরে নতুন পাঠাগার</h1>{boxes}</article>")
    assert set(page.paragraphs) == set(LONG)


def test_json_ld_completes_a_page_that_shows_the_beginning() -> None:
    node = f'{{"@type": "NewsArticle", "headline": "x", "articleBody": "{chr(92)}n'
    node += f"{chr(92)}n".join(t.replace('"', "") for t in LONG) + '"}'
    head = f"<script type='application/ld+json'>{node}</script>"
    page = read(f"<h1>x</h1><div><p>{LONG[0][:80]}</p></div>", head=head)
    assert page.body_source is BodySource.JSON_LD
    assert page.paragraphs == LONG


def test_json_ld_of_another_article_completes_nothing() -> None:
    assert not completes(Reading([THREE] * 9), Reading([ONE + TWO]), Reading([]))
    assert completes(Reading([ONE, TWO, THREE, *LONG]), Reading([ONE, TWO]), Reading([ONE]))


@pytest.mark.parametrize(("count", "has_warning"), [(100, False), (1000, True), ('"many"', False)])
def test_fewer_words_than_json_ld_declares(count: object, *, has_warning: bool) -> None:
    node = f'{{"@type": "NewsArticle", "headline": "x", "wordCount": {count}}}'
    head = f"<script type='application/ld+json'>{node}</script>"
    page = read(f"<h1>x</h1><div>{paragraphs(*LONG)}</div>", head=head)
    found = [w for w in page.warnings if w.startswith("fewer_words_than_declared:0.")]
    assert bool(found) is has_warning


@pytest.mark.parametrize(
    ("one", "other", "warning"),
    [
        (LONG, LONG, None),
        (LONG[:2], ("An entirely different text about a bridge. " * 9,), "bodies_disagree:0.00"),
        ((), LONG, None),
    ],
)
def test_disagreement(one: tuple[str, ...], other: tuple[str, ...], warning: str | None) -> None:
    assert disagreement(Reading(list(one)), Reading(list(other))) == warning


def test_a_page_without_text_has_no_source() -> None:
    page = read("<h1>x</h1>")
    assert page.kind is PageKind.NO_ARTICLE
    assert page.body_source is None


def test_a_section_of_teasers_is_a_listing_also_where_it_calls_itself_an_article() -> None:
    cards = "".join(
        f"<div class='c'><h3><a href='/n/{n}'>পাঠাগার নিয়ে খবরের শিরোনাম {n}</a></h3><p>{t}</p></div>"
        for n, t in enumerate(LONG)
    )
    head = "<meta property='og:type' content='article'>"
    page = read(f"<h1>মতামত</h1><div>{cards}</div>", head=head)
    assert page.kind is PageKind.LISTING
