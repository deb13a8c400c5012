"""The blocks of one page, read no further than they are asked for.

What a profile names is found without them, and most blocks of a page are cards below its article:
where a profile names captions, section, byline and lists, they are read down to the text alone.
"""

import re
from collections.abc import Iterator

from lxml.etree import _Element

from etl.bangla.text import normal_form
from etl.extract.html.blocks import Block, read_blocks
from etl.extract.html.names import Judge
from etl.extract.metadata.text import same_as

_BANGLA = re.compile("[\u0985-\u09b9]")


class PageBlocks:
    """The blocks below one element, and the elements whose names tell something."""

    def __init__(self, root: _Element) -> None:
        self._root = root
        self._judge = Judge()
        self._whole: list[Block] | None = None

    def whole(self) -> list[Block]:
        """All blocks of the page."""
        if self._whole is None:
            self._whole = read_blocks(self._root, self._judge)
            if _has_bangla(self._whole):
                _normalise(self._whole)
        return self._whole

    def seen(self, sign: int) -> Iterator[_Element]:
        """The elements whose names bear a sign; the page is read when the first is asked for."""
        self.whole()
        yield from self._judge.seen[sign]

    def down_to(self, text: str) -> list[Block]:
        """The blocks to the first that says a text; all of them where they are read already."""
        if self._whole is not None:
            return self._whole
        is_same = same_as(text)
        blocks = read_blocks(self._root, Judge(), lambda line: is_same(normal_form(line)))
        # Without Bangla so far there may be some below, and then these are in normal form too.
        if not _has_bangla(blocks):
            return self.whole()
        _normalise(blocks)
        return blocks


def _has_bangla(blocks: list[Block]) -> bool:
    return any(not block.text.isascii() and _BANGLA.search(block.text) for block in blocks)


def _normalise(blocks: list[Block]) -> None:
    """Bring the texts into the form that the words to know lines by are in."""
    for block in blocks:
        block.text = normal_form(block.text)
