"""Marts over the lake as it is now, without a build: the same SQL, as views."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import cast

import duckdb

from etl.bangla.clock import DHAKA
from etl.publish.fill import BUILD, mart_sql
from etl.schema.marts.collection import COMPLETENESS, SOURCE_HEALTH
from etl.schema.marts.lineage import mart_lineage
from etl.schema.marts.warehouse import MARTS
from etl.schema.model import Table
from etl.schema.vocabulary import Outcome

_COUNTS = ("declared", "captured", *Outcome, "blocked", "unreachable", "never_fetched")
_COMPLETENESS_TODAY = f"""
    SELECT
      outlet_id,
      {", ".join(f"{name}_count AS {name}" for name in _COUNTS)},
      round(lag_minutes_median, 1) AS lag_minutes_median,
      round(lag_minutes_p95, 1) AS lag_minutes_p95
    FROM {BUILD}.{COMPLETENESS.qualified_name}
    WHERE collected_date = timezone('{DHAKA}', now())::DATE
    ORDER BY outlet_id"""

_SOURCES_IN_TROUBLE = f"""
    SELECT
      outlet_id, source, state,
      strftime(last_good_read_at, '%Y-%m-%d %H:%M') AS last_good_read,
      strftime(failing_since_at, '%Y-%m-%d %H:%M') AS failing_since,
      failed_read_count AS failed_reads, problem
    FROM {BUILD}.{SOURCE_HEALTH.qualified_name}
    WHERE state <> 'good' OR problem IS NOT NULL
    ORDER BY outlet_id, source"""

_FAILING_SOURCES = f"""
    SELECT outlet_id, source, timezone('UTC', failing_since_at_utc), problem
    FROM {BUILD}.{SOURCE_HEALTH.qualified_name} WHERE state = 'failing'
    ORDER BY outlet_id, source"""


def completeness_today(
    connection: duckdb.DuckDBPyConnection,
) -> tuple[list[str], list[tuple[object, ...]]]:
    """Return today's rows of ``mart.completeness`` as a build made now would hold them.

    Args:
        connection: has the lake attached as ``lake``, and no build.

    Returns:
        Column names and rows, one an outlet; counts, and lags in minutes to one decimal.
    """
    return _answer(connection, COMPLETENESS, _COMPLETENESS_TODAY)


def sources_in_trouble(
    connection: duckdb.DuckDBPyConnection,
) -> tuple[list[str], list[tuple[object, ...]]]:
    """Return sources that gave nothing, or not all, as ``mart.source_health`` would hold them.

    Args:
        connection: has the lake attached as ``lake``, and no build.

    Returns:
        Column names and rows, one a source; times by the clock of Dhaka.
    """
    return _answer(connection, SOURCE_HEALTH, _SOURCES_IN_TROUBLE)


def failing_sources_of(
    connection: duckdb.DuckDBPyConnection,
) -> list[tuple[str, str, datetime, str]]:
    """Return outlet, address, begin (UTC) and last problem of sources whose last reading failed."""
    _, rows = _answer(connection, SOURCE_HEALTH, _FAILING_SOURCES)
    return [(str(o), str(s), cast("datetime", at), str(p)) for o, s, at, p in rows]


def _answer(
    connection: duckdb.DuckDBPyConnection, mart: Table, query: str
) -> tuple[list[str], list[tuple[object, ...]]]:
    with _views(connection, mart):
        answer = connection.execute(query)
        return [column[0] for column in answer.description], answer.fetchall()


@contextmanager
def _views(connection: duckdb.DuckDBPyConnection, mart: Table) -> Iterator[None]:
    """Attach the mart, and those it is read from, as views over the lake."""
    needed = _with_origins(mart.qualified_name)
    connection.execute(f"ATTACH ':memory:' AS {BUILD}")
    try:
        connection.execute(f"CREATE SCHEMA {BUILD}.mart")
        for table in MARTS:
            if table.qualified_name in needed:
                sql = mart_sql(table)
                connection.execute(f"CREATE VIEW {BUILD}.{table.qualified_name} AS {sql}")
        yield
    finally:
        connection.execute(f"DETACH {BUILD}")


def _with_origins(name: str) -> set[str]:
    lineage = mart_lineage()
    return {name}.union(
        *(_with_origins(origin) for origin in lineage[name]["tables"] if origin in lineage)
    )
