"""What the web's collectors write besides captures: URLs declared, and tries to fetch them."""

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from etl.lake import CATALOG
from etl.lake.relations import Relations
from etl.load.write import Row
from etl.schema.derive.arrow import arrow_schema
from etl.schema.model import Table
from etl.schema.tables.ledgers import FACT_DECLARED, FACT_FETCH, FACT_SOURCE_READ


def write_declared(connection: duckdb.DuckDBPyConnection, declared: pa.Table) -> int:
    """Write declared URLs not known yet, or declared earlier than is known.

    The caller holds a transaction.

    Args:
        connection: has the lake attached.
        declared: rows of ``core.fact_declared``; a source declares a URL once in them.

    Returns:
        The number of rows written.
    """
    if not declared.num_rows:
        return 0
    name = f"{CATALOG}.{FACT_DECLARED.qualified_name}"
    columns = ", ".join(FACT_DECLARED.column_names)
    key = ", ".join(FACT_DECLARED.key)
    with Relations(connection) as relations:
        relations.register("declared", declared)
        relations.create(
            "declared_first",
            f"""
            SELECT {columns} FROM declared AS s
            WHERE NOT EXISTS (
              FROM {name} AS t
              WHERE t.declared_in = s.declared_in AND t.url = s.url
                AND (t.declared_at, coalesce(t.capture_id, ''), t.declared_rank)
                  <= (s.declared_at, coalesce(s.capture_id, ''), s.declared_rank)
            )
            """,
        )
        found = connection.execute("SELECT count(*) FROM declared_first").fetchone()
        if not found or not found[0]:
            return 0
        connection.execute(
            f"DELETE FROM {name} WHERE ({key}) IN (SELECT ({key}) FROM declared_first)"
        )
        connection.execute(
            f"INSERT INTO {name} BY NAME SELECT {columns} FROM declared_first "
            "ORDER BY outlet_id, declared_at"
        )
        return int(found[0])


def write_fetches(connection: duckdb.DuckDBPyConnection, fetches: Sequence[Row]) -> None:
    """Append tries that are not there yet; the caller holds a transaction."""
    _append(connection, FACT_FETCH, fetches)


def write_source_reads(connection: duckdb.DuckDBPyConnection, reads: Sequence[Row]) -> None:
    """Append readings of sources that are not there yet; the caller holds a transaction."""
    _append(connection, FACT_SOURCE_READ, reads)


def _append(connection: duckdb.DuckDBPyConnection, table: Table, rows: Sequence[Row]) -> None:
    """Append rows whose key is not there yet."""
    name, key = f"{CATALOG}.{table.qualified_name}", ", ".join(table.key)
    with Relations(connection) as relations:
        relations.register("given", pa.Table.from_pylist(list(rows), schema=arrow_schema(table)))
        connection.execute(
            f"INSERT INTO {name} BY NAME SELECT * FROM given ANTI JOIN {name} USING ({key})"
        )
