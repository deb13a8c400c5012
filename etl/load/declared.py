"""What the web's collectors write beside captures: URLs declared, and tries to fetch them."""

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from etl.lake.connection import CATALOG
from etl.load.write import Row
from etl.schema.derive.arrow import arrow_schema
from etl.schema.tables.ledgers import FACT_DECLARED, FACT_FETCH


def write_declared(connection: duckdb.DuckDBPyConnection, declared: pa.Table) -> int:
    """Write declared URLs not known yet, or declared earlier than is known; how many those are.

    The caller holds transaction and lock. A source declares a URL once in ``declared``.
    """
    if not declared.num_rows:
        return 0
    name = f"{CATALOG}.{FACT_DECLARED.qualified_name}"
    columns = ", ".join(FACT_DECLARED.column_names)
    key = ", ".join(FACT_DECLARED.key)
    connection.register("declared", declared)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE declared_first AS
        SELECT {columns} FROM declared AS s
        WHERE NOT EXISTS (
          FROM {name} AS t
          WHERE t.declared_in = s.declared_in AND t.url = s.url
            AND (t.declared_at, coalesce(t.capture_id, ''), t.declared_rank)
              <= (s.declared_at, coalesce(s.capture_id, ''), s.declared_rank)
        )
        """
    )
    connection.unregister("declared")
    found = connection.execute("SELECT count(*) FROM declared_first").fetchone()
    if not found or not found[0]:
        return 0
    connection.execute(f"DELETE FROM {name} WHERE ({key}) IN (SELECT ({key}) FROM declared_first)")
    connection.execute(
        f"INSERT INTO {name} BY NAME SELECT {columns} FROM declared_first "
        "ORDER BY outlet_id, declared_at"
    )
    return int(found[0])


def write_fetches(connection: duckdb.DuckDBPyConnection, fetches: Sequence[Row]) -> None:
    """Append tries that are not there yet; the caller holds transaction and lock."""
    rows = pa.Table.from_pylist(list(fetches), schema=arrow_schema(FACT_FETCH))
    connection.register("fetches", rows)
    connection.execute(
        f"""
        INSERT INTO {CATALOG}.{FACT_FETCH.qualified_name} BY NAME
        SELECT * FROM fetches
        ANTI JOIN {CATALOG}.{FACT_FETCH.qualified_name} USING (url, fetched_at)
        """
    )
    connection.unregister("fetches")
