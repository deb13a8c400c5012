"""Word lists from ``seeds/lexicon``: words are data, grammar is code."""

import csv
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from etl.resources import LEXICON


@cache
def read_lexicon(name: str) -> Mapping[str, tuple[str, ...]]:
    """Read one file of word lists.

    Args:
        name: the file ``seeds/lexicon/<name>.csv`` without its ending, with the columns ``list``,
            ``text`` and ``source`` (where the entry was seen or taken from).

    Returns:
        The entries by list, in the file's order, as they are written there.
    """
    lists: dict[str, list[str]] = {}
    with (LEXICON / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            lists.setdefault(row["list"], []).append(row["text"])
    return MappingProxyType({key: tuple(entries) for key, entries in lists.items()})
