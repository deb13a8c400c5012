"""Emptying `core`, so that the next build fills it from `raw`."""

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from etl.lake import CATALOG, schema_version
from etl.load.runs import last_snapshot
from etl.load.write import insert_table
from etl.schema.derive.ddl import create_table
from etl.schema.model import Table
from etl.schema.tables.lake import LAKE_TABLES
from etl.schema.tables.ledgers import FACT_DECLARED, SCHEMA_CHANGE

# Tables with rows that `raw` does not have, and which rows: when steps ran, how the schema changed,
# what was fetched from the web and what feeds and sitemaps declared.
_OBSERVED = {
    table: "capture_id IS NULL" if table is FACT_DECLARED else "true"
    for table in LAKE_TABLES
    if table.name in ("etl_run", "schema_change", "fact_fetch", "fact_declared")
}


def read_observations(connection: duckdb.DuckDBPyConnection) -> dict[Table, pa.Table | None]:
    """Read rows that no capture holds, by table; None where they can't be read, and are lost."""
    found: dict[Table, pa.Table | None] = {}
    for table, condition in _OBSERVED.items():
        try:
            found[table] = connection.execute(
                f"SELECT {', '.join(table.column_names)} "
                f"FROM {CATALOG}.{table.qualified_name} WHERE {condition}"
            ).to_arrow_table()
        except (duckdb.IOException, duckdb.InvalidInputException):
            found[table] = None
    return found


def empty_core(
    connection: duckdb.DuckDBPyConnection, observed: Mapping[Table, pa.Table | None]
) -> None:
    """Create all tables of `core` again, with only the observed rows; inside a transaction.

    Tables are dropped, because DuckLake reads the rows it deletes.

    Args:
        connection: has the lake attached.
        observed: from ``read_observations``.
    """
    for table in LAKE_TABLES:
        if table.schema != "core":
            continue
        connection.execute(f"DROP TABLE {CATALOG}.{table.qualified_name}")
        for statement in create_table(table, CATALOG):
            connection.execute(statement)
        kept = observed.get(table)
        if kept is not None and kept.num_rows:
            insert_table(connection, table, kept)
        elif table is SCHEMA_CHANGE:
            schema_version.record_creation(connection)


def unfinished_rebuild(connection: duckdb.DuckDBPyConnection) -> str | None:
    """A batch that the last rebuild has not loaded again yet; None when it has loaded all.

    Captures that came after it are not its work: those of later snapshots.
    """
    row = connection.execute(
        f"SELECT min(batch_id) FROM {CATALOG}.raw.page_capture "
        f"ANTI JOIN {CATALOG}.core.fact_capture USING (capture_id) WHERE snapshot_id < ?",
        [last_snapshot(connection, ["rebuild"])],
    ).fetchone()
    return row[0] if row else None


def count_raw(connection: duckdb.DuckDBPyConnection) -> tuple[int, int, int]:
    """Captures, batches and people's decisions that a rebuild starts from."""
    row = connection.execute(
        f"""
        SELECT count(*), count(DISTINCT batch_id),
          (SELECT count(*) FROM {CATALOG}.raw.review_decision)
        FROM {CATALOG}.raw.page_capture
        """
    ).fetchone()
    return row or (0, 0, 0)
