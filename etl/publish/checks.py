"""Checks that a build must pass before it is published."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from etl.errors import PublishError
from etl.publish.fill import BUILD
from etl.schema.marts.warehouse import MARTS
from etl.schema.model import Table
from etl.schema.vocabulary import Outcome, values

# What every BI tool reads: lists show as escapes in Superset, and decimals get no type.
FLAT_TYPES = ("VARCHAR", "BIGINT", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP")


def check_build(connection: duckdb.DuckDBPyConnection, filled: Sequence[Table]) -> None:
    """Check the attached build against its declarations and against the lake, in one snapshot.

    Args:
        connection: has the build and the lake attached.
        filled: the marts that were filled in full; the keys of others were checked with their
            changed rows.

    Raises:
        PublishError: names the check and the values that differ.
    """
    _check_tables(connection)
    _check_types(connection)
    _check_keys(connection, filled)
    _check_outcomes(connection)
    _check_completeness(connection)
    _check_articles(connection)
    _check_series(connection)


def check_counts(warehouse: Path, counts: dict[str, int]) -> None:
    """Open a closed build as a reader would and count its tables.

    Args:
        warehouse: the build's file.
        counts: rows that were written, by the table's qualified name.

    Raises:
        PublishError: it can't be opened, or a table lacks rows that were written.
    """
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            for name, expected in counts.items():
                found = _number(connection, f"SELECT count(*) FROM {name}")
                if found != expected:
                    raise PublishError(
                        f"reopened build: {name} has {found} rows, {expected} were written"
                    )
    except duckdb.Error as error:
        raise PublishError(f"reopened build {warehouse} can't be read: {error}") from error


def _number(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _check_tables(connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute(
        "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = $build "
        "UNION ALL "
        "SELECT schema_name || '.' || view_name FROM duckdb_views() WHERE database_name = $build",
        {"build": BUILD},
    ).fetchall()
    missing = {table.qualified_name for table in MARTS} - {name for (name,) in found}
    if missing:
        raise PublishError(f"tables: {', '.join(sorted(missing))} missing")


def _check_types(connection: duckdb.DuckDBPyConnection) -> None:
    other = connection.execute(
        "SELECT table_name || '.' || column_name, data_type FROM duckdb_columns() "
        "WHERE database_name = ? AND data_type NOT IN (SELECT unnest(?))",
        [BUILD, list(FLAT_TYPES)],
    ).fetchone()
    if other:
        raise PublishError(f"types: {other[0]} is {other[1]}, not one of {', '.join(FLAT_TYPES)}")


def _check_keys(connection: duckdb.DuckDBPyConnection, tables: Sequence[Table]) -> None:
    for table in tables:
        if table.is_view:  # its keys are those of the tables it reads
            continue
        key = ", ".join(table.key)
        repeated = connection.execute(
            f"SELECT {key}, count(*) FROM {BUILD}.{table.qualified_name} "
            f"GROUP BY {key} HAVING count(*) > 1 LIMIT 1"
        ).fetchone()
        if repeated:
            raise PublishError(
                f"keys: {table.qualified_name} has {repeated[-1]} rows of "
                f"({key}) = {repeated[:-1]!r}"
            )


def _check_outcomes(connection: duckdb.DuckDBPyConnection) -> None:
    """Check that every capture of the snapshot has one known outcome or is still pending."""
    captures = _number(connection, "SELECT count(*) FROM lake.raw.page_capture")
    pending = _number(connection, f"SELECT pending_capture_count FROM {BUILD}.mart.build_info")
    rows = connection.execute(
        f"SELECT outcome, count(*) FROM {BUILD}.mart.capture_outcome GROUP BY outcome"
    ).fetchall()
    outcomes = dict(rows)
    unknown = set(outcomes) - set(values(Outcome))
    if unknown:
        raise PublishError(f"outcomes: unknown {', '.join(sorted(unknown))}")
    if sum(outcomes.values()) + pending != captures:
        raise PublishError(
            f"outcomes: {captures} captures, but {sum(outcomes.values())} outcomes "
            f"and {pending} pending"
        )


def _check_completeness(connection: duckdb.DuckDBPyConnection) -> None:
    daily = _number(
        connection, f"SELECT coalesce(sum(captured_count), 0) FROM {BUILD}.mart.completeness"
    )
    captures = _number(connection, f"SELECT count(*) FROM {BUILD}.mart.capture_outcome")
    if daily != captures:
        raise PublishError(f"completeness: {daily} captures by day, {captures} in all")


def _check_articles(connection: duckdb.DuckDBPyConnection) -> None:
    current = _number(connection, "SELECT count(*) FROM lake.core.fact_article WHERE is_current")
    ever = _number(connection, "SELECT count(DISTINCT article_id) FROM lake.core.fact_article")
    articles = _number(connection, f"SELECT count(*) FROM {BUILD}.mart.article")
    texts = _number(connection, f"SELECT count(*) FROM {BUILD}.mart.article_text")
    if not articles == current == ever == texts:
        raise PublishError(
            f"articles: {articles} articles and {texts} texts from {current} current versions "
            f"of {ever} article ids"
        )


def _check_series(connection: duckdb.DuckDBPyConnection) -> None:
    dated = _number(connection, f"SELECT count(*) FROM {BUILD}.mart.article WHERE NOT is_undated")
    daily = _number(
        connection, f"SELECT coalesce(sum(article_count), 0) FROM {BUILD}.mart.daily_volume"
    )
    if dated != daily:
        raise PublishError(f"daily volume: {daily} articles by day, {dated} dated articles")
