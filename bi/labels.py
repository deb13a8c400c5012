"""Words for codes, in Bangla and English: ``labels.csv``, read once."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

_FILE = Path(__file__).with_name("labels.csv")


@cache
def bangla_labels(vocabulary: str) -> Mapping[str, str]:
    """Return the Bangla word of each code of a vocabulary.

    Raises:
        KeyError: no such vocabulary.
    """
    return MappingProxyType(_read()[vocabulary])


@cache
def _read() -> dict[str, dict[str, str]]:
    labels: dict[str, dict[str, str]] = {}
    with _FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            labels.setdefault(row["vocabulary"], {})[row["code"]] = row["bn"]
    return labels
