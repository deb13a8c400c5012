"""Pages whose text stands in the state of their scripts alone."""

import json
from typing import Any

import pytest

from etl.schema.vocabulary import BodySource, PageKind
from tests.unit.extract.html.test_reader import ONE, THREE, TWO, paragraphs, read

TITLE = "শহরে নতুন পাঠাগার"
HEAD = f"<title>{TITLE}</title><meta property='og:type' content='article'>"
BODY = f"<p>{ONE}</p><p>{TWO}</p><p>{THREE} {ONE}</p>"
OTHER = {"title": "আরেকটি খবর", "slug": "78", "body": BODY.replace("পাঠ", "হাট")}


def next_data(*articles: dict[str, Any]) -> str:
    data = json.dumps({"props": {"pageProps": {"items": articles}}}, ensure_ascii=False)
    return (
        f'<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{data}</script>'
    )


@pytest.mark.parametrize(
    "article",
    [
        {"title": TITLE, "body": BODY},
        {"headline": TITLE, "content": f"{ONE}\n{TWO}\n{THREE} {ONE}"},
        {
            "headline": TITLE,
            "blocks": [{"type": "p", "text": t} for t in (ONE, TWO, THREE + " " + ONE)],
        },
        {"name": "অন্য শিরোনাম", "slug": "77", "content_elements": [{"content": BODY}]},
    ],
)
def test_text_in_the_state_is_read(article: dict[str, Any]) -> None:
    page = read(next_data(OTHER, article), head=HEAD)
    assert page.kind is PageKind.ARTICLE
    assert page.body_source is BodySource.STATE
    assert page.paragraphs == (ONE, TWO, f"{THREE} {ONE}")


def test_a_state_that_is_assigned_in_a_script_is_read() -> None:
    state = json.dumps({"post": {"title": TITLE, "details": BODY}}, ensure_ascii=False)
    page = read(f"<div id='app'></div><script>window.__STATE__ = {state};</script>", head=HEAD)
    assert page.paragraphs[0] == ONE


def test_text_of_other_articles_is_none_of_this_one() -> None:
    page = read(next_data(OTHER, OTHER | {"slug": "79"}), head=HEAD)
    assert page.paragraphs == ()
    assert (page.kind, page.reason) == (PageKind.NO_ARTICLE, "needs_rendering")


@pytest.mark.parametrize(
    "body",
    [
        "<div id='root'></div><script src='/app.js'></script>",
        "<noscript>You need to enable JavaScript.</noscript><script src='/a.js'></script>",
        "<noscript>জাভাস্ক্রিপ্ট চালু করুন</noscript><x-app></x-app><script>start()</script>",
    ],
)
def test_a_page_that_scripts_fill_needs_rendering(body: str) -> None:
    page = read(body, head=HEAD)
    assert (page.kind, page.reason) == (PageKind.NO_ARTICLE, "needs_rendering")


def test_a_page_that_shows_its_text_needs_none() -> None:
    shown = f"<div id='root'><h1>{TITLE}</h1>{paragraphs(ONE, TWO, THREE)}</div>"
    page = read(f"<noscript>Enable JavaScript</noscript>{shown}<script>start()</script>", head=HEAD)
    assert page.kind is PageKind.ARTICLE
    assert page.body_source is BodySource.WALK


def test_an_empty_page_without_scripts_has_no_text() -> None:
    page = read("<div id='root'></div>", head=HEAD)
    assert page.reason == "0 characters of text"
