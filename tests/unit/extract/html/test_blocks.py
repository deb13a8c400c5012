"""The blocks of a page, in part and entire."""

from collections.abc import Sequence

import pytest

from etl.extract.html.blocks.names import AUTHOR
from etl.extract.html.blocks.page import PageBlocks
from etl.extract.html.blocks.walk import Block
from etl.markup import tree

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


def _as_tuples(blocks: Sequence[Block]) -> list[tuple[str, str, int, int]]:
    return [(b.tag, b.text, b.link_length, len(b.marks)) for b in blocks]


@pytest.mark.parametrize("before", ["", "<p class='share'>শেয়ার</p>", "<p>এক<br><br>দুই</p>"])
def test_blocks_down_to_a_text_are_the_first_of_the_page(before: str) -> None:
    part, all_blocks = _as_tuples(_blocks(before).down_to(TEXT)), _as_tuples(_blocks(before).all)
    assert part == all_blocks[: len(part)]
    assert part[-1][1] == TEXT
    assert len(part) < len(all_blocks)


def test_all_blocks_are_read_where_none_says_the_text() -> None:
    assert _as_tuples(_blocks().down_to("কোথাও নেই")) == _as_tuples(_blocks().all)


def test_all_blocks_are_read_where_none_above_the_text_is_bangla() -> None:
    body = tree.parse("<body><p>Plain text</p><p>বাংলা</p></body>").find("body")
    assert body is not None
    assert [b.text for b in PageBlocks(body).down_to("Plain text")] == ["Plain text", "বাংলা"]


def test_elements_are_found_below_the_text_after_a_part_is_read() -> None:
    blocks = _blocks()
    blocks.down_to(TEXT)
    assert [element.text for element in blocks.named(AUTHOR)] == ["লেখক"]
