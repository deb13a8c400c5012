"""Batches with many open rejects: how many, by which rules, and what they look like."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from etl.bangla.clock import DHAKA
from etl.lake import CATALOG

_REJECTS = f"{CATALOG}.core.rejected_article"
_BODY_CHARACTERS = 600  # of an article, on the form
_OF_BATCHES = "review_state = 'open' AND batch_id IN (SELECT unnest(?::VARCHAR[]))"


@dataclass(frozen=True, slots=True)
class OpenBatch:
    """One batch, its captures and how many of them are open in quarantine."""

    batch_id: str
    captures: int
    open: int


@dataclass(frozen=True, slots=True)
class RejectSample:
    """One open reject with the beginning of its text; times are on Dhaka's clock."""

    capture_id: str
    outlet_id: str
    title: str | None
    url: str | None
    rules: tuple[str, ...]
    body: str | None
    published_at: datetime | None
    captured_at: datetime | None


def batches_over(
    connection: duckdb.DuckDBPyConnection, share: float, after: int | None
) -> list[OpenBatch]:
    """Batches of which more than this share is open, built after a snapshot or ever."""
    rows = connection.execute(
        f"""
        WITH open AS (
          SELECT batch_id, count(*) AS open FROM {_REJECTS}
          WHERE review_state = 'open' GROUP BY batch_id
        )
        SELECT batch_id, count(*) AS captures, any_value(open)
        FROM {CATALOG}.core.fact_capture JOIN open USING (batch_id)
        WHERE ?::BIGINT IS NULL OR batch_id IN (
          SELECT batch_id FROM {CATALOG}.core.etl_run
          WHERE step = 'build' AND snapshot_id > ?
        )
        GROUP BY batch_id HAVING any_value(open) > ? * count(*) ORDER BY batch_id
        """,
        [after, after, share],
    ).fetchall()
    return [OpenBatch(*row) for row in rows]


def open_captures(
    connection: duckdb.DuckDBPyConnection, batch_ids: Sequence[str]
) -> dict[str, list[str]]:
    """Ids of the open captures, by batch."""
    rows = connection.execute(
        f"SELECT batch_id, capture_id FROM {_REJECTS} WHERE {_OF_BATCHES} ORDER BY ALL",
        [list(batch_ids)],
    ).fetchall()
    found: dict[str, list[str]] = {}
    for batch_id, capture_id in rows:
        found.setdefault(batch_id, []).append(capture_id)
    return found


def rule_counts(
    connection: duckdb.DuckDBPyConnection, batch_ids: Sequence[str]
) -> list[tuple[str, int]]:
    """Open captures by the rule that they broke, most first."""
    return connection.execute(
        f"SELECT rule, count(*) AS captures FROM (SELECT unnest(rules) AS rule FROM {_REJECTS} "
        f"WHERE {_OF_BATCHES}) GROUP BY rule ORDER BY captures DESC, rule",
        [list(batch_ids)],
    ).fetchall()


def samples(
    connection: duckdb.DuckDBPyConnection, batch_ids: Sequence[str], a_rule: int
) -> list[RejectSample]:
    """Some open captures for each set of rules broken."""
    rows = connection.execute(
        f"""
        SELECT capture_id, outlet_id, title, url, rules,
          left(row_json ->> 'body', {_BODY_CHARACTERS}),
          TRY_CAST(row_json ->> 'published_at' AS TIMESTAMPTZ) AT TIME ZONE '{DHAKA}',
          TRY_CAST(row_json ->> 'captured_at' AS TIMESTAMPTZ) AT TIME ZONE '{DHAKA}'
        FROM {_REJECTS} WHERE {_OF_BATCHES}
        QUALIFY row_number() OVER (PARTITION BY rules ORDER BY capture_id) <= ?
        ORDER BY rules, capture_id
        """,
        [list(batch_ids), a_rule],
    ).fetchall()
    return [
        RejectSample(capture_id, outlet_id, title, url, tuple(rules), *rest)
        for capture_id, outlet_id, title, url, rules, *rest in rows
    ]
