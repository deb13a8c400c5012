"""What story linking reads of the lake: the current articles of a span of days."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from etl.bangla.clock import DHAKA
from etl.lake import CATALOG
from etl.lake.relations import Relations
from etl.schema.derive.ddl import literal
from etl.schema.records import StoryText

# Copies show in a text's beginning: linking looks at 800 words, about this many characters.
_BODY_CHARACTERS = 8_000
_AT_ONCE = 512
_REPORTED_ON = f"coalesce(published_date, timezone('{DHAKA}', first_seen_at)::DATE)"

# The tables are partitioned by month of `published_at`: a condition on it, or that it is NULL,
# keeps the other months' files closed. A day in Dhaka begins in UTC on the day before.
_SOME_DAY = "published_at BETWEEN $start::TIMESTAMPTZ - INTERVAL 1 DAY AND $end::TIMESTAMPTZ"
_UNDATED = "published_at IS NULL"


def reported_months(connection: duckdb.DuckDBPyConnection) -> list[date]:
    """First days of the months in which current articles were reported, ascending."""
    rows = connection.execute(
        f"SELECT DISTINCT date_trunc('month', {_REPORTED_ON})::DATE AS month "
        f"FROM {CATALOG}.core.fact_article WHERE is_current ORDER BY month"
    ).fetchall()
    return [month for (month,) in rows]


def texts_reported_between(
    connection: duckdb.DuckDBPyConnection, folder: Path, start: date, end: date
) -> Iterator[StoryText]:
    """Read the current articles reported from ``start`` up to, not including, ``end``.

    They go through a file in the folder: DuckDB holds what a statement finds until it is fetched,
    long texts and all, whatever its buffer is set to.

    Source: https://github.com/duckdb/duckdb-python/issues/617

    Args:
        connection: has the lake attached.
        folder: for the file, which the next call overwrites.
        start: a day in Dhaka.
        end: a day in Dhaka.
    """
    query = " UNION ALL ".join(
        f"SELECT article_id, content_hash, body FROM {CATALOG}.core.article_text WHERE {condition}"
        for condition in (_SOME_DAY, _UNDATED)
    )
    place = folder / "texts.parquet"
    span = {"start": start, "end": end}
    with Relations(connection) as relations:
        relations.create(
            "reported",
            f"""
            SELECT article_id, content_hash, outlet_id, published_at, title,
              {_REPORTED_ON} AS reported_on
            FROM {CATALOG}.core.fact_article
            WHERE is_current AND ({_SOME_DAY} OR {_UNDATED})
              AND reported_on >= $start AND reported_on < $end
            """,
            span,
        )
        with _low_memory(connection):
            connection.execute(
                f"""
                COPY (
                  SELECT article_id, outlet_id, reported.published_at, coalesce(title, '') AS title,
                    left(body, {_BODY_CHARACTERS}) AS body, reported_on
                  FROM ({query}) JOIN reported USING (article_id, content_hash)
                ) TO {literal(str(place))} (COMPRESSION lz4_raw, ROW_GROUP_SIZE {_AT_ONCE})
                """,
                span,
            )
    with pq.ParquetFile(place) as file:
        for few in file.iter_batches(_AT_ONCE):
            for row in few.to_pylist():
                yield StoryText(**row)


@contextmanager
def _low_memory(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let few texts be in memory at a time.

    DuckDB underestimates the number of a span's texts, and would hold them all to join them. Each
    of its threads holds rows of its own; one is no slower here.
    """
    (threads,) = connection.execute("SELECT current_setting('threads')::VARCHAR").fetchall()[0]
    connection.execute("SET disabled_optimizers = 'build_side_probe_side'")
    connection.execute("SET threads = 1")
    try:
        yield
    finally:
        connection.execute(f"SET threads = {literal(threads)}")
        connection.execute("RESET disabled_optimizers")
