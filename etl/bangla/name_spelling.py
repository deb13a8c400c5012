"""Spellings of one name: names from other scripts are written in many ways in Bangla."""

import re
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from etl.bangla.lexicon import read_lexicon
from etl.bangla.text import normal_form

# Letters that writers interchange when they transcribe; each class is one letter of the key.
_CLASSES = (
    ("ি", "ী"), ("ু", "ূ"), ("ন", "ণঞ"), ("স", "শষছ"), ("জ", "যঝ"), ("ক", "খগঘ"), ("ত", "থটঠৎ"),
    ("দ", "ধডঢ"), ("প", "ফ"), ("ব", "ভ"), ("র", "ড়ঢ়"), ("ে", "ৈ"), ("ো", "ৌ"), ("ং", "ঙ"),
    ("ই", "ঈ"), ("উ", "ঊ"), ("এ", "ঐ"),
)  # fmt: skip
_FOLD = str.maketrans(
    {letter: first for first, others in _CLASSES for letter in normal_form(others) if letter != "়"}
)
_SILENT = re.compile("[্ঁঃ়\u200c\u200d.’'-]")
_SHORT_KEY = 4  # below this one changed letter makes another name


@lru_cache(maxsize=65_536)
def spelling_key(word: str) -> str:
    """One key for the spellings of a word: বাকেরি and বাঘেরি, মোদি and মোদী."""
    return _SILENT.sub("", word.translate(_FOLD))


# Written or left out before one and the same name (মো. জহিরুল ইসলাম, জহিরুল ইসলাম).
_OPTIONAL = frozenset(map(spelling_key, read_lexicon("persons")["optional_forename"]))
_LEAST_WORDS = 2


def name_key(name: str) -> str:
    """One key for the spellings of a full name, in all articles.

    It depends on the name alone, so that the order of articles doesn't matter.
    """
    keys = [key for word in name.split() if (key := spelling_key(word))]
    while len(keys) > _LEAST_WORDS and keys[0] in _OPTIONAL:
        keys = keys[1:]
    return " ".join(keys)


def is_same_word(one: str, other: str) -> bool:
    """Whether two words of names are spellings of one."""
    first, second = spelling_key(one), spelling_key(other)
    if first == second:
        return True
    shortest = min(len(first), len(second))
    if shortest <= _SHORT_KEY:
        return False
    return Levenshtein.distance(first, second, score_cutoff=1) <= 1


def is_part_of(words: Sequence[str], longer: Sequence[str]) -> bool:
    """Whether a name is a shorter form of another: its words stand there, in order."""
    position = 0
    for word in words:
        while position < len(longer) and not is_same_word(word, longer[position]):
            position += 1
        if position == len(longer):
            return False
        position += 1
    return True
