"""The words that differ between two texts."""

import re
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import LCSseq

# Words with their marks, runs of white space, and every other sign by itself.
_TOKEN = re.compile("[\\w\u0900-\u0963\u0980-\u0dff\u200c\u200d]+|\\s+|.")


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that was kept, added or removed."""

    change: Change
    text: str


def word_diff(before: str, after: str) -> list[Piece]:
    """Compare two texts word by word.

    Args:
        before: the earlier text.
        after: the later one.

    Returns:
        The pieces in order. Those that are not added give ``before``, those that are not removed
        ``after``; where words were replaced, the removed piece stands first.
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    pieces: list[Piece] = []
    for code in LCSseq.opcodes(old, new):
        removed = "".join(old[code.src_start : code.src_end])
        if code.tag == "equal":
            _append(pieces, Change.SAME, removed)
        else:
            _append(pieces, Change.REMOVED, removed)
            _append(pieces, Change.ADDED, "".join(new[code.dest_start : code.dest_end]))
    return _joined(pieces)


def _append(pieces: list[Piece], change: Change, text: str) -> None:
    if text:
        pieces.append(Piece(change, text))


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Join changes that only white space divides, so that a new sentence is one piece."""
    joined: list[Piece] = []
    removed = added = ""
    for i, piece in enumerate(pieces):
        match piece.change:
            case Change.REMOVED:
                removed += piece.text
            case Change.ADDED:
                added += piece.text
            case Change.SAME:
                is_gap = (
                    piece.text.isspace()
                    and "\n" not in piece.text
                    and (removed or added)
                    and i + 1 < len(pieces)
                )
                if is_gap:
                    removed += piece.text
                    added += piece.text
                    continue
                _flush(joined, removed, added)
                removed = added = ""
                joined.append(piece)
    _flush(joined, removed, added)
    return joined


def _flush(joined: list[Piece], removed: str, added: str) -> None:
    _append(joined, Change.REMOVED, removed)
    _append(joined, Change.ADDED, added)
