"""Which tables each mart reads and which columns each of its columns is made of.

Parsing the SQL takes seconds, so the result is stored in ``lineage.json``, which
``python -m etl.publish.lineage`` writes and a test compares with the SQL.
"""

import json
from pathlib import Path
from typing import TypedDict

LINEAGE_FILE = Path(__file__).with_name("lineage.json")

# Mart column -> the columns it is made of, as `schema.table.column`. A count of rows has none.
Columns = dict[str, list[str]]


class MartLineage(TypedDict):
    """One mart: the tables it is read from, and the origins of its columns."""

    tables: list[str]
    columns: Columns


def mart_lineage() -> dict[str, MartLineage]:
    """The stored lineage of every mart, by its qualified name."""
    stored: dict[str, MartLineage] = json.loads(LINEAGE_FILE.read_text(encoding="utf-8"))
    return stored
