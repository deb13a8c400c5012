"""Arrow schemas, derived from the declarations."""

from functools import cache

import pyarrow as pa

from etl.schema.model import Severity, Table, Type

_ARROW: dict[Type, pa.DataType] = {
    Type.STRING: pa.string(),
    Type.STRINGS: pa.list_(pa.string()),
    Type.INTEGER: pa.int64(),
    Type.FLOAT: pa.float64(),
    Type.BOOLEAN: pa.bool_(),
    Type.DATE: pa.date32(),
    Type.INSTANT: pa.timestamp("us", tz="UTC"),
    Type.LOCAL_TIME: pa.timestamp("us"),
    Type.BYTES: pa.binary(),
    Type.JSON: pa.string(),
}


@cache
def arrow_schema(table: Table) -> pa.Schema:
    """Return the Arrow schema of a table; columns whose absence is an error are not nullable.

    A column whose absence only quarantines or warns stays nullable here, so that the row can
    reach the rule that says so.
    """
    return pa.schema(
        [
            pa.field(
                column.name,
                _ARROW[column.type],
                nullable=column.null is not Severity.CRITICAL,
            )
            for column in table.columns
        ]
    )
