"""Whom a byline names: a desk, an agency or a person."""

import re

from etl.bangla.lexicon import any_of, read_lexicon

_WORDS = read_lexicon("bylines")


def _pattern(kind: str) -> re.Pattern[str]:
    """A pattern for the words of a kind: some anywhere, some only between word boundaries."""
    anywhere, apart = any_of(_WORDS[kind]), any_of(_WORDS[f"{kind}_word"])
    return re.compile(rf"{anywhere}|\b(?:{apart})\b", re.IGNORECASE)


_DESK = _pattern("desk")
_AGENCY = _pattern("agency")


def byline_kind(byline: str) -> str:
    """Tell whom a byline names.

    Args:
        byline: in its normal form.

    Returns:
        ``desk``, ``agency`` or ``person``.
    """
    if _AGENCY.search(byline):
        return "agency"
    return "desk" if _DESK.search(byline) else "person"
