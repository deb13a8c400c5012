"""All staged tables of a batch together: parts, several batches, and the captures' batches."""

from collections.abc import Mapping, Sequence

import pyarrow as pa
from pyarrow import compute

Tables = Mapping[str, pa.Table]


def restricted(tables: Tables, capture_ids: Sequence[str]) -> dict[str, pa.Table]:
    """The rows of these captures alone."""
    ids = pa.array(list(capture_ids), pa.string())
    return {
        name: table.filter(compute.is_in(table["capture_id"], value_set=ids))
        for name, table in tables.items()
    }


def together(parts: Sequence[Tables]) -> dict[str, pa.Table]:
    """The rows of several staged batches; at least one."""
    return {name: pa.concat_tables([part[name] for part in parts]) for name in parts[0]}


def in_their_batches(tables: Tables, batch_ids: Mapping[str, str]) -> dict[str, pa.Table]:
    """The same with the batches that captures came in, by capture id, as the ledger has them."""
    captures = tables["capture"]
    values = [batch_ids[capture_id] for capture_id in captures["capture_id"].to_pylist()]
    return {**tables, "capture": with_column(captures, "batch_id", values)}


def with_column(table: pa.Table, name: str, values: Sequence[object]) -> pa.Table:
    """The table with other values in one column."""
    field = table.schema.field(name)
    place = table.schema.get_field_index(name)
    return table.set_column(place, field, pa.array(values, field.type))
