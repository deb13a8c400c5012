"""Captures removed from the facts, so that a load takes the same captures for new ones."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb

from etl.errors import LakeError
from etl.lake import CATALOG
from etl.lake.relations import Relations
from etl.schema.derive.ddl import literals
from etl.schema.tables.facts import (
    ARTICLE_TEXT,
    FACT_ARTICLE,
    FACT_ENTITY_MENTION,
    FACT_EVENT,
    FACT_FIGURE,
    FACT_HEADLINE_EXPOSURE,
    FACT_QUOTE,
    FACT_SOURCE_CITATION,
)
from etl.schema.tables.ledgers import FACT_CAPTURE, FACT_DECLARED, REJECTED_ARTICLE
from etl.schema.vocabulary import ARTICLE_OUTCOMES

_CORE = f"{CATALOG}.core"
_ARTICLE_OUTCOMES = literals(ARTICLE_OUTCOMES)
OF_ARTICLE = (
    FACT_ARTICLE,
    ARTICLE_TEXT,
    FACT_ENTITY_MENTION,
    FACT_SOURCE_CITATION,
    FACT_EVENT,
    FACT_QUOTE,
    FACT_FIGURE,
)
"""Tables of what articles are and say; story linking keeps its own."""
OF_CAPTURE = (
    FACT_HEADLINE_EXPOSURE,
    FACT_DECLARED,
    REJECTED_ARTICLE,
    FACT_CAPTURE,
)
"""Tables of what captures show and how they ended."""


def retract_captures(connection: duckdb.DuckDBPyConnection, capture_ids: Sequence[str]) -> None:
    """Remove these captures and the articles they show; the load goes into the same transaction.

    Raises:
        LakeError: an article has other captures as well, which came in meanwhile.
    """
    with _shown_by(connection, capture_ids):
        _check_complete(connection)
        for table in OF_ARTICLE:
            connection.execute(
                f"DELETE FROM {CATALOG}.{table.qualified_name} "
                "WHERE article_id IN (SELECT article_id FROM shown_article)"
            )
        for table in OF_CAPTURE:
            connection.execute(
                f"DELETE FROM {CATALOG}.{table.qualified_name} "
                "WHERE capture_id IN (SELECT capture_id FROM given_capture)"
            )


def check_complete(connection: duckdb.DuckDBPyConnection, capture_ids: Sequence[str]) -> None:
    """Check that the articles these captures show have no other captures.

    Raises:
        LakeError: one has; an article's versions come from all its captures.
    """
    with _shown_by(connection, capture_ids):
        _check_complete(connection)


@contextmanager
def _shown_by(connection: duckdb.DuckDBPyConnection, capture_ids: Sequence[str]) -> Iterator[None]:
    """The relations ``given_capture``, and ``shown_article`` of articles that these show."""
    with Relations(connection) as relations:
        relations.register_ids("given_capture", capture_ids)
        relations.create(
            "shown_article",
            f"""
            SELECT DISTINCT article_id
            FROM {_CORE}.fact_capture SEMI JOIN given_capture USING (capture_id)
            WHERE outcome IN {_ARTICLE_OUTCOMES}
            """,
        )
        yield


def _check_complete(connection: duckdb.DuckDBPyConnection) -> None:
    row = connection.execute(
        f"""
        SELECT article_id FROM {_CORE}.fact_capture
        WHERE article_id IN (SELECT article_id FROM shown_article)
          AND outcome IN {_ARTICLE_OUTCOMES}
          AND capture_id NOT IN (SELECT capture_id FROM given_capture)
        LIMIT 1
        """
    ).fetchone()
    if row:
        raise LakeError(
            f"article {row[0]} was captured again meanwhile: run the same command again"
        )
