"""Single rows of the lake's tables, given by the columns that matter."""

from typing import Any

import duckdb

from etl.schema.model import Column, Severity, Table, Type

_DEFAULTS: dict[Type, Any] = {
    Type.STRING: "-",
    Type.STRINGS: [],
    Type.INTEGER: 1,
    Type.FLOAT: 1.0,
    Type.BOOLEAN: False,
    Type.INSTANT: "2025-01-01 00:00:00+00",
    Type.LOCAL_TIME: "2025-01-01 06:00:00",
    Type.BYTES: b"",
    Type.DATE: "2025-01-01",
    Type.JSON: "{}",
}


def insert_row(connection: duckdb.DuckDBPyConnection, table: Table, **given: Any) -> None:
    """Insert one row; required columns that are not given get a value of their type."""
    row = {column.name: given.pop(column.name, _default(column)) for column in table.columns}
    assert not given, f"no such columns: {given}"
    places = ", ".join("?" for _ in row)
    connection.execute(
        f"INSERT INTO lake.{table.qualified_name} ({', '.join(row)}) VALUES ({places})",
        list(row.values()),
    )


def _default(column: Column) -> Any:
    if column.null is not Severity.CRITICAL:
        return None
    return column.values[0] if column.values else _DEFAULTS[column.type]
