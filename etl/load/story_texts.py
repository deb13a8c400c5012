"""What story linking reads of the lake: the current articles of a span of days."""

from collections.abc import Iterator
from datetime import date

import duckdb

from etl.load.lake import CATALOG
from etl.schema.records import StoryText

# Copies show in a text's beginning: linking looks at 800 words, about this many characters.
_BODY_CHARACTERS = 8_000
_AT_ONCE = 1_000
_TOLD_ON = "coalesce(published_date, timezone('Asia/Dhaka', first_seen_at)::DATE)"


def told_months(connection: duckdb.DuckDBPyConnection) -> list[date]:
    """First days of the months in which current articles were told, ascending."""
    rows = connection.execute(
        f"SELECT DISTINCT date_trunc('month', {_TOLD_ON})::DATE AS month "
        f"FROM {CATALOG}.core.fact_article WHERE is_current ORDER BY month"
    ).fetchall()
    return [month for (month,) in rows]


def texts_told_between(
    connection: duckdb.DuckDBPyConnection, start: date, end: date
) -> Iterator[StoryText]:
    """The current articles told from ``start`` up to, not including, ``end``, as they are read.

    To be exhausted before anything else is asked on the connection.
    """
    connection.execute(
        f"""
        SELECT article_id, a.outlet_id, a.published_at, coalesce(title, '') AS title,
          left(body, {_BODY_CHARACTERS}) AS body, {_TOLD_ON} AS told_on
        FROM {CATALOG}.core.fact_article AS a
        JOIN {CATALOG}.core.article_text USING (article_id, content_hash)
        WHERE is_current AND {_TOLD_ON} >= ? AND {_TOLD_ON} < ?
        """,
        [start, end],
    )
    for few in connection.to_arrow_reader(_AT_ONCE):
        for row in few.to_pylist():
            yield StoryText(**row)
