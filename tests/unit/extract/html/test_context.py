"""The context of a page: computed on demand, changed by nothing."""

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest
from lxml import etree

from etl.extract.decode import decode
from etl.extract.html.context import PageContext, open_page
from etl.extract.html.reader import read_page
from etl.outlets.profiles import HtmlHints, Outlet, Outlets
from etl.schema.records import Capture
from etl.schema.vocabulary import CaptureTimeSource

TEXT = "নদীর ঘাটে নতুন জেটি চালু হয়েছে, খুশি যাত্রীরা। সকালে প্রথম লঞ্চটি এখান থেকে ছেড়ে যায়।"
PAGE = (
    "<html lang='bn'><head><title>জেটি চালু | নদীর খবর</title><script>ignored()</script></head>"
    "<body><nav><a href='/'>হোম</a></nav><h1 class='t'>জেটি চালু</h1>"
    f"<div class='text'><p>{TEXT}</p><div class='promo'>আরও পড়ুন: <a href='/2'>সেতু</a></div>"
    f"<p>{TEXT} আরও বলেন তিনি।</p></div>"
    "<h3>সর্বশেষ</h3><ul><li><a href='/3'>তৃতীয় খবরের শিরোনাম</a></li>"
    "<li><a href='/4'>চতুর্থ খবরের শিরোনাম</a></li></ul></body></html>"
)
HINTS = HtmlHints(title=("h1.t",), body=("div.text",), remove=(".promo",))
CAPTURE = Capture(
    capture_id="c",
    source="test",
    url="https://river.example/a/1",
    outlet_id=None,
    content=PAGE.encode(),
    captured_at=datetime(2026, 1, 2, tzinfo=UTC),
    captured_at_source=CaptureTimeSource.HTTP,
)


def _outlets(*, with_hints: bool) -> Outlets:
    hints = HINTS if with_hints else HtmlHints()
    return Outlets((Outlet(id="river", name_en="River", hosts=("river.example",), html=hints),))


def _context(*, with_hints: bool) -> PageContext:
    return open_page(decode(PAGE.encode()), CAPTURE, _outlets(with_hints=with_hints))


def test_a_context_cannot_be_changed() -> None:
    page = _context(with_hints=True)
    with pytest.raises(FrozenInstanceError):
        page.outlet = None  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        page.facts.url = None  # type: ignore[misc]


@pytest.mark.parametrize("with_hints", [True, False])
def test_reading_changes_neither_tree_nor_result(with_hints: bool) -> None:
    page = _context(with_hints=with_hints)
    before = etree.tostring(page.tree)
    first = read_page(page)
    assert etree.tostring(page.tree) == before
    # What the first reading computed and kept in the context does not change a second one.
    assert read_page(page) == first
    assert first.paragraphs == (TEXT, f"{TEXT} আরও বলেন তিনি।")


def test_texts_are_those_of_the_first_selector_that_gives_any() -> None:
    page = _context(with_hints=False)
    assert page.texts((".none", "h1", "h3")) == ["জেটি চালু"]
    assert page.texts(()) == []
