"""Marts over the lake as it is now, without a build: the same SQL, as views."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from etl.bangla.clock import DHAKA
from etl.publish.fill import BUILD, mart_sql
from etl.schema.marts.collection import COMPLETENESS
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


def completeness_today(
    connection: duckdb.DuckDBPyConnection,
) -> tuple[list[str], list[tuple[object, ...]]]:
    """Return today's rows of ``mart.completeness`` as a build made now would hold them.

    Args:
        connection: has the lake attached as ``lake``, and no build.

    Returns:
        Column names and rows, one an outlet; counts, and lags in minutes to one decimal.
    """
    with _views(connection, COMPLETENESS):
        answer = connection.execute(_COMPLETENESS_TODAY)
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
