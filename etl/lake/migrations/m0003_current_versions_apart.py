"""Files of articles hold versions that are no longer current apart from those that are."""

import duckdb

from etl.lake import CATALOG


def apply(connection: duckdb.DuckDBPyConnection) -> None:
    """Set the order of future files; maintenance applies it to the others when it merges them."""
    connection.execute(
        f"ALTER TABLE {CATALOG}.core.fact_article "
        "SET SORTED BY (is_current ASC, outlet_id ASC, published_at ASC)"
    )
