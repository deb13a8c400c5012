"""What an outlet changes on every view makes no version; what it edits does."""

from collections.abc import Callable
from datetime import UTC, datetime
from unicodedata import normalize

import pytest

from etl.extract.page import extract_page
from etl.outlets.profiles import load_outlets
from etl.schema.records import Capture
from etl.schema.vocabulary import CaptureTimeSource
from etl.settings import PROJECT
from etl.transform.rows import content_hash

PAGE = normalize(
    "NFC", (PROJECT / "seeds" / "pages" / "kalbela" / "fog-ferry-v1.html").read_text("utf-8")
)
OUTLETS = load_outlets(PROJECT / "seeds" / "outlets.yml")


def _hash(html: str) -> str:
    capture = Capture(
        "id",
        "page.html",
        "https://www.kalbela.com/country-news/253604",
        "kalbela",
        datetime(2026, 1, 17, tzinfo=UTC),
        CaptureTimeSource.HTTP,
        html.encode(),
        "text/html",
    )
    return content_hash(extract_page(capture, OUTLETS, 10_000_000))


def _changed(old: str, new: str) -> str:
    found = normalize("NFC", old)
    assert found in PAGE
    return PAGE.replace(found, new)


@pytest.mark.parametrize(
    "view",
    [
        lambda: _changed("আজকের পাঠক: ৪৮২১৩", "আজকের পাঠক: ৯৯৯৯৯"),
        lambda: _changed("সবজির চারায় ভাগ্য ফিরেছে", "আজই এল নতুন শিরোনাম"),
        lambda: _changed("div-gpt-ad-1602", "div-gpt-ad-7777"),
        lambda: _changed("শনিবার, ১৭ জানুয়ারি ২০২৬, ৩ মাঘ ১৪৩২", "রবিবার, ১৮ জানুয়ারি ২০২৬, ৪ মাঘ ১৪৩২"),
        lambda: _changed("</p>", " \n</p>\n\n"),
    ],
    ids=["counter", "sidebar", "advertisement", "masthead", "white space"],
)
def test_a_view_is_no_edit(view: Callable[[], str]) -> None:
    assert _hash(view()) == _hash(PAGE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ঘন কুয়াশায় পাটুরিয়ায় ফেরি চলাচল বন্ধ", "ঘন কুয়াশায় পাটুরিয়ায় ফেরি চলাচল শুরু"),
        ("মানিকগঞ্জ প্রতিনিধি", "নিজস্ব প্রতিবেদক"),
    ],
    ids=["title", "byline"],
)
def test_an_edit_is_one(old: str, new: str) -> None:
    assert _hash(_changed(old, new)) != _hash(PAGE)
