"""Words for codes, in Bangla and English: ``labels.csv``, read once.

In the SQL of datasets and of the report ``label_outcome(capture.outcome)`` stands for the Bangla
word of that code, from the vocabulary ``outcome``; a code without a word stays as it is.
"""

import csv
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

_FILE = Path(__file__).with_name("labels.csv")
_CALL = re.compile(r"label_(\w+)\(([^()]+)\)")


@cache
def bangla_labels(vocabulary: str) -> Mapping[str, str]:
    """Return the Bangla word of each code of a vocabulary.

    Raises:
        KeyError: no such vocabulary.
    """
    return MappingProxyType(_read()[vocabulary])


def with_labels(sql: str) -> str:
    """Return SQL in which calls of ``label_<vocabulary>`` are the words' CASE expressions.

    Raises:
        KeyError: no such vocabulary.
    """
    return _CALL.sub(lambda call: _case(call[2], bangla_labels(call[1])), sql)


def _case(column: str, labels: Mapping[str, str]) -> str:
    branches = " ".join(f"WHEN '{code}' THEN '{label}'" for code, label in labels.items())
    return f"CASE {column} {branches} ELSE {column} END"


@cache
def _read() -> dict[str, dict[str, str]]:
    labels: dict[str, dict[str, str]] = {}
    with _FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            labels.setdefault(row["vocabulary"], {})[row["code"]] = row["bn"]
    return labels
