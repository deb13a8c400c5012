"""Whom a byline names: a desk, an agency or a person."""

import re

from etl.bangla.lexicon import any_of, read_lexicon

_WORDS = read_lexicon("bylines")


def _pattern(kind: str) -> re.Pattern[str]:
    """What matches words of a kind: some anywhere, some as words of their own only."""
    anywhere, apart = any_of(_WORDS[kind]), any_of(_WORDS[f"{kind}_word"])
    return re.compile(rf"{anywhere}|\b(?:{apart})\b", re.IGNORECASE)


_DESK = _pattern("desk")
_AGENCY = _pattern("agency")


def byline_kind(byline: str) -> str:
    """``desk``, ``agency`` or ``person``; the byline is in its normal form."""
    if _AGENCY.search(byline):
        return "agency"
    return "desk" if _DESK.search(byline) else "person"
