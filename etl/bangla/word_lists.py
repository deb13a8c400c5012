"""Word lists of the rules, written in running order and kept in the normal form."""

import re

from etl.bangla.text import normal_form


def word_list(words: str) -> tuple[str, ...]:
    """The words of a line in the normal form; an underscore stands for a space inside one."""
    return tuple(normal_form(word.replace("_", " ")) for word in words.split())


def word_set(words: str) -> frozenset[str]:
    """The same as a set."""
    return frozenset(word_list(words))


def any_of(words: str) -> str:
    """A pattern that any of these words matches."""
    return "|".join(re.escape(word) for word in word_list(words))
