"""What story linking reads of the lake: the current articles of a span of days."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from etl.lake.connection import CATALOG
from etl.schema.derive.ddl import literal
from etl.schema.records import StoryText

# Copies show in a text's beginning: linking looks at 800 words, about this many characters.
_BODY_CHARACTERS = 8_000
_AT_ONCE = 512
_TOLD_ON = "coalesce(published_date, timezone('Asia/Dhaka', first_seen_at)::DATE)"

# The tables lie by month of `published_at`: to say when, or that there is none, keeps the other
# months' files closed. A day in Dhaka begins in UTC on the day before.
_SOME_DAY = "published_at BETWEEN $start::TIMESTAMPTZ - INTERVAL 1 DAY AND $end::TIMESTAMPTZ"
_UNDATED = "published_at IS NULL"


def told_months(connection: duckdb.DuckDBPyConnection) -> list[date]:
    """First days of the months in which current articles were told, ascending."""
    rows = connection.execute(
        f"SELECT DISTINCT date_trunc('month', {_TOLD_ON})::DATE AS month "
        f"FROM {CATALOG}.core.fact_article WHERE is_current ORDER BY month"
    ).fetchall()
    return [month for (month,) in rows]


def texts_told_between(
    connection: duckdb.DuckDBPyConnection, folder: Path, start: date, end: date
) -> Iterator[StoryText]:
    """The current articles told from ``start`` up to, not including, ``end``, as they are read.

    They go through a file in the folder: DuckDB holds what a statement finds until it is fetched,
    long texts and all, whatever its buffer is set to
    (https://github.com/duckdb/duckdb-python/issues/617).
    """
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE told AS
        SELECT article_id, content_hash, outlet_id, published_at, title, {_TOLD_ON} AS told_on
        FROM {CATALOG}.core.fact_article
        WHERE is_current AND ({_SOME_DAY} OR {_UNDATED}) AND told_on >= $start AND told_on < $end
        """,
        {"start": start, "end": end},
    )
    query = " UNION ALL ".join(
        f"SELECT article_id, content_hash, body FROM {CATALOG}.core.article_text WHERE {condition}"
        for condition in (_SOME_DAY, _UNDATED)
    )
    place = folder / "told.parquet"
    with _frugally(connection):
        connection.execute(
            f"""
            COPY (
              SELECT article_id, outlet_id, told.published_at, coalesce(title, '') AS title,
                left(body, {_BODY_CHARACTERS}) AS body, told_on
              FROM ({query}) JOIN told USING (article_id, content_hash)
            ) TO {literal(str(place))} (COMPRESSION lz4_raw, ROW_GROUP_SIZE {_AT_ONCE})
            """,
            {"start": start, "end": end},
        )
    with pq.ParquetFile(place) as file:
        for few in file.iter_batches(_AT_ONCE):
            for row in few.to_pylist():
                yield StoryText(**row)


@contextmanager
def _frugally(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let few texts be in memory at a time.

    DuckDB takes a span's texts for fewer than they are, and would hold them all to join them. Each
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
