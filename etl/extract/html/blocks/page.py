"""The blocks of one page, read no further than necessary.

What a profile names is found without them, and most blocks of a page are cards below its article:
where a profile names captions, section, byline and lists, they are read down to the text alone.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property

from lxml.etree import _Element

from etl.bangla.text import has_bangla_letter, normal_form
from etl.extract.html.blocks.names import Judge
from etl.extract.html.blocks.walk import Block, read_blocks
from etl.extract.shared.text import same_as


class PageBlocks:
    """The blocks below one element, and the elements whose names tell something."""

    def __init__(self, root: _Element) -> None:
        self._root = root

    @cached_property
    def _all(self) -> tuple[Sequence[Block], Judge]:
        judge = Judge()
        blocks = read_blocks(self._root, judge)
        return _normalised(blocks) if _has_bangla(blocks) else blocks, judge

    @property
    def all(self) -> Sequence[Block]:
        """All blocks, in page order."""
        return self._all[0]

    def named(self, sign: int) -> Iterator[_Element]:
        """Yield the elements whose names bear a sign; the page is read at the first of them."""
        yield from self._all[1].seen[sign]

    def down_to(self, text: str) -> Sequence[Block]:
        """Read the blocks to the first that says a text, or further.

        Args:
            text: what the last block of interest says.

        Returns:
            The first blocks of ``all``, up to that one at least; all where none says the text.
        """
        if "_all" in self.__dict__:
            return self.all
        is_same = same_as(text)
        blocks = read_blocks(self._root, Judge(), lambda line: is_same(normal_form(line)))
        # Without Bangla so far there may be some below, and then these are in normal form too.
        return _normalised(blocks) if _has_bangla(blocks) else self.all


def _has_bangla(blocks: list[Block]) -> bool:
    return any(has_bangla_letter(block.text) for block in blocks)


def _normalised(blocks: list[Block]) -> list[Block]:
    """The blocks with their texts in the form that the words to know lines by are in."""
    return [block._replace(text=normal_form(block.text)) for block in blocks]
