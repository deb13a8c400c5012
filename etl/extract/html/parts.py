"""The small parts round an article: kicker, byline, breadcrumb, printed times, captions, sign-off.

Each is picked by the outlet's selectors where it has some that match; else by the way in which
most sites mark it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from lxml.etree import _Element

from etl.bangla.dateline.parse import find_dateline, parse_dateline, parse_day
from etl.extract.dump.words import (
    BARE_CREDIT,
    BREADCRUMB_ROOT,
    BREADCRUMB_STEP,
    BYLINE,
    CREDIT,
    EDITION,
    SIGNOFF,
)
from etl.extract.html.blocks import Block
from etl.extract.html.select import first_match
from etl.extract.metadata.text import clean, key, own_text, same_as
from etl.outlets.profiles import HtmlHints

_KICKER = re.compile(
    r"\b(?:kicker|shoulder|sub-?headline|sub-?title|hanger|overline|eyebrow|topline|hat|pre-?title|"
    r"roof-?line|surtitle)\b",
    re.I,
)
_FROM = re.compile(r"[^\d।]{4,60} (?:থেকে|হতে)")  # a name and the place written from
_NEAR = 10  # blocks before the title in which a printed time may stand
_LONGEST_CAPTION = 600


@dataclass(slots=True)
class Printed:
    """The times printed on the page."""

    published_at: datetime | None = None
    updated_at: datetime | None = None
    published_date: date | None = None
    warnings: list[str] = field(default_factory=list)


def texts(tree: _Element, selectors: Iterable[str]) -> list[str]:
    """Return the texts of the first selector that gives any."""
    for selector in selectors:
        found = [t for e in first_match(tree, (selector,)) if (t := own_text(e))]
        if found:
            return found
    return []


def kicker(tree: _Element, hints: HtmlHints, title: str | None) -> str | None:
    """Return the line above the headline."""
    if picked := texts(tree, hints.kicker):
        return picked[0] if key(picked[0]) != key(title) else None
    for heading in tree.iter("h1"):
        for sibling in heading.itersiblings(preceding=True):
            if _KICKER.search(sibling.get("class") or ""):
                text = own_text(sibling)
                if text and len(text) < 80:
                    return text
    return None


def breadcrumb(tree: _Element, hints: HtmlHints, named: Iterable[_Element]) -> list[str]:
    """Return the steps of the breadcrumb after the home page."""
    if steps := texts(tree, hints.section):
        return [s for s in steps if not BREADCRUMB_ROOT.fullmatch(s)]
    for box in _crumb_boxes(tree, named):
        links = [t for a in box.iter("a") if (t := own_text(a))]
        whole = own_text(box) or ""
        steps = [s for s in BREADCRUMB_STEP.split(whole) if s]
        if len(steps) < 2 or len(steps) < len(links):
            items = [t for li in box.iter("li") if (t := own_text(li))]
            steps = items or links
        if 1 < len(steps) < 7 and len(whole) < 200 and BREADCRUMB_ROOT.fullmatch(steps[0]):
            return [s for s in steps if not BREADCRUMB_ROOT.fullmatch(s)]
    return []


def _crumb_boxes(tree: _Element, named: Iterable[_Element]) -> Iterable[_Element]:
    yield from named
    for link in tree.iter("a"):
        if link.get("href") not in ("/", "./"):
            continue
        text = own_text(link)
        if text and BREADCRUMB_ROOT.fullmatch(text):
            box = link.getparent()
            while box is not None and box.tag in ("li", "span", "strong", "b"):
                box = box.getparent()
            if box is not None and box.tag != "td" and 2 <= sum(1 for _ in box.iter("a")) <= 5:
                yield box


def edition(tree: _Element, hints: HtmlHints, near: Iterable[Block]) -> str | None:
    """Return the edition line."""
    if picked := texts(tree, hints.edition):
        return picked[0]
    return next((t for b in near if (t := clean(b.text)) and EDITION.fullmatch(t)), None)


def printed_times(
    tree: _Element,
    hints: HtmlHints,
    below: Iterable[Block],
    above: Iterable[Block],
    captured_at: datetime,
) -> Printed:
    """Read the publish and update lines that the page prints below or above its title.

    A plain day above it, without a clock or a label, is the masthead's.
    """
    lines = [t for t in texts(tree, hints.dateline) if find_dateline(t)]
    if not lines:
        near = (*below, *(b for b in above if parse_day(b.text) is None))
        lines = [d.text for b in near if (d := find_dateline(b.text))]
    result = Printed()
    for line in lines:
        read = parse_dateline(line, captured_at)
        if result.published_at is None and result.published_date is None:
            result.published_at, result.published_date = read.published_at, read.published_date
        result.updated_at = result.updated_at or read.updated_at
        result.warnings += [w for w in read.warnings if w not in result.warnings]
    return result


def page_date(tree: _Element, hints: HtmlHints, before: Iterable[Block]) -> date | None:
    """Return the masthead's day: the day of the capture, never the article's."""
    for text in (*texts(tree, hints.page_date), *(b.text for b in before)):
        day = parse_day(text)
        if day is not None and day.value is not None:
            return day.value
    return None


def near_title(
    blocks: list[Block], title: str | None, paragraphs: list[str]
) -> tuple[list[Block], list[Block], list[Block]]:
    """Split off the blocks shortly before the title, those from it to the text, and the masthead.

    The masthead is all that stands before the title.
    """
    end = _place(blocks, paragraphs[0]) if paragraphs else None
    reach = blocks if end is None else blocks[:end]
    place = _place(reach, title) if title else None
    if place is None:
        place = next((i for i, b in enumerate(reach) if b.tag == "h1"), None)
    if place is None:
        stop = len(reach) if end is not None else min(len(blocks), 40)
        return blocks[max(0, stop - 2 * _NEAR) : stop], [], blocks[:stop]
    stop = end if end is not None else min(len(blocks), place + _NEAR)
    return blocks[max(0, place - _NEAR) : place], blocks[place + 1 : stop], blocks[:place]


def _place(blocks: list[Block], text: str) -> int | None:
    """Find the first block that says a text."""
    is_same = same_as(text)
    return next((index for index, block in enumerate(blocks) if is_same(block.text)), None)


def printed_byline(after: Iterable[Block]) -> list[str]:
    """Find a line of desk, reporter or place between the title and the text."""
    for block in after:
        text = clean(block.text) or ""
        is_line = len(text) <= 80 and not block.marks and block.link_share < 0.5
        if is_line and (BYLINE.fullmatch(text) or _FROM.fullmatch(text)):
            return [text]
    return []


def captions(tree: _Element, hints: HtmlHints, named: Iterable[_Element]) -> list[str]:
    """Return the captions of the article's pictures, each once.

    :param named: the elements outside figures whose names say that they are captions.
    """
    found = texts(tree, hints.caption)
    if not found:
        elements = [*tree.iter("figcaption"), *named]
        found = [t for e in elements if not _is_aside(e) and (t := own_text(e))]
    once: dict[str, str] = {}
    for text in found:
        if len(text) <= _LONGEST_CAPTION:
            once.setdefault(key(text), text)
    once.pop("", None)
    return list(once.values())


def _is_aside(element: _Element) -> bool:
    return any(a.tag in ("aside", "footer", "nav", "header") for a in element.iterancestors())


def photo_credit(found: Iterable[str]) -> str | None:
    """Return whom the captions credit."""
    for text in found:
        if credit := CREDIT.fullmatch(text):
            return clean(credit["credit"].strip(" ।."))
        if BARE_CREDIT.fullmatch(text):
            return "সংগৃহীত" if "সংগ" in text else None
    return None


def signoff(
    tree: _Element, hints: HtmlHints, paragraphs: list[str]
) -> tuple[str | None, list[str]]:
    """Split the initials below the text off its end."""
    picked = texts(tree, hints.signoff)
    for index in range(len(paragraphs) - 1, max(-1, len(paragraphs) - 3), -1):
        text = paragraphs[index]
        if len(text) <= 40 and (match := SIGNOFF.fullmatch(text)):
            inner = (match["inner"] or match["bare"]).strip("/ ")
            return inner, paragraphs[:index] + paragraphs[index + 1 :]
    return (picked[0].strip("/ ") or None if picked else None), paragraphs
