"""What changed in a table since a snapshot, by DuckLake's change feed."""

import duckdb

from etl.lake import CATALOG
from etl.lake.catalogs.base import METADATA
from etl.lake.relations import Relations
from etl.schema.derive.ddl import literal
from etl.schema.model import Table, Type


def current_snapshot(connection: duckdb.DuckDBPyConnection) -> int:
    """The lake's present snapshot; inside a transaction, the one that it reads."""
    row = connection.execute(f"SELECT id FROM {CATALOG}.current_snapshot()").fetchone()
    return int(row[0]) if row else 0


def changed_rows(relations: Relations, table: Table, since: int) -> str | None:
    """Find the rows that were inserted, updated or deleted after a snapshot.

    Compaction may name rows that did not change.

    Args:
        relations: hold what is found.
        table: any of the lake's.
        since: a snapshot; what it holds is not looked at.

    Returns:
        The name of a relation with the table's columns, but for those of bytes, which may be
        entire pages: rows as they became, and as they were. None
        where the feed doesn't reach back so far, because the snapshot was removed or the table is
        younger.
    """
    name = f"changed_{table.schema}_{table.name}"
    columns = ", ".join(c.name for c in table.columns if c.type is not Type.BYTES)
    now = current_snapshot(relations.connection)
    if since >= now:
        relations.create(
            name, f"SELECT {columns} FROM {CATALOG}.{table.qualified_name} WITH NO DATA"
        )
    elif _is_in_reach(relations.connection, table, since):
        relations.create(
            name,
            f"SELECT {columns} FROM ducklake_table_changes({literal(CATALOG)}, "
            f"{literal(table.schema)}, {literal(table.name)}, {since + 1}, {now})",
        )
    else:
        return None
    return name


def _is_in_reach(connection: duckdb.DuckDBPyConnection, table: Table, since: int) -> bool:
    """Whether the feed knows all changes since: a failed question would end the transaction.

    Of a table that was dropped and created again it knows no deleted rows.
    """
    row = connection.execute(
        f"""
        SELECT
          EXISTS (FROM {METADATA}.ducklake_snapshot WHERE snapshot_id = $since + 1),
          EXISTS (
            FROM {METADATA}.ducklake_table JOIN {METADATA}.ducklake_schema USING (schema_id)
            WHERE schema_name = $schema AND table_name = $table
              AND ducklake_table.begin_snapshot <= $since AND ducklake_table.end_snapshot IS NULL
          )
        """,
        {"since": since, "schema": table.schema, "table": table.name},
    ).fetchone()
    return row == (True, True)
