"""Fill one mart from its SQL and hold it to its declaration."""

from pathlib import Path
from typing import Any

import duckdb

from etl.errors import KhoborError, PublishError, transient_lake_error
from etl.schema.derive.ddl import literal, literals, sql_type
from etl.schema.model import Severity, Table

BUILD = "build"  # the catalog the build is attached as
# Long texts are written with Zstandard: DuckDB's own choice, DICT_FSST, took 8 times the CPU and
# 2.5 times the space on bodies of 2,200 characters; a scan of all bodies takes 18 µs an article.
_LONG_TEXTS = {("article_text", "body"), ("earlier_version", "body")}
_SQL_FOLDER = Path(__file__).parent / "marts"


def mart_sql(table: Table) -> str:
    """Return the SELECT that fills a mart."""
    return (_SQL_FOLDER / f"{table.name}.sql").read_text(encoding="utf-8")


def publish_error(what: str, error: duckdb.Error) -> KhoborError:
    """Return the error to raise for the database's, a transient one where it may pass."""
    text = str(error)
    if passing := transient_lake_error(f"{what}: the lake", " ".join(text.split())):
        return passing
    if isinstance(error, (duckdb.IOException, duckdb.InvalidInputException)):
        text = f"{text.splitlines()[0]}\n`khobor doctor` examines the lake; the old build stays"
    return PublishError(f"{what} can't be made: {text}")


def fill_mart(
    connection: duckdb.DuckDBPyConnection, table: Table, parameters: dict[str, Any]
) -> int:
    """Create one mart in the attached build, with its comments: a table, or a view of others.

    One that is there is replaced.

    Args:
        connection: has the lake and the build attached.
        table: the mart's declaration.
        parameters: values for ``$name`` in the SQL; those it doesn't name are left out.

    Returns:
        The number of rows.

    Raises:
        PublishError: the SQL fails, or its columns are not the declared ones.
        LakeConflictError: the lake is busy; try again.
    """
    sql = mart_sql(table)
    used = {name: value for name, value in parameters.items() if f"${name}" in sql}
    name = f"{BUILD}.{table.qualified_name}"
    try:
        if table.is_view:
            # Without the catalog's name, which is another one for each reader.
            view_sql = sql.replace(f"{BUILD}.mart.", "mart.")
            connection.execute(f"CREATE OR REPLACE VIEW {name} AS\n{view_sql}")
            _check_columns(connection, table)
            inserted = connection.execute(f"SELECT count(*) FROM {name}").fetchone()
        elif any((table.name, column.name) in _LONG_TEXTS for column in table.columns):
            connection.execute(f"CREATE OR REPLACE TABLE {name} AS\n{sql}\nWITH NO DATA", used)
            _check_columns(connection, table)
            connection.execute(f"CREATE OR REPLACE TABLE {name} ({_compressed(table)})")
            inserted = connection.execute(f"INSERT INTO {name}\n{sql}", used).fetchone()
        else:
            inserted = connection.execute(
                f"CREATE OR REPLACE TABLE {name} AS\n{sql}", used
            ).fetchone()
            _check_columns(connection, table)
    except duckdb.Error as error:
        raise publish_error(table.qualified_name, error) from error
    if not table.is_view:  # what it reads has been checked
        check_values(connection, table, name)
    kind = "VIEW" if table.is_view else "TABLE"
    connection.execute(f"COMMENT ON {kind} {name} IS {literal(_comment(table))}")
    for column in table.columns:
        connection.execute(
            f"COMMENT ON COLUMN {name}.{column.name} IS {literal(column.description)}"
        )
    return int(inserted[0]) if inserted else 0


def _compressed(table: Table) -> str:
    return ", ".join(
        f"{column.name} {sql_type(column)}"
        + (" NOT NULL" if column.null is Severity.CRITICAL else "")
        + (" USING COMPRESSION zstd" if (table.name, column.name) in _LONG_TEXTS else "")
        for column in table.columns
    )


def _comment(table: Table) -> str:
    return f"Grain: {table.grain} {table.caveats}".strip()


def _check_columns(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    found = connection.execute(
        "SELECT column_name, data_type FROM duckdb_columns() "
        "WHERE database_name = ? AND schema_name = ? AND table_name = ? ORDER BY column_index",
        [BUILD, table.schema, table.name],
    ).fetchall()
    declared = [(column.name, sql_type(column)) for column in table.columns]
    if found == declared:
        return
    differing = [
        f"{have or 'nothing'} for {want or 'nothing'}"
        for have, want in _pairs(found, declared)
        if have != want
    ]
    raise PublishError(
        f"{table.qualified_name}: columns differ from the declaration: {differing[0]}"
    )


def _pairs(
    found: list[tuple[str, str]], declared: list[tuple[str, str]]
) -> list[tuple[str | None, str | None]]:
    length = max(len(found), len(declared))
    names = [
        [" ".join(column) for column in columns] + [None] * (length - len(columns))
        for columns in (found, declared)
    ]
    return list(zip(*names, strict=True))


def check_values(connection: duckdb.DuckDBPyConnection, table: Table, rows: str) -> None:
    """Check that required values are there and coded ones of their list, in one scan.

    Args:
        connection: has the rows.
        table: the mart's declaration.
        rows: the table they are in.

    Raises:
        PublishError: names the column.
    """
    rules = [
        *(
            (f"{column.name}: absent", f"{column.name} IS NULL")
            for column in table.columns
            # A scan of all bodies would be a tenth of the build: theirs is a constraint.
            if column.null is Severity.CRITICAL and (table.name, column.name) not in _LONG_TEXTS
        ),
        *(
            (
                f"{column.name}: none of {', '.join(column.values)}",
                f"{column.name} NOT IN {literals(column.values)}",
            )
            for column in table.columns
            if column.values
        ),
    ]
    counts = connection.execute(
        f"SELECT {', '.join(f'count(*) FILTER ({broken})' for _, broken in rules)} FROM {rows}"
    ).fetchone()
    for (rule, _), count in zip(rules, counts or (), strict=True):
        if count:
            raise PublishError(f"{table.qualified_name}.{rule} in {count} rows")
