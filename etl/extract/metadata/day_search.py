"""The day of publication by htmldate, for pages on which no source of ours gives one."""

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime

from htmldate import find_date
from lxml.etree import _Element

from etl.extract.metadata.dom import is_elsewhere
from etl.markup.tree import html_copy

# What the sources of ours have read, and found to be about something else: JSON-LD, time tags.
_JUDGED = ("script", "time", "abbr", "div", "section", "li", "aside", "footer", "ul", "ol")
_IF_ELSEWHERE = frozenset(["div", "section", "li", "ul", "ol"])  # cards, comments
_FIRST = "1995-01-01"
_LINE = 80  # characters; a longer text is a sentence, and a day in it the story's
# What it has been seen to raise, or may, on markup that nobody meant as a page.
_DEFECTS = (ValueError, TypeError, AttributeError, LookupError, RecursionError, OverflowError)


def search_day(
    tree: _Element, url: str | None, captured_at: datetime, texts: Iterable[str]
) -> date | None:
    """Search a page for its day of publication.

    htmldate looks at names of elements, addresses and text, and takes what fits best. What it
    finds in sentences alone is the story's day, and is not taken.

    Args:
        tree: the page.
        url: its address.
        captured_at: when it was fetched; later days are none of publication.
        texts: all texts that the page shows, block by block.
    """
    try:
        own = html_copy(tree)
        for element in list(own.iter(*_JUDGED)):
            if element.tag not in _IF_ELSEWHERE or is_elsewhere(element):
                element.drop_tree()
        found = find_date(
            own,
            extensive_search=False,
            original_date=True,
            url=url,
            min_date=_FIRST,
            max_date=captured_at.date().isoformat(),
        )
    except _DEFECTS:
        return None
    with suppress(ValueError):
        if found and not _is_in_sentences_alone(day := date.fromisoformat(found), texts):
            return day
    return None


def _is_in_sentences_alone(day: date, texts: Iterable[str]) -> bool:
    number, month, year = f"0?{day.day}", f"0?{day.month}", str(day.year)
    written = re.compile(
        rf"(?<!\d){number}\D{{1,3}}{month}\D{{1,3}}{year}|{year}\D{{1,3}}{month}\D{{1,3}}{number}(?!\d)|"
        rf"(?<!\d){number}\D{{1,14}}{year}|[^\W\d] {number}\D{{1,5}}{year}"
    )
    said = [len(text) <= _LINE for text in texts if written.search(text)]
    return bool(said) and not any(said)
