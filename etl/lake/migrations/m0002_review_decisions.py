"""Decisions of people move to where they can't be lost with the facts: ``raw.review_decision``."""

import duckdb

from etl.lake import CATALOG


def apply(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the table and fill it from the decisions in rejected rows."""
    connection.execute(
        f"""
        CREATE TABLE {CATALOG}.raw.review_decision (
          capture_id VARCHAR NOT NULL,
          decision VARCHAR NOT NULL,
          reviewer VARCHAR NOT NULL,
          reason VARCHAR NOT NULL,
          decided_at TIMESTAMPTZ NOT NULL,
          run_id VARCHAR NOT NULL
        )
        """
    )
    connection.execute(
        f"COMMENT ON TABLE {CATALOG}.raw.review_decision IS "
        "'One decision of a person on one quarantined capture; never changed.'"
    )
    connection.execute(
        f"""
        INSERT INTO {CATALOG}.raw.review_decision
        SELECT capture_id, review_state, reviewer, review_reason, reviewed_at, ledger.run_id
        FROM {CATALOG}.core.rejected_article
        JOIN {CATALOG}.core.fact_capture AS ledger USING (capture_id)
        WHERE review_state IN ('released', 'discarded')
        ORDER BY reviewed_at, capture_id
        """
    )
