"""A lake of real tables made from the declarations, for a few rows given by hand."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest

from etl.publish.fill import BUILD, fill_mart
from etl.schema.derive.ddl import create_table
from etl.schema.marts.lineage import mart_lineage
from etl.schema.marts.warehouse import MARTS
from etl.schema.model import Table
from etl.schema.tables.facts import ARTICLE_TEXT, FACT_ARTICLE
from etl.schema.tables.lake import LAKE_TABLES
from etl.schema.tables.ledgers import FACT_CAPTURE
from etl.schema.tables.raw import PAGE_CAPTURE
from etl.schema.vocabulary import COUNTED_CONFIDENCE
from tests.factories.table_rows import insert_row

PARAMETERS = {
    "build_id": "20250201T000000000000Z-abcdef",
    "built_at": datetime(2025, 2, 1, tzinfo=UTC),
    "khobor_version": "0.1.0",
    "definition_hash": "0" * 64,
    "update_count": 3,
    "lake_id": "0e1a38ff-8d5b-4af6-b5af-40854c0cb149",
    "lake_snapshot_id": 7,
    "counted_confidence": COUNTED_CONFIDENCE,
}


class Lake:
    """Rows are given by the columns that matter; the rest is filled with defaults."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._built: set[str] = set()

    def insert(self, table: Table, **given: Any) -> None:
        insert_row(self.connection, table, **given)

    def article(self, article_id: str, text: str = "কথা", **given: Any) -> None:
        """One version with its text and the capture that showed it first."""
        given = {
            "article_id": article_id,
            "outlet_id": article_id.split(":")[0],
            "content_hash": f"{article_id}#{given.get('version_no', 1)}",
            "capture_id": f"{article_id}@{given.get('version_no', 1)}",
            "is_current": True,
            "published_at": "2025-01-20 10:00:00+06",
            "published_at_source": "json_ld",
            "valid_from": "2025-01-20 10:30:00+06",
            **given,
        }
        captured_at_source = given.pop("captured_at_source", "http")
        given.setdefault("first_seen_at", given["valid_from"])
        given.setdefault("last_seen_at", given["valid_from"])
        self.insert(FACT_ARTICLE, **given)
        keys = {key: given[key] for key in ("article_id", "content_hash", "outlet_id")}
        self.insert(ARTICLE_TEXT, **keys, body=text)
        self.capture(
            given["capture_id"],
            outlet_id=given["outlet_id"],
            article_id=article_id,
            captured_at=given["valid_from"],
            captured_at_source=captured_at_source,
            url=given.get("url"),
        )

    def capture(self, capture_id: str, **given: Any) -> None:
        given = {"outcome": "loaded", "captured_at_source": "http", **given}
        self.insert(FACT_CAPTURE, capture_id=capture_id, **given)
        self.insert(PAGE_CAPTURE, capture_id=capture_id)

    def mart(self, name: str, columns: str) -> list[tuple[Any, ...]]:
        """Build the mart, and those it reads, and select the columns in order."""
        self._build(next(table for table in MARTS if table.name == name))
        return self.connection.execute(
            f"SELECT {columns} FROM {BUILD}.mart.{name} ORDER BY ALL"
        ).fetchall()

    def _build(self, table: Table) -> None:
        read = mart_lineage()[table.qualified_name]["tables"]
        for needed in MARTS:
            if needed.qualified_name in read:
                self._build(needed)
        if table.name not in self._built:
            fill_mart(self.connection, table, PARAMETERS)
            self._built.add(table.name)


@pytest.fixture
def lake() -> Iterator[Lake]:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"ATTACH ':memory:' AS lake; ATTACH ':memory:' AS {BUILD}")
    connection.execute(
        f"CREATE SCHEMA lake.raw; CREATE SCHEMA lake.core; CREATE SCHEMA {BUILD}.mart"
    )
    for table in LAKE_TABLES:
        for statement in create_table(table, "lake"):
            # Partitions, order and comments change no answer.
            if statement.startswith("CREATE TABLE"):
                connection.execute(statement)
    for outlet_id, name_bn, name_en in (
        ("kalbela", "কালবেলা", "Kalbela"),
        ("samakal", "সমকাল", "Samakal"),
    ):
        connection.execute(
            "INSERT INTO lake.core.dim_outlet BY NAME SELECT ? AS outlet_id, ? AS name_bn, "
            "? AS name_en, ['x'] AS hosts, 'Asia/Dhaka' AS timezone",
            [outlet_id, name_bn, name_en],
        )
    yield Lake(connection)
    connection.close()
