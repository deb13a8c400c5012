"""What the lake's list of runs tells: whether a step has to follow on others."""

from collections.abc import Sequence

import duckdb

from etl.load.commit import CATALOG

# Steps that change the facts which stories and builds are made of.
LOADS = ("build", "review", "reextract")


def is_behind(connection: duckdb.DuckDBPyConnection, step: str, others: Sequence[str]) -> bool:
    """Whether one of the other steps has ended since ``step`` did: a kill may have come between."""
    row = connection.execute(
        f"""
        SELECT count(*) FROM {CATALOG}.core.etl_run
        WHERE step IN (SELECT unnest(?::VARCHAR[])) AND finished_at > coalesce(
          (SELECT max(finished_at) FROM {CATALOG}.core.etl_run WHERE step = ?),
          TIMESTAMPTZ '-infinity')
        """,
        [list(others), step],
    ).fetchone()
    return bool(row and row[0])
