"""How far the text that the walk found can be trusted, and which of two readings is the body.

All thresholds were fitted on some sites and scored on others; the figures are in
docs/decisions/0010-extraction-engine.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from etl.extract.html.blocks.walk import Block
from etl.extract.html.body.boilerplate import below_links
from etl.extract.html.body.container import is_entry
from etl.extract.shared.text import key

_SHORT = 100  # characters; the shortest briefs of the benchmark pages have about 120
_LEAST_SHARE = 0.5  # of the page's good text
_LEAST_KEPT = 0.85  # of all text in the chosen box
_PROSE = 60  # characters; menus and mastheads, which the second engine keeps, have shorter lines
# How much more prose the second reading must have, and how many more marked boxes may lie round
# what it adds: text two boxes deeper is cards, comments or the next article.
_MORE = 1.2
_MARKS = 1.1
ENOUGH = 1_000  # characters of a page's own text that JSON-LD and state are not asked about
_MUCH_MORE = 1.5  # of JSON-LD's text, before it is taken for the body
_SAME = 0.8  # share of one text's shingles in another that makes it the same article
_DISAGREE = 0.5
_SHINGLE = 12  # characters: short enough for scripts without spaces
# Of the words that JSON-LD declares. On 26 benchmark pages with a `wordCount` the share was .63 to
# 1.14, but for one whose count is of characters.
_LEAST_WORDS = 0.5
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a page's body."""

    paragraphs: list[str]

    @property
    def length(self) -> int:
        """Characters."""
        return sum(map(len, self.paragraphs))

    @property
    def words(self) -> int:
        """Words between spaces."""
        return sum(len(text.split()) for text in self.paragraphs)

    @property
    def prose(self) -> int:
        """Characters in paragraphs of some length."""
        return sum(len(text) for text in self.paragraphs if len(text) >= _PROSE)


def is_doubtful(own: Reading, boxed: Sequence[Block], blocks: Sequence[Block]) -> bool:
    """Tell whether a page should be read a second time.

    Args:
        own: the text that the walk kept.
        boxed: the blocks in the chosen box.
        blocks: all blocks of the page.
    """
    length = own.length
    if length < _SHORT or length < _LEAST_KEPT * sum(len(b.text) for b in boxed):
        return True
    return length < _LEAST_SHARE * sum(len(b.text) for b in blocks if _is_good(b))


def _is_good(block: Block) -> bool:
    return block.tag not in _HEADINGS and len(block.text) >= 40 and block.link_share <= 0.5


def is_better(other: Reading, own: Reading, blocks: Sequence[Block]) -> bool:
    """Tell whether the second reading is the body: it has more, and the more lies near the rest.

    Args:
        other: the second reading.
        own: the walk's.
        blocks: all blocks of the page.
    """
    if not own.paragraphs:
        return bool(other.paragraphs)
    # A single text with all of the walk's in it is the entire page, menus included.
    is_dump = len(other.paragraphs) == 1 and own.length >= _SHORT
    asides = below_links(blocks) | {key(block.text) for block in blocks if is_entry(block)}
    without = Reading([text for text in other.paragraphs if key(text) not in asides])
    if is_dump or without.prose < _MORE * max(own.prose, 1):
        return False
    marks: dict[str, int] = {}
    for block in blocks:
        marks.setdefault(key(block.text), len(block.marks))
    said = key("\n".join(own.paragraphs))
    depth = {True: (0, 0), False: (0, 0)}  # characters, and these times their marks
    for text in other.paragraphs:
        form = key(text)
        if form in marks:
            is_shared = form in said
            length, weighted = depth[is_shared]
            depth[is_shared] = length + len(text), weighted + len(text) * marks[form]
    shared, added = (depth[s][1] / depth[s][0] if depth[s][0] else 0.0 for s in (True, False))
    return not depth[False][0] or added - shared <= _MARKS


def completes(declared: Reading, own: Reading, other: Reading) -> bool:
    """Tell whether a text is the same article as what the page shows, and more of it.

    Args:
        declared: JSON-LD's ``articleBody``, or what the page's scripts are to show.
        own: the walk's reading.
        other: the second one, which takes JSON-LD's text itself where it finds no other.
    """
    text = _shingles(declared)
    is_copy = len(other.paragraphs) <= len(declared.paragraphs) and _is_in(other, text)
    shown = own if is_copy else max(own, other, key=lambda reading: reading.length)
    if shown.length >= ENOUGH or declared.length < _MUCH_MORE * max(shown.length, _SHORT):
        return False
    return _is_in(shown, text)


def _is_in(reading: Reading, text: set[str]) -> bool:
    found = _shingles(reading)
    return len(found & text) >= _SAME * len(found)


def missing_words(reading: Reading, declared: int | None) -> str | None:
    """Return a warning with the share of the declared words, where less than half are there.

    Args:
        reading: the text.
        declared: how many words JSON-LD says the article has, None where it says nothing.
    """
    if not declared:
        return None
    share = reading.words / declared
    return f"fewer_words_than_declared:{share:.2f}" if share < _LEAST_WORDS else None


def disagreement(one: Reading, other: Reading) -> str | None:
    """Return a warning with the share of the text in common, where two readings differ widely."""
    if min(one.length, other.length) < _SHORT:
        return None
    first, second = _shingles(one), _shingles(other)
    share = len(first & second) / max(len(first), len(second))
    return f"bodies_disagree:{share:.2f}" if share < _DISAGREE else None


def _shingles(reading: Reading) -> set[str]:
    form = key("\n".join(reading.paragraphs))
    return {form[i : i + _SHINGLE] for i in range(max(1, len(form) - _SHINGLE + 1)) if form}
