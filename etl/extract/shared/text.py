"""Text of pages on one line in normal form, and when two writings of it are the same."""

import re
from collections.abc import Callable

from lxml.etree import _Element

from etl.bangla.text import normal_form
from etl.markup.tree import text_of

_OTHER = re.compile(r"[\W_]+")  # what is neither a letter nor a digit


def clean(text: str | None) -> str | None:
    """Put a text on one line in normal form.

    Returns:
        The line, or None where nothing is left.
    """
    if not text:
        return None
    line = " ".join(text.split())
    if not (line.isascii() and line.isprintable()):
        line = normal_form(line)
    return line or None


def own_text(element: _Element) -> str | None:
    """Read an element's text, that of its descendants included, on one line."""
    return clean(text_of(element))


def key(text: str | None) -> str:
    """Reduce a text to what two writings of it have in common: letters and digits, no case."""
    if not text:
        return ""
    form = text if text.isascii() else normal_form(text)
    return _OTHER.sub("", form).casefold()


def same_as(text: str) -> Callable[[str], bool]:
    """Return a test of whether a line says the same as a text."""
    wanted, length = key(text), len(text)
    # Normal forms differ from what is written by some joiners and dots, not by more.
    reach = 4 + length // 8
    return lambda line: abs(len(line) - length) <= reach and key(line) == wanted
