"""Stored captures read back in full, a batch at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from etl.bangla.clock import DHAKA
from etl.lake import CATALOG
from etl.schema.tables.raw import PAGE_CAPTURE

# A capture itself; the rest of its row is derived, or names the run that stored it.
_COLUMNS = [
    name
    for name in PAGE_CAPTURE.column_names
    if name not in ("capture_id", "batch_id", "run_id", "content_bytes", "content_sha256")
]
_FROM = (
    f"FROM {CATALOG}.raw.page_capture AS capture "
    f"LEFT JOIN {CATALOG}.core.fact_capture AS ledger USING (capture_id)"
)


@dataclass(frozen=True, slots=True)
class Selection:
    """Captures of an outlet and of a range of days in Dhaka, both included; None takes all."""

    outlet_id: str | None = None
    since: date | None = None
    until: date | None = None

    @property
    def condition(self) -> str:
        """SQL that is true for a row of captures joined with the ledger."""
        day = f"(capture.captured_at AT TIME ZONE '{DHAKA}')::DATE"
        return f"""
            ($outlet_id IS NULL OR coalesce(ledger.outlet_id, capture.outlet_id) = $outlet_id)
            AND ($since IS NULL OR {day} >= $since::DATE)
            AND ($until IS NULL OR {day} <= $until::DATE)
        """

    @property
    def values(self) -> dict[str, object]:
        """The parameters of ``condition``."""
        return {"outlet_id": self.outlet_id, "since": self.since, "until": self.until}


def batches_with(connection: duckdb.DuckDBPyConnection, selection: Selection) -> list[str]:
    """The batches that have such captures, oldest first."""
    rows = connection.execute(
        f"SELECT DISTINCT capture.batch_id {_FROM} WHERE {selection.condition} ORDER BY 1",
        selection.values,
    ).fetchall()
    return [batch_id for (batch_id,) in rows]


def captures_in(
    connection: duckdb.DuckDBPyConnection, batch_id: str, selection: Selection
) -> Iterator[dict[str, Any]]:
    """Such captures of one batch, in the order of their times; at most one batch in memory."""
    names = ", ".join(f"capture.{name}" for name in _COLUMNS)
    table = connection.execute(
        f"SELECT {names} {_FROM} WHERE capture.batch_id = $batch_id AND {selection.condition} "
        "ORDER BY capture.captured_at, capture.capture_id",
        {**selection.values, "batch_id": batch_id},
    ).to_arrow_table()
    for part in table.to_batches(max_chunksize=50):
        yield from part.to_pylist()


def outlet_days(
    connection: duckdb.DuckDBPyConnection, batch_ids: Sequence[str]
) -> list[tuple[str, date]]:
    """Outlets and Dhaka days of publication, else of capture, of the batches' pages."""
    return connection.execute(
        f"""
        SELECT DISTINCT outlet_id,
          (coalesce(declared_published_at, captured_at) AT TIME ZONE '{DHAKA}')::DATE AS day
        FROM {CATALOG}.raw.page_capture
        WHERE batch_id IN (SELECT unnest(?::VARCHAR[])) AND outlet_id IS NOT NULL
          AND read_error IS NULL
        ORDER BY ALL
        """,
        [list(batch_ids)],
    ).fetchall()
