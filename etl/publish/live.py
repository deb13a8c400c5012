"""Marts over the lake as it is now, without a build: the same SQL, over today's rows."""

from collections.abc import Mapping

import duckdb

from etl.bangla.clock import DHAKA
from etl.lake.relations import Relations
from etl.publish.fill import BUILD, mart_sql
from etl.publish.slices import sliced_sql
from etl.schema.marts.articles import ARTICLE
from etl.schema.marts.collection import CAPTURE_OUTCOME, COMPLETENESS, DECLARED_URL
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
