"""Captures taken out of the facts, so that the same captures, read anew, come in as new ones."""

from collections.abc import Sequence

import duckdb

from etl.errors import LakeError
from etl.lake.transaction import CATALOG
from etl.schema.tables.facts import (
    ARTICLE_TEXT,
    FACT_ARTICLE,
    FACT_ENTITY_MENTION,
    FACT_EVENT,
    FACT_HEADLINE_EXPOSURE,
    FACT_SOURCE_CITATION,
)
from etl.schema.tables.ledgers import FACT_CAPTURE, FACT_DECLARED, REJECTED_ARTICLE

_CORE = f"{CATALOG}.core"
_OF_ARTICLE = (
    FACT_ARTICLE,
    ARTICLE_TEXT,
    FACT_ENTITY_MENTION,
    FACT_SOURCE_CITATION,
    FACT_EVENT,
)
_OF_CAPTURE = (
    FACT_HEADLINE_EXPOSURE,
    FACT_DECLARED,
    REJECTED_ARTICLE,
    FACT_CAPTURE,
)


def withdraw_captures(connection: duckdb.DuckDBPyConnection, capture_ids: Sequence[str]) -> None:
    """Remove these captures and the articles they show; the load goes into the same transaction.

    :raises LakeError: an article has other captures as well, which came in meanwhile.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE withdrawn AS SELECT unnest(?::VARCHAR[]) AS capture_id",
        [list(capture_ids)],
    )
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE withdrawn_article AS
        SELECT DISTINCT article_id FROM {_CORE}.fact_capture SEMI JOIN withdrawn USING (capture_id)
        WHERE outcome IN ('loaded', 'unchanged', 'duplicate')
        """
    )
    check_whole(connection, "withdrawn_article", "withdrawn")
    for table in _OF_ARTICLE:
        connection.execute(
            f"DELETE FROM {CATALOG}.{table.qualified_name} "
            "WHERE article_id IN (SELECT article_id FROM withdrawn_article)"
        )
    for table in _OF_CAPTURE:
        connection.execute(
            f"DELETE FROM {CATALOG}.{table.qualified_name} "
            "WHERE capture_id IN (SELECT capture_id FROM withdrawn)"
        )


def check_whole(connection: duckdb.DuckDBPyConnection, articles: str, captures: str) -> None:
    """Hold that a temporary table's articles have no captures but those of another.

    :raises LakeError: one has; an article's versions come from all its captures.
    """
    row = connection.execute(
        f"""
        SELECT article_id FROM {_CORE}.fact_capture
        WHERE article_id IN (SELECT article_id FROM {articles})
          AND outcome IN ('loaded', 'unchanged', 'duplicate')
          AND capture_id NOT IN (SELECT capture_id FROM {captures})
        LIMIT 1
        """
    ).fetchone()
    if row:
        raise LakeError(
            f"article {row[0]} was captured again meanwhile: run the same command again"
        )
