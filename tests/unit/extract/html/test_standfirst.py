"""The standfirst outside the box of the text, and paragraphs that a text repeats."""

import pytest

from tests.unit.extract.html.test_reader import ONE, THREE, TWO, paragraphs, read

LEAD = (
    "শহরের উত্তর পাড়ে নতুন পাঠাগারের দরজা খুলেছে, সেখানে এখন সকাল থেকে রাত পর্যন্ত বসে পড়া যায়, বইও নেওয়া যায় বাড়িতে।"
)
TEXT = tuple(f"{ONE} {number} নম্বর অনুচ্ছেদ, {TWO} {THREE}" for number in range(6))
HEADING = "<h1>শহরে নতুন পাঠাগার</h1>"


def page(between: str) -> tuple[str, ...]:
    body = f"<div class='story-body'>{paragraphs(*TEXT)}</div>"
    return read(f"<main><header>{HEADING}{between}</header>{body}</main>").paragraphs


@pytest.mark.parametrize(
    "between",
    [
        f"<p>{LEAD}</p>",
        f"<div class='story-lead'><p>{LEAD}</p></div>",
        f"<div class='teaser-text'><p>{LEAD}</p></div>",
        f"<h2 class='article__intro'>{LEAD}</h2>",
    ],
)
def test_standfirst_comes_first(between: str) -> None:
    assert page(between) == (LEAD, *TEXT)


@pytest.mark.parametrize(
    "between",
    [
        "<p>নিজস্ব প্রতিবেদক, ঢাকা</p>",
        f"<p><a href='/other'>{LEAD}</a></p>",
        f"<ul><li><p>{LEAD}</p></li></ul>",
        f"<div class='sidebar'><p>{LEAD}</p></div>",
        f"<p>{TEXT[0]}</p>",
    ],
)
def test_what_else_stands_below_a_heading(between: str) -> None:
    assert page(between) == TEXT


def test_nothing_above_the_heading() -> None:
    body = f"<div class='story-body'>{paragraphs(*TEXT)}</div>"
    assert read(f"<main><p>{LEAD}</p>{HEADING}{body}</main>").paragraphs == TEXT


def test_a_text_may_repeat_a_paragraph() -> None:
    refrain = (*TEXT[:3], LEAD, LEAD, *TEXT[3:])
    body = f"<div class='story-body'>{paragraphs(*refrain)}</div>"
    assert read(f"<main>{HEADING}{body}</main>").paragraphs == refrain
