"""The standfirst of an article whose page keeps it outside the box of the text."""

import re
from collections.abc import Sequence

from etl.extract.html.blocks.walk import Block
from etl.extract.html.body.boilerplate import is_promo
from etl.extract.html.body.container import is_entry
from etl.extract.shared.patterns import one_of
from etl.extract.shared.sentences import PARAGRAPH_END
from etl.extract.shared.text import key

_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_LEAST = 100  # characters; bylines, dates and sections are shorter
_MOST = 1_000  # characters of all its paragraphs; more is an article of its own
_LINKS = 0.3  # share of a teaser's text that is links, at least
_NAMED = re.compile(rf"(?:^|[\s_-]){one_of('class_names', 'deck', 'standfirst')}(?:$|[\s_-])", re.I)


def standfirst(blocks: Sequence[Block], body: Sequence[Block], title: str | None) -> list[str]:
    """Find the paragraphs between the article's heading and the box of its text.

    Args:
        blocks: all blocks of the page.
        body: the blocks in the chosen box.
        title: the article's title.

    Returns:
        The texts in page order; none where the heading is in the box, which then holds the
        standfirst too, or where the page has no heading above it.
    """
    if not body:
        return []
    first = next(i for i, block in enumerate(blocks) if block is body[0])
    start = _heading(blocks[:first], title)
    if not start:
        return []
    found = [block.text for block in blocks[start:first] if _is_standfirst(block)]
    if not found or sum(map(len, found)) > _MOST:
        return []
    said = key("\n".join(block.text for block in body))
    return [text for text in dict.fromkeys(found) if key(text) not in said]


def _heading(blocks: Sequence[Block], title: str | None) -> int:
    """Return the place after the article's heading, 0 where there is none."""
    wanted = key(title or "")
    headings = [i for i, b in enumerate(blocks) if b.tag in _HEADINGS and b.link_share < 0.5]
    for index in reversed(headings):
        if blocks[index].tag == "h1" or (wanted and key(blocks[index].text) == wanted):
            return index + 1
    return 0


def _is_standfirst(block: Block) -> bool:
    if len(block.text) < _LEAST or block.link_share >= _LINKS or is_entry(block):
        return False
    parent = block.element.getparent()
    names = " ".join(
        f"{element.get('class') or ''} {element.get('id') or ''}"
        for element in (block.element, parent)
        if element is not None
    )
    # A name that says so outweighs a mark, a heading's tag and a sentence without an end.
    is_doubtful = block.marks or block.tag in _HEADINGS or not PARAGRAPH_END.search(block.text)
    if is_doubtful and not _NAMED.search(names):
        return False
    return not is_promo(block.text, block.link_share)
