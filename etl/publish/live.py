"""Marts over the lake as it is now, without a build: the same SQL, over today's rows."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import cast

import duckdb

from etl.bangla.clock import DHAKA
from etl.lake.relations import Relations
from etl.publish.fill import BUILD, mart_sql
from etl.publish.slices import sliced_sql
from etl.schema.marts.articles import ARTICLE
from etl.schema.marts.collection import (
    CAPTURE_OUTCOME,
    COMPLETENESS,
    DECLARED_URL,
    SOURCE_HEALTH,
)
from etl.schema.marts.lineage import mart_lineage
from etl.schema.marts.warehouse import MARTS
from etl.schema.model import Table
from etl.schema.vocabulary import Outcome

_COUNTS = ("declared", "captured", *Outcome, "blocked", "unreachable", "never_fetched")
_TODAY = f"timezone('{DHAKA}', timezone('{DHAKA}', now())::DATE::TIMESTAMP)"
# What the completeness of today is read from, in the order in which it is: the keys of its rows.
_OF_TODAY: Mapping[Table, str] = {
    CAPTURE_OUTCOME: "SELECT capture_id AS value FROM lake.core.fact_capture "
    f"WHERE captured_at >= {_TODAY} OR url IN (SELECT url FROM lake.core.fact_declared "
    f"WHERE declared_at >= {_TODAY}) OR article_id IN (SELECT article_id "
    f"FROM lake.core.fact_declared WHERE declared_at >= {_TODAY})",
    ARTICLE: "SELECT DISTINCT article_id AS value FROM lake.core.fact_article "
    f"WHERE first_seen_at >= {_TODAY}",
    DECLARED_URL: "SELECT DISTINCT url AS value FROM lake.core.fact_declared "
    f"WHERE declared_at >= {_TODAY}",
}
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
    connection.execute(f"ATTACH ':memory:' AS {BUILD}")
    try:
        connection.execute(f"CREATE SCHEMA {BUILD}.mart")
        with Relations(connection) as relations:
            for mart, keys in _OF_TODAY.items():
                _create(relations, mart, keys)
            sql = mart_sql(COMPLETENESS)
            connection.execute(f"CREATE VIEW {BUILD}.{COMPLETENESS.qualified_name} AS {sql}")
            answer = connection.execute(_COMPLETENESS_TODAY)
            return [column[0] for column in answer.description], answer.fetchall()
    finally:
        connection.execute(f"DETACH {BUILD}")


def _create(relations: Relations, mart: Table, keys: str) -> None:
    """Create a mart with the rows of some keys."""
    connection, name = relations.connection, f"{BUILD}.{mart.qualified_name}"
    assert mart.upkeep
    relations.create(f"key_of_{mart.name}", keys)
    query = sliced_sql(connection, mart, mart.upkeep, f"key_of_{mart.name}")
    connection.execute(f"CREATE TABLE {name} AS {query}")


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
