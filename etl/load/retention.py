"""What is older than it may be, deleted from the lake."""

from datetime import date

import duckdb

from etl.bangla.clock import DHAKA
from etl.errors import UsageError
from etl.lake import CATALOG
from etl.lake.relations import Relations
from etl.schema.tables.lake import LAKE_TABLES
from etl.schema.tables.raw import TAKEDOWN


def delete_before(
    connection: duckdb.DuckDBPyConnection, before: date, outlet_id: str | None
) -> tuple[int, int]:
    """Delete articles last seen before a day with all their captures, and other old captures.

    An article seen since keeps its older captures: its versions are made of them. The caller holds
    a transaction.

    Args:
        connection: has the lake attached.
        before: the first day, in Dhaka, that is kept.
        outlet_id: only of this outlet.

    Returns:
        The numbers of captures and of articles deleted.

    Raises:
        UsageError: the ledger has nothing of that outlet.
    """
    ledger = f"{CATALOG}.core.fact_capture"
    if (
        outlet_id is not None
        and not connection.execute(
            f"SELECT 1 FROM {ledger} WHERE outlet_id = ? LIMIT 1", [outlet_id]
        ).fetchone()
    ):
        raise UsageError(f"no outlet {outlet_id!r}: `khobor status` lists those in the lake")
    with Relations(connection) as relations:
        relations.create(
            "purged_capture",
            f"""
            SELECT capture_id, article_id FROM {ledger}
            WHERE ($outlet::VARCHAR IS NULL OR outlet_id = $outlet)
            QUALIFY max(timezone('{DHAKA}', captured_at)::DATE)
              OVER (PARTITION BY coalesce(article_id, capture_id)) < $before
            """,
            {"outlet": outlet_id, "before": before},
        )
        counts = connection.execute(
            "SELECT count(*), count(DISTINCT article_id) FROM purged_capture"
        ).fetchone()
        for table in LAKE_TABLES:
            conditions = [
                f"{column} IN (SELECT {key} FROM purged_capture WHERE {key} IS NOT NULL)"
                for column, key in (
                    ("capture_id", "capture_id"),
                    ("article_id", "article_id"),
                    ("linked_article_id", "article_id"),
                )
                if column in table.column_names
            ]
            if conditions and table is not TAKEDOWN:
                connection.execute(
                    f"DELETE FROM {CATALOG}.{table.qualified_name} WHERE {' OR '.join(conditions)}"
                )
    return (int(counts[0]), int(counts[1])) if counts else (0, 0)
