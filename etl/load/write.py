"""Rows appended to tables of the lake, captures, and the stories; what the lake has of batches."""

from collections.abc import Mapping, Sequence
from typing import cast

import duckdb
import pyarrow as pa

from etl.lake import CATALOG
from etl.lake.relations import Relations
from etl.load import takedown
from etl.schema.derive.arrow import arrow_schema
from etl.schema.model import Table
from etl.schema.records import StoryMember
from etl.schema.tables.facts import BRIDGE_STORY
from etl.schema.tables.raw import PAGE_CAPTURE

Row = Mapping[str, object]
# Pages that one statement writes. DuckDB sorts, encodes and compresses all rows of a statement at
# once, and takes 5.7 times their bytes for that: a batch of 128 MB took 730 MB.
_PAGES_BYTES = 16_000_000


def insert(connection: duckdb.DuckDBPyConnection, table: Table, rows: Sequence[Row]) -> None:
    """Append rows to a table; the caller holds a transaction."""
    insert_table(connection, table, pa.Table.from_pylist(list(rows), schema=arrow_schema(table)))


def insert_captures(connection: duckdb.DuckDBPyConnection, captures: Sequence[Row]) -> int:
    """Append rows of ``raw.page_capture``, some megabytes of pages to a file.

    What was taken down is left out. The caller holds a transaction.

    Returns:
        The number of rows written.
    """
    keys = [
        (str(row["capture_id"]), cast("str | None", row["url"]), str(row["content_sha256"]))
        for row in captures
    ]
    kept_out = takedown.kept_out(connection, keys)
    part: list[Row] = []
    size = 0
    for row in captures:
        if row["capture_id"] in kept_out:
            continue
        part.append(row)
        size += len(cast(bytes, row["content"]))
        if size >= _PAGES_BYTES:
            insert(connection, PAGE_CAPTURE, part)
            part, size = [], 0
    if part:
        insert(connection, PAGE_CAPTURE, part)
    return len(captures) - len(kept_out)


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


def replace_stories(connection: duckdb.DuckDBPyConnection, members: Sequence[StoryMember]) -> int:
    """Make ``bridge_story`` hold exactly these members; the caller holds a transaction.

    Returns:
        The number of rows that changed.
    """
    rows = pa.Table.from_pylist(
        [
            {
                "story_id": member.story_id,
                "article_id": member.article_id,
                "link_kind": str(member.link_kind),
                "linked_article_id": member.linked_article_id,
                "score": member.score,
            }
            for member in members
        ],
        schema=pa.schema(
            [
                field
                for field in arrow_schema(BRIDGE_STORY)
                if field.name not in ("outlet_id", "published_at")
            ]
        ),
    )
    name = f"{CATALOG}.{BRIDGE_STORY.qualified_name}"
    columns = ", ".join(BRIDGE_STORY.column_names)
    with Relations(connection) as relations:
        relations.register("story_member", rows)
        relations.create(
            "story_now",
            f"""
            SELECT {columns} FROM story_member
            JOIN (
              SELECT article_id, outlet_id, published_at FROM {CATALOG}.core.fact_article
              WHERE is_current
            ) USING (article_id)
            """,
        )
        relations.create(
            "story_changed",
            f"(SELECT {columns} FROM story_now EXCEPT SELECT {columns} FROM {name}) "
            f"UNION ALL (SELECT {columns} FROM {name} EXCEPT SELECT {columns} FROM story_now)",
        )
        changed = connection.execute("SELECT count(*) FROM story_changed").fetchone()
        connection.execute(
            f"DELETE FROM {name} WHERE article_id IN (SELECT article_id FROM story_changed)"
        )
        connection.execute(
            f"INSERT INTO {name} BY NAME SELECT * FROM story_now WHERE article_id IN "
            "(SELECT article_id FROM story_changed) ORDER BY story_id, article_id"
        )
    return changed[0] if changed else 0
