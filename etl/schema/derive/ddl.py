"""DDL of the lake's tables, with comments, derived from the declarations."""

from collections.abc import Iterable

from etl.schema.model import Column, Severity, Table, Type

_SQL: dict[Type, str] = {
    Type.STRING: "VARCHAR",
    Type.STRINGS: "VARCHAR[]",
    Type.INTEGER: "BIGINT",
    Type.FLOAT: "DOUBLE",
    Type.BOOLEAN: "BOOLEAN",
    Type.DATE: "DATE",
    Type.INSTANT: "TIMESTAMPTZ",
    Type.LOCAL_TIME: "TIMESTAMP",
    Type.BYTES: "BLOB",
    Type.JSON: "VARCHAR",
}


def literal(text: str) -> str:
    """Return a SQL string literal; for DDL, where values can't be bound."""
    return "'" + text.replace("'", "''") + "'"


def literals(texts: Iterable[str]) -> str:
    """Return a SQL list of string literals, as ``IN`` takes it."""
    return f"({', '.join(map(literal, texts))})"


def sql_type(column: Column) -> str:
    """Return DuckDB's type of a column."""
    return _SQL[column.type]


def create_table(table: Table, catalog: str) -> list[str]:
    """Return the statements that create an empty table in a DuckLake catalog, with comments.

    DuckLake has no keys and no checks; uniqueness is tested by the load step.
    """
    name = f"{catalog}.{table.qualified_name}"
    columns = ",\n  ".join(
        f"{column.name} {sql_type(column)}"
        + (" NOT NULL" if column.null is Severity.CRITICAL else "")
        for column in table.columns
    )
    statements = [f"CREATE TABLE {name} (\n  {columns}\n)"]
    if table.partition_by:
        statements.append(
            f"ALTER TABLE {name} SET PARTITIONED BY "
            f"(year({table.partition_by}), month({table.partition_by}))"
        )
    if table.sort_by:
        order = ", ".join(f"{column} ASC" for column in table.sort_by)
        statements.append(f"ALTER TABLE {name} SET SORTED BY ({order})")
    statements.append(comment_on_table(table, catalog))
    statements.extend(comment_on_column(table, column, catalog) for column in table.columns)
    return statements


def add_column(table: Table, column: Column, catalog: str) -> list[str]:
    """Return the statements that add a nullable column to a table that has rows."""
    name = f"{catalog}.{table.qualified_name}"
    return [
        f"ALTER TABLE {name} ADD COLUMN {column.name} {sql_type(column)}",
        comment_on_column(table, column, catalog),
    ]


def comment_on_table(table: Table, catalog: str) -> str:
    """Return the statement that describes a table."""
    name = f"{catalog}.{table.qualified_name}"
    return f"COMMENT ON TABLE {name} IS {literal(table.grain)}"


def comment_on_column(table: Table, column: Column, catalog: str) -> str:
    """Return the statement that gives a column its description."""
    name = f"{catalog}.{table.qualified_name}.{column.name}"
    return f"COMMENT ON COLUMN {name} IS {literal(column.description)}"
