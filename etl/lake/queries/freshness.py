"""Freshness of outlets: time since the last news, against what is usual for each."""

from datetime import datetime

import duckdb

from etl.bangla.clock import DHAKA
from etl.lake import CATALOG

# Days of an outlet's own history that define what is usual, and how many of them are needed.
_HISTORY_DAYS = 28
_LEAST_DAYS = 7
# A day's longest pause is mostly the night's; one day in ten may be quieter than usual, and half
# as long again is a margin for holidays. An hour is less than any reader of a feed would notice.
_USUAL_QUANTILE = 0.9
_MARGIN = 1.5
_LEAST_HOURS = 1.0


def stale_outlets(
    connection: duckdb.DuckDBPyConnection, now: datetime
) -> list[tuple[str, datetime, float, float]]:
    """Find outlets that have declared nothing for longer than is usual for them.

    A declared URL is news at its publication, or where that is unknown when first declared. What
    is usual comes from the longest pause that ended on each day.

    Args:
        connection: has the lake attached.
        now: an aware time.

    Returns:
        Outlet, its last news, hours since, and the hours that would still be usual.
    """
    return connection.execute(
        f"""
        WITH news AS (
          SELECT DISTINCT outlet_id, least(coalesce(published_at, declared_at), declared_at) AS at_
          FROM {CATALOG}.core.fact_declared
          WHERE declared_at <= $now
        ),
        pause AS (
          SELECT outlet_id, at_, date_diff('second', lag(at_) OVER outlet, at_) / 3600.0 AS hours
          FROM news WINDOW outlet AS (PARTITION BY outlet_id ORDER BY at_)
        ),
        longest AS (
          SELECT outlet_id, (at_ AT TIME ZONE '{DHAKA}')::DATE AS day, max(hours) AS hours
          FROM pause
          WHERE hours IS NOT NULL AND at_ >= $now - to_days({_HISTORY_DAYS})
          GROUP BY ALL
        ),
        usual AS (
          SELECT outlet_id,
            greatest({_LEAST_HOURS}, {_MARGIN} * quantile_cont(hours, {_USUAL_QUANTILE})) AS hours
          FROM longest GROUP BY outlet_id HAVING count(*) >= {_LEAST_DAYS}
        ),
        latest AS (SELECT outlet_id, max(at_) AS at_ FROM news GROUP BY outlet_id)
        SELECT outlet_id, at_, date_diff('second', at_, $now) / 3600.0 AS since_last, usual.hours
        FROM latest JOIN usual USING (outlet_id)
        WHERE since_last > usual.hours
        ORDER BY outlet_id
        """,
        {"now": now},
    ).fetchall()
