"""The small parts around an article: kicker, byline, breadcrumb, printed times, captions.

Each is picked by the outlet's selectors where it has some that match; else by the way in which
most sites mark it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from lxml.etree import _Element

from etl.bangla.clock import DHAKA
from etl.bangla.dateline.parse import (
    day_after_names,
    find_dateline,
    has_one_day,
    is_publish_line,
    parse_dateline,
    parse_day,
)
from etl.extract.html.blocks.names import AUTHOR, CAPTION, CRUMBS
from etl.extract.html.blocks.walk import Block
from etl.extract.html.context import PageContext
from etl.extract.metadata.dom import time_role
from etl.extract.metadata.instant import Instant, printed
from etl.extract.metadata.times import Printed, is_stamped, titles_key
from etl.extract.shared.lexicon import (
    BARE_CREDIT,
    BREADCRUMB_ROOT,
    BREADCRUMB_STEP,
    BYLINE,
    CREDIT,
    EDITION,
    SIGNOFF,
)
from etl.extract.shared.patterns import one_of
from etl.extract.shared.text import clean, key, own_text, same_as

_KICKER = re.compile(rf"\b{one_of('class_names', 'kicker')}\b", re.I)
# A name and the place written from.
_FROM = re.compile(rf"[^\d।]{{4,60}} {one_of('page_bylines', 'written_from')}")
_PUBLISH_DATE, _ANY_DATE = (
    re.compile(rf"(?:^|[_-]){one_of('class_names', *names)}(?:$|[_-])", re.I)
    for names in (("publish_date",), ("publish_date", "any_date"))
)
_NEAR = 10  # blocks before the title in which a printed time may stand
_LONGEST_CAPTION = 600
_LONGEST_DATELINE = 80
_LONGEST_HEAD_LINE = 160
_BAR = re.compile(r"\s*[|•·]\s*|\s[/–—-]\s")
_YEAR = re.compile(r"\d{4}")
_DIGIT = re.compile(r"\d")
_BY = re.compile(rf"{one_of('page_bylines', 'by')}\s", re.I)


@dataclass(frozen=True, slots=True)
class Head:
    """The blocks around the title.

    Attributes:
        masthead: all that stands before the title.
        above: the blocks shortly before the title.
        below: the blocks from the title to the text.
        after: the blocks right below the text.
    """

    masthead: Sequence[Block]
    above: Sequence[Block]
    below: Sequence[Block]
    after: Sequence[Block] = ()


def kicker(page: PageContext, title: str | None) -> str | None:
    """Read the line above the headline."""
    if picked := page.texts(page.hints.kicker):
        return picked[0] if key(picked[0]) != key(title) else None
    for heading in page.tree.iter("h1"):
        for sibling in heading.itersiblings(preceding=True):
            if _KICKER.search(sibling.get("class") or ""):
                text = own_text(sibling)
                if text and len(text) < 80:
                    return text
    return None


def breadcrumb(page: PageContext) -> list[str]:
    """Read the steps of the breadcrumb after the home page, outer before inner."""
    if steps := page.texts(page.hints.section):
        return [s for s in steps if not BREADCRUMB_ROOT.fullmatch(s)]
    for box in _crumb_boxes(page):
        links = [t for a in box.iter("a") if (t := own_text(a))]
        line = own_text(box) or ""
        steps = [s for s in BREADCRUMB_STEP.split(line) if s]
        if len(steps) < 2 or len(steps) < len(links):
            items = [t for li in box.iter("li") if (t := own_text(li))]
            steps = items or links
        if 1 < len(steps) < 7 and len(line) < 200 and BREADCRUMB_ROOT.fullmatch(steps[0]):
            return [s for s in steps if not BREADCRUMB_ROOT.fullmatch(s)]
    return []


def _crumb_boxes(page: PageContext) -> Iterator[_Element]:
    yield from page.blocks.named(CRUMBS)
    for link in page.tree.iter("a"):
        if link.get("href") not in ("/", "./"):
            continue
        text = own_text(link)
        if text and BREADCRUMB_ROOT.fullmatch(text):
            box = link.getparent()
            while box is not None and box.tag in ("li", "span", "strong", "b"):
                box = box.getparent()
            if box is not None and box.tag != "td" and 2 <= sum(1 for _ in box.iter("a")) <= 5:
                yield box


def edition(page: PageContext, head: Head) -> str | None:
    """Read the line that names the edition."""
    if picked := page.texts(page.hints.edition):
        return picked[0]
    near = (clean(b.text) for b in (*head.above, *head.below))
    return next((text for text in near if text and EDITION.fullmatch(text)), None)


def printed_times(page: PageContext, head: Head) -> Printed:
    """Read the publish and update lines that the page prints below or above its title.

    A plain day above it, without a clock or a label, is the masthead's. On a page that machines can
    read the time of, a printed line is worth its cost only where times are written without a zone,
    as they are in Dhaka.
    """
    if page.zone != DHAKA and is_stamped(page.facts):
        return Printed()
    lines = [t for t in page.texts(page.hints.dateline) if find_dateline(t)]
    if not lines:
        near = (*head.below, *(b for b in head.above if parse_day(b.text) is None))
        lines = [line for b in near for line in _datelines(b.text)]
    if not lines:
        lines = _named_datelines(page, head)
    if not lines:
        lines = [b.text for b in head.after if is_publish_line(b.text)]
    published: Instant | None = None
    updated: Instant | None = None
    warnings: list[str] = []
    # Where the zone is not known, neither is how far back "two hours ago" is from the capture.
    captured_at = page.capture.captured_at if page.zone else None
    for line in lines:
        read = parse_dateline(line, captured_at, page.zone)
        published = published or printed(
            read.published_at, read.published_date, page.zone, has_zone=read.has_zone
        )
        updated = updated or printed(read.updated_at, None, page.zone, has_zone=read.has_zone)
        warnings += read.warnings
    return Printed(published, updated, tuple(dict.fromkeys(warnings)))


def _datelines(text: str) -> list[str]:
    """Find the publish lines in a block; bars or dots may stand between them and other things."""
    if found := find_dateline(text):
        return [found.text]
    if len(text) > _LONGEST_HEAD_LINE or not _YEAR.search(text):
        return []
    pieces = _BAR.split(text)
    lines = [d.text for piece in pieces if (d := find_dateline(piece))] if len(pieces) > 1 else []
    if lines:
        return lines
    day = day_after_names(text) if _BY.match(text) else None
    return [day] if day else []


@lru_cache(maxsize=20_000)
def _names_a_date(name: str) -> bool:
    return _ANY_DATE.search(name) is not None


def _named_datelines(page: PageContext, head: Head) -> list[str]:
    """Read the first box that is named after the publish date and holds little else.

    Its name says what a label or a clock would say: that the day in it is the article's. Above the
    title a box that is only called a date is the masthead's.
    """
    title = titles_key(page.facts)
    above = {block.text for block in head.masthead}
    for element in page.index.with_class(_names_a_date):
        line = own_text(element)
        if not line or len(line) > _LONGEST_DATELINE or not has_one_day(line):
            continue
        names = (element.get("class") or "").split()
        if line in above and not any(map(_PUBLISH_DATE.search, names)):
            continue
        if time_role(element, title):
            return [line]
    return []


def page_date(page: PageContext, head: Head) -> date | None:
    """Read the masthead's day: the day of the capture, never the article's."""
    for text in (*page.texts(page.hints.page_date), *(b.text for b in head.masthead)):
        day = parse_day(text) if _DIGIT.search(text) else None
        if day is not None and day.value is not None:
            return day.value
    return None


def searched_day(page: PageContext, masthead_day: date | None) -> date | None:
    """Search the page for its day, where no profile says where that stands.

    Args:
        page: the page.
        masthead_day: the day of the capture as the page prints it.
    """
    if page.hints.body:
        return None
    from etl.extract.metadata.day_search import search_day  # loads slowly, and few pages need it

    texts = (block.text for block in page.blocks.all)
    day = search_day(page.tree, page.base, page.capture.captured_at, texts)
    return None if day == masthead_day else day


def read_head(
    page: PageContext, title: str | None, paragraphs: list[str], *, has_byline: bool
) -> Head:
    """Find the blocks around the title.

    Args:
        page: the page.
        title: the headline.
        paragraphs: the article's text.
        has_byline: whether the byline is known. Its search takes all blocks of the page; without
            it, those below the text need not be read.
    """
    can_stop = has_byline and bool(paragraphs)
    blocks = page.blocks.down_to(paragraphs[0]) if can_stop else page.blocks.all
    end = _place(blocks, paragraphs[0]) if paragraphs else None
    reach = blocks if end is None else blocks[:end]
    place = _place(reach, title) if title else None
    if place is None:
        place = next((i for i, b in enumerate(reach) if b.tag == "h1"), None)
    if place is None:
        stop = len(reach) if end is not None else min(len(blocks), 40)
        return Head(blocks[:stop], blocks[max(0, stop - 2 * _NEAR) : stop], [])
    stop = end if end is not None else min(len(blocks), place + _NEAR)
    above = blocks[max(0, place - _NEAR) : place]
    after: Sequence[Block] = ()
    if not can_stop and paragraphs and not is_stamped(page.facts):
        last = _place(blocks, paragraphs[-1])
        after = blocks[last + 1 : last + 1 + _NEAR] if last is not None else ()
    return Head(blocks[:place], above, blocks[place + 1 : stop], after)


def _place(blocks: Sequence[Block], text: str) -> int | None:
    """Find the first block that says a text."""
    is_same = same_as(text)
    return next((index for index, block in enumerate(blocks) if is_same(block.text)), None)


def named_authors(page: PageContext) -> Iterator[_Element]:
    """Yield the elements whose names say that they hold an author."""
    return page.blocks.named(AUTHOR)


def printed_byline(head: Head) -> list[str]:
    """Find a line of desk, reporter or place near the title.

    Returns:
        The line alone, or nothing.
    """
    for block in (*head.below, *head.above):
        text = clean(block.text) or ""
        is_line = len(text) <= 80 and not block.marks and block.link_share < 0.5
        if is_line and (BYLINE.fullmatch(text) or _FROM.fullmatch(text)):
            return [text]
    return []


def captions(page: PageContext) -> list[str]:
    """Read the captions of the article's pictures, each once."""
    found = page.texts(page.hints.caption)
    if not found:
        elements = [*page.tree.iter("figcaption"), *page.blocks.named(CAPTION)]
        found = [t for e in elements if not _is_aside(e) and (t := own_text(e))]
    once: dict[str, str] = {}
    for text in found:
        if len(text) <= _LONGEST_CAPTION:
            once.setdefault(key(text), text)
    once.pop("", None)
    return list(once.values())


def outside(captions: list[str], paragraphs: list[str]) -> list[str]:
    """Leave out the captions that the text says too."""
    if not captions:
        return []
    in_body = {key(p) for p in paragraphs}
    return [c for c in captions if key(c) not in in_body]


def _is_aside(element: _Element) -> bool:
    return any(a.tag in ("aside", "footer", "nav", "header") for a in element.iterancestors())


def photo_credit(found: Iterable[str]) -> str | None:
    """Read whom the captions credit."""
    for text in found:
        if credit := CREDIT.fullmatch(text):
            return clean(credit["credit"].strip(" ।."))
        if BARE_CREDIT.fullmatch(text):
            return "সংগৃহীত" if "সংগ" in text else None
    return None


def signoff(page: PageContext, paragraphs: list[str]) -> tuple[str | None, list[str]]:
    """Split the initials below the text off its end.

    Returns:
        The initials, and the paragraphs without them.
    """
    picked = page.texts(page.hints.signoff)
    for index in range(len(paragraphs) - 1, max(-1, len(paragraphs) - 3), -1):
        text = paragraphs[index]
        if len(text) <= 40 and (match := SIGNOFF.fullmatch(text)):
            inner = (match["inner"] or match["bare"]).strip("/ ")
            return inner, paragraphs[:index] + paragraphs[index + 1 :]
    return (picked[0].strip("/ ") or None if picked else None), paragraphs
