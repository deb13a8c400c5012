"""Words as the index keeps them: one spelling, and every stem that a word may be read as.

A query finds a word if the two share a stem. So হত্যা finds হত্যার and হত্যাকে, and they find it.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from etl.bangla.inflection import noun_stems
from etl.bangla.text import normal_form, to_latin_digits

# Letters and digits of any script; the marks of India's scripts, which Python counts as no part of
# a word; joiners, which are inside words and left out of the key.
_WORD = re.compile(
    "(?:[^\\W_]|[\u0900-\u0963\u0980-\u0dff])[\\w\u0900-\u0963\u0980-\u0dff\u200c\u200d]*"
)
_JOINERS = re.compile("[\u200c\u200d]")
_LONG_A = "অা"  # typed for আ, and drawn like it
_LONGEST_WORD = 60  # a longer one is a file name, an address or a code; terms end at 65,530 bytes


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text; ``start`` and ``end`` are its place in the text, in characters."""

    start: int
    end: int
    stems: tuple[str, ...]


def words(text: str) -> list[Word]:
    """Read the words of a text.

    Args:
        text: in its normal form.
    """
    return [Word(found.start(), found.end(), stems_of(found[0])) for found in _WORD.finditer(text)]


def word_forms(text: str) -> list[tuple[str, ...]]:
    """Read only the stems of a text's words, in order."""
    return [stems_of(word) for word in _WORD.findall(text)]


@lru_cache(maxsize=262_144)
def stems_of(word: str) -> tuple[str, ...]:
    """Return the stems that a word may be read as, the word itself first.

    Args:
        word: a word in the normal form.
    """
    folded = fold_word(word)
    return (folded, *noun_stems(folded))


def fold_word(word: str) -> str:
    """Bring the spellings of a word that look alike to one: case, digits, joiners."""
    folded = _JOINERS.sub("", normal_form(word)).replace(_LONG_A, "আ")
    return to_latin_digits(folded).lower()[:_LONGEST_WORD]
