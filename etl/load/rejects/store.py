"""Rejected rows: kept in full for review, found again, and closed by a decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb
import pyarrow as pa
from pyarrow import compute

from etl.bangla.clock import DHAKA
from etl.lake import CATALOG
from etl.lake.relations import Relations
from etl.load.write import insert
from etl.schema.tables.ledgers import FACT_CAPTURE, REJECTED_ARTICLE
from etl.schema.tables.raw import REVIEW_DECISION
from etl.schema.vocabulary import ReviewState

Row = dict[str, object]

_NAME = f"{CATALOG}.{REJECTED_ARTICLE.qualified_name}"
_LEDGER = f"{CATALOG}.{FACT_CAPTURE.qualified_name}"
_OF_IDS = "capture_id IN (SELECT unnest(?::VARCHAR[]))"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a review decided; by whom and why, where a person did."""

    state: ReviewState
    reviewed_at: datetime
    reviewer: str | None = None
    reason: str | None = None

    @property
    def ledger_reason(self) -> str | None:
        """The decision in the ledger's words; None where the rules decided."""
        return f"{self.state} by {self.reviewer}: {self.reason}" if self.reviewer else None


def reject_rows(
    connection: duckdb.DuckDBPyConnection,
    tables: Mapping[str, pa.Table],
    rejected: Mapping[str, tuple[str, ...]],
) -> list[Row]:
    """Rows of ``core.rejected_article`` for the staged articles that broke rules, still open."""
    articles = tables["article"]
    chosen = articles.filter(
        compute.is_in(articles["capture_id"], value_set=pa.array(list(rejected), pa.string()))
    )
    with Relations(connection) as relations:
        relations.register("rejected_article_row", chosen)
        row_json = dict(
            connection.execute(
                "SELECT capture_id, to_json(r)::VARCHAR FROM rejected_article_row AS r"
            ).fetchall()
        )
    captures = tables["capture"].select(["capture_id", "batch_id", "run_id"]).to_pylist()
    keys = {capture["capture_id"]: capture for capture in captures}
    return [
        {
            **keys[row["capture_id"]],
            "stage": "validate",
            "rules": list(rejected[row["capture_id"]]),
            "outlet_id": row["outlet_id"],
            "article_id": row["article_id"],
            "url": row["url"],
            "title": row["title"],
            "captured_at": row["captured_at"],
            "row_json": row_json[row["capture_id"]],
            "review_state": ReviewState.OPEN.value,
            "reviewer": None,
            "review_reason": None,
            "reviewed_at": None,
        }
        for row in chosen.to_pylist()
    ]


def find_rejects(connection: duckdb.DuckDBPyConnection, prefix: str) -> list[str]:
    """Ids of the rejected captures that begin with a prefix, in order; of equal ids, that alone."""
    found = connection.execute(
        f"SELECT capture_id FROM {_NAME} WHERE starts_with(capture_id, ?) ORDER BY capture_id",
        [prefix],
    ).fetchall()
    ids = [capture_id for (capture_id,) in found]
    return [prefix] if prefix in ids else ids


def read_rejects(
    connection: duckdb.DuckDBPyConnection, capture_ids: Sequence[str]
) -> dict[str, Row]:
    """The rejected rows of these captures, by capture id."""
    rows = connection.execute(
        f"SELECT * REPLACE (row_json::VARCHAR AS row_json) FROM {_NAME} WHERE {_OF_IDS}",
        [list(capture_ids)],
    ).to_arrow_table()
    return {row["capture_id"]: row for row in rows.to_pylist()}


def list_rejects(
    connection: duckdb.DuckDBPyConnection, state: ReviewState | None
) -> tuple[list[str], list[tuple[object, ...]]]:
    """Column names and rows of the rejected captures in a state, or of all; times in Dhaka."""
    answer = connection.execute(
        f"""
        SELECT capture_id, outlet_id, timezone('{DHAKA}', captured_at) AS captured_at,
          title, rules, review_state
        FROM {_NAME} WHERE ?::VARCHAR IS NULL OR review_state = ?
        ORDER BY captured_at, capture_id
        """,
        [state, state],
    )
    return [column[0] for column in answer.description], answer.fetchall()


def origin_of(connection: duckdb.DuckDBPyConnection, capture_id: str, run_id: str) -> Row:
    """Where a rejected row comes from: its capture, its place in the ledger, its run."""
    table = connection.execute(
        f"""
        SELECT page.source, page.content_type, page.content_bytes, page.content_sha256,
          ledger.outcome, ledger.reason, run.started_at, run.khobor_version
        FROM {CATALOG}.raw.page_capture AS page
        JOIN {_LEDGER} AS ledger USING (capture_id)
        LEFT JOIN (
          SELECT min(started_at) AS started_at, min(khobor_version) AS khobor_version
          FROM {CATALOG}.core.etl_run WHERE run_id = ? AND step IN ('build', 'review')
        ) AS run ON true
        WHERE capture_id = ?
        """,
        [run_id, capture_id],
    ).to_arrow_table()
    row: Row = table.to_pylist()[0]
    return row


def retract(connection: duckdb.DuckDBPyConnection, capture_ids: Sequence[str]) -> None:
    """Remove quarantined captures from the ledger, so that a load takes them for new ones.

    The facts have no other rows of them. The load goes into the same transaction.
    """
    connection.execute(
        f"DELETE FROM {_LEDGER} WHERE {_OF_IDS} AND outcome = 'quarantined'", [list(capture_ids)]
    )


def replace_rejects(connection: duckdb.DuckDBPyConnection, rows: Sequence[Row]) -> None:
    """Replace the rows that the same captures have."""
    ids = [row["capture_id"] for row in rows]
    connection.execute(f"DELETE FROM {_NAME} WHERE {_OF_IDS}", [ids])
    insert(connection, REJECTED_ARTICLE, rows)


def mark_rejects(
    connection: duckdb.DuckDBPyConnection, capture_ids: Sequence[str], verdict: Verdict
) -> None:
    """Write on rejected rows what became of them."""
    connection.execute(
        f"UPDATE {_NAME} SET review_state = ?, reviewer = ?, review_reason = ?, reviewed_at = ? "
        f"WHERE {_OF_IDS}",
        [
            verdict.state,
            verdict.reviewer,
            verdict.reason,
            verdict.reviewed_at,
            list(capture_ids),
        ],
    )


def close_rejects(
    connection: duckdb.DuckDBPyConnection,
    capture_ids: Sequence[str],
    verdict: Verdict,
    run_id: str,
) -> None:
    """Close rejected rows by a decision; a person's is kept next to the captures as well."""
    mark_rejects(connection, capture_ids, verdict)
    if verdict.reviewer is not None:
        rows = [
            {
                "capture_id": capture_id,
                "decision": verdict.state.value,
                "reviewer": verdict.reviewer,
                "reason": verdict.reason,
                "decided_at": verdict.reviewed_at,
                "run_id": run_id,
            }
            for capture_id in capture_ids
        ]
        insert(connection, REVIEW_DECISION, rows)


def decisions_on(
    connection: duckdb.DuckDBPyConnection, capture_ids: Sequence[str]
) -> dict[str, Verdict]:
    """What people decided about these captures, by capture id."""
    with Relations(connection) as relations:
        relations.register_ids("given", capture_ids)
        rows = connection.execute(
            "SELECT capture_id, decision, decided_at, reviewer, reason "
            f"FROM {CATALOG}.{REVIEW_DECISION.qualified_name} SEMI JOIN given USING (capture_id)"
        ).to_arrow_table()
    return {
        row["capture_id"]: Verdict(
            ReviewState(row["decision"]), row["decided_at"], row["reviewer"], row["reason"]
        )
        for row in rows.to_pylist()
    }


def note_in_ledger(
    connection: duckdb.DuckDBPyConnection, capture_id: str, verdict: Verdict, run_id: str
) -> None:
    """Write a decision into the ledger that leaves the outcome as it is."""
    connection.execute(
        f"UPDATE {_LEDGER} SET reason = ?, run_id = ? WHERE capture_id = ?",
        [verdict.ledger_reason, run_id, capture_id],
    )


def count_outcomes(
    connection: duckdb.DuckDBPyConnection, capture_ids: Sequence[str]
) -> dict[str, int]:
    """How these captures stand in the ledger."""
    return dict(
        connection.execute(
            f"SELECT outcome, count(*) FROM {_LEDGER} WHERE {_OF_IDS} GROUP BY outcome",
            [list(capture_ids)],
        ).fetchall()
    )


def unloaded(connection: duckdb.DuckDBPyConnection, batch_id: str) -> list[dict[str, str]]:
    """Ids, outcome and reason word of the batch's captures that failed or wait for review."""
    names = ("batch_id", "capture_id", "outlet_id", "outcome", "reason")
    rows = connection.execute(
        "SELECT batch_id, capture_id, outlet_id, outcome, split_part(coalesce(reason, ''), ':', 1) "
        f"FROM {CATALOG}.core.fact_capture "
        "WHERE batch_id = ? AND outcome IN ('failed', 'quarantined') ORDER BY capture_id",
        [batch_id],
    ).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]
