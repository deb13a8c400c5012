"""CSS selectors of profiles."""

import itertools

import pytest
from lxml import html
from pydantic import ValidationError

from etl.markup.select import ElementIndex, find_all
from etl.markup.tree import parse
from etl.outlets.profiles import HtmlHints, load_outlets
from etl.settings import PROJECT

TREE = html.document_fromstring(
    "<div id='a' class='box wide'><p class='x'>1</p>"
    "<section><p class='x y' data-k='v1'>2</p></section>"
    "<p style='display: inline-block'>3</p></div>"
)


@pytest.mark.parametrize(
    ("selector", "texts"),
    [
        ("p", ["1", "2", "3"]),
        ("p.x", ["1", "2"]),
        (".x.y", ["2"]),
        ("#a > p", ["1", "3"]),
        ("#a p.x", ["1", "2"]),
        ("div.box section p", ["2"]),
        ('[data-k="v1"]', ["2"]),
        ('[data-k^="v"]', ["2"]),
        ('[data-k$="1"]', ["2"]),
        ('p[style*="inline-block"]', ["3"]),
        ('div[class~="wide"] > p', ["1", "3"]),
        ("[data-k]", ["2"]),
        ("section p, p.x", ["1", "2"]),
        (".bo p", []),
    ],
)
def test_selectors(selector: str, texts: list[str]) -> None:
    HtmlHints(body=(selector,))
    assert [e.text for e in ElementIndex(TREE).first_match((selector,))] == texts


def test_what_stands_inside_nested_boxes_comes_once_and_in_page_order() -> None:
    tree = html.document_fromstring(
        "<div class='a'><b>1</b><div class='a'><b>2</b></div><b>3</b></div><div><b>4</b></div>"
    )
    assert [e.text for e in ElementIndex(tree).first_match((".a b",))] == ["1", "2", "3"]
    assert [e.text for e in ElementIndex(tree).first_match((".a > b",))] == ["1", "2", "3"]
    assert [e.text for e in ElementIndex(tree).first_match(("div .a > b",))] == ["2"]


def test_first_that_matches_wins() -> None:
    assert [e.text for e in ElementIndex(TREE).first_match((".none", ".y", "p"))] == ["2"]
    assert len(ElementIndex(TREE).all_matches((".y", "p"))) == 4


@pytest.mark.parametrize("selector", ["a b {", "", "p[", "h1::text", "p:nonsense"])
def test_unreadable_selectors_are_refused(selector: str) -> None:
    with pytest.raises(ValidationError, match="can't read the selector"):
        HtmlHints(body=(selector,))


def test_profiles_selectors_find_what_xpath_finds() -> None:
    """Selectors are matched by an index of names; XPath says what is right."""
    profiles = load_outlets(PROJECT / "seeds" / "outlets.yml").all
    selectors = {
        selector
        for outlet in profiles
        for name, hint in outlet.html
        if name != "promos"
        for selector in (itertools.chain(*hint.values()) if isinstance(hint, dict) else hint)
    }
    found = 0
    for path in sorted((PROJECT / "seeds" / "pages").rglob("*.html"))[::2]:
        text = path.read_text(encoding="utf-8", errors="replace")
        if "<body" not in text:
            continue
        tree = parse(text)
        index = ElementIndex(tree)
        for selector in selectors:
            by_xpath = find_all(tree, selector)
            assert index.all_matches((selector,)) == by_xpath, (path.name, selector)
            found += len(by_xpath)
    assert found > 200
