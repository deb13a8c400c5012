"""The blocks of a page, in part and whole."""

import pytest

from etl.extract.html import tree
from etl.extract.html.blocks import Block
from etl.extract.html.names import AUTHOR
from etl.extract.html.page_blocks import PageBlocks

TEXT = "ইরানের সঙ্গে পাকিস্তানের বাণিজ্য চুক্তি সই হয়েছে।"
PAGE = (
    "<body><header><a href='/'>হোম</a></header><h1>শিরোনাম</h1>{before}"
    f"<div class='text'><p>{TEXT}</p><p>দ্বিতীয় অনুচ্ছেদ</p></div>"
    "<div class='cards'><h3>আরেক খবর</h3><p class='author'>লেখক</p></div></body>"
)


def _blocks(before: str = "") -> PageBlocks:
    body = tree.parse(PAGE.replace("{before}", before)).find("body")
    assert body is not None
    return PageBlocks(body)


def _told(blocks: list[Block]) -> list[tuple[str, str, int, int]]:
    return [(b.tag, b.text, b.link_length, len(b.marks)) for b in blocks]


@pytest.mark.parametrize("before", ["", "<p class='share'>শেয়ার</p>", "<p>এক<br><br>দুই</p>"])
def test_blocks_down_to_a_text_are_those_of_the_whole_page(before: str) -> None:
    part, whole = _told(_blocks(before).down_to(TEXT)), _told(_blocks(before).whole())
    assert part == whole[: len(part)]
    assert part[-1][1] == TEXT
    assert len(part) < len(whole)


def test_all_blocks_are_read_where_none_says_the_text() -> None:
    assert _told(_blocks().down_to("কোথাও নেই")) == _told(_blocks().whole())


def test_all_blocks_are_read_where_none_above_the_text_is_bangla() -> None:
    body = tree.parse("<body><p>Plain text</p><p>বাংলা</p></body>").find("body")
    assert body is not None
    assert [b.text for b in PageBlocks(body).down_to("Plain text")] == ["Plain text", "বাংলা"]


def test_elements_are_seen_below_the_text_after_a_part_is_read() -> None:
    blocks = _blocks()
    blocks.down_to(TEXT)
    assert [element.text for element in blocks.seen(AUTHOR)] == ["লেখক"]
