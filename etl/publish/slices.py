"""A mart's query over the rows of some keys alone."""

import re

import duckdb

from etl.lake import CATALOG
from etl.publish.fill import BUILD, mart_sql
from etl.schema.model import Table, Upkeep
from etl.schema.tables.lake import LAKE_TABLES

_ARTICLE_ID = "article_id"
_MOST_SPANS = 12
_QUALIFIED = re.compile(rf"\b(?:{CATALOG}|{BUILD})\.(\w+\.\w+)\b")
_PARTITIONED_BY = {table.qualified_name: table.partition_by for table in LAKE_TABLES}


def sliced_sql(
    connection: duckdb.DuckDBPyConnection, mart: Table, upkeep: Upkeep, keys: str
) -> str:
    """Return a mart's query, reading of its sources only the rows of some keys.

    Args:
        connection: has the lake, the build and the keys.
        mart: its declaration.
        upkeep: how it is kept.
        keys: the relation with the keys, as ``value``.
    """
    within = _months_of_articles(connection, keys) if upkeep.key == _ARTICLE_ID else ""
    columns = {source.table: source.column for source in upkeep.sources}

    def sliced(found: re.Match[str]) -> str:
        column = columns.get(found[1])
        if column is None:
            return found[0]
        key = key_of(column, upkeep)
        if found[1] not in _PARTITIONED_BY:
            return rows_of(found[1], key, keys)
        condition = within if _PARTITIONED_BY[found[1]] == "published_at" else ""
        return f"(SELECT * FROM {found[0]} WHERE {key} IN (SELECT value FROM {keys}){condition})"

    return _QUALIFIED.sub(sliced, mart_sql(mart))


def key_of(column: str, upkeep: Upkeep) -> str:
    """Return the key that a value of a column belongs to, as SQL."""
    if not upkeep.unit:
        return column
    return f"CAST(date_trunc('{upkeep.unit}', {column}) AS DATE)"


def rows_of(mart: str, key: str, keys: str) -> str:
    """Return a query for the rows of some keys, by their places: no others are decoded."""
    name = f"{BUILD}.{mart}"
    places = f"SELECT rowid FROM {name} WHERE {key} IN (SELECT value FROM {keys})"
    return f"(SELECT * FROM {name} WHERE rowid IN ({places}))"


def _months_of_articles(connection: duckdb.DuckDBPyConnection, keys: str) -> str:
    """A condition on ``published_at`` that the rows of some articles fulfil, and few others.

    Facts are partitioned by its month: the files of other months stay closed.
    """
    rows = connection.execute(
        f"SELECT DISTINCT date_trunc('month', published_at)::DATE::VARCHAR AS month "
        f"FROM {CATALOG}.core.fact_article "
        f"WHERE article_id IN (SELECT value FROM {keys}) AND published_at IS NOT NULL "
        "ORDER BY month"
    ).fetchall()
    months = [month for (month,) in rows]
    spans = [(month, month) for month in months]
    if len(months) > _MOST_SPANS:
        spans = [(months[0], months[-1])]
    conditions = [
        f"published_at BETWEEN TIMESTAMPTZ '{first} 00:00:00+00' "
        f"AND TIMESTAMPTZ '{last} 00:00:00+00' + INTERVAL 1 MONTH"
        for first, last in spans
    ]
    return f" AND ({' OR '.join(['published_at IS NULL', *conditions])})"
