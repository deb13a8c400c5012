"""Rows and captures appended to tables of the lake; what the lake has of batches."""

from collections.abc import Mapping, Sequence
from typing import cast

import duckdb
import pyarrow as pa

from etl.lake import CATALOG
from etl.lake.relations import Relations
from etl.load.manifest import manifest_row
from etl.schema.derive.arrow import arrow_schema
from etl.schema.model import Table
from etl.schema.tables.raw import CAPTURE_MANIFEST, PAGE_CAPTURE

Row = Mapping[str, object]
# Pages that one statement writes. DuckDB sorts, encodes and compresses all rows of a statement at
# once, and takes 5.7 times their bytes for that: a batch of 128 MB took 730 MB.
_PAGES_BYTES = 16_000_000


def insert(connection: duckdb.DuckDBPyConnection, table: Table, rows: Sequence[Row]) -> None:
    """Append rows to a table; the caller holds a transaction."""
    insert_table(connection, table, pa.Table.from_pylist(list(rows), schema=arrow_schema(table)))


def insert_captures(connection: duckdb.DuckDBPyConnection, captures: Sequence[Row]) -> None:
    """Append rows of ``raw.page_capture`` that are one batch, some megabytes of pages to a file.

    The caller holds a transaction.
    """
    insert(connection, CAPTURE_MANIFEST, [manifest_row(captures)])
    part: list[Row] = []
    size = 0
    for row in captures:
        part.append(row)
        size += len(cast(bytes, row["content"]))
        if size >= _PAGES_BYTES:
            insert(connection, PAGE_CAPTURE, part)
            part, size = [], 0
    if part:
        insert(connection, PAGE_CAPTURE, part)


def insert_table(connection: duckdb.DuckDBPyConnection, table: Table, rows: pa.Table) -> None:
    """Append an Arrow table with a table's schema; the caller holds a transaction."""
    with Relations(connection) as relations:
        relations.register("incoming", rows)
        connection.execute(
            f"INSERT INTO {CATALOG}.{table.qualified_name} BY NAME SELECT * FROM incoming"
        )


def known_captures(connection: duckdb.DuckDBPyConnection, capture_ids: Sequence[str]) -> set[str]:
    """Which of the ids ``raw.page_capture`` already has."""
    rows = connection.execute(
        f"SELECT capture_id FROM {CATALOG}.raw.page_capture "
        "SEMI JOIN (SELECT unnest(?::VARCHAR[]) AS capture_id) AS given USING (capture_id)",
        [list(capture_ids)],
    ).fetchall()
    return {capture_id for (capture_id,) in rows}


def pending_batches(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Batches with captures that no outcome is written for, oldest first."""
    rows = connection.execute(
        f"SELECT DISTINCT batch_id FROM {CATALOG}.raw.page_capture "
        f"ANTI JOIN {CATALOG}.core.fact_capture USING (capture_id) ORDER BY batch_id"
    ).fetchall()
    return [batch_id for (batch_id,) in rows]


def is_built(connection: duckdb.DuckDBPyConnection, batch_id: str) -> bool:
    """Whether the ledger has the batch; one commit brings all of a batch."""
    found = connection.execute(
        f"SELECT 1 FROM {CATALOG}.core.fact_capture WHERE batch_id = ? LIMIT 1", [batch_id]
    ).fetchone()
    return found is not None
