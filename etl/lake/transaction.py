"""One transaction on a DuckDB connection."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit all that a block does, or nothing of it where it raises.

    DuckLake's COMMIT answers OK after a failed statement, so no error may be swallowed inside.
    """
    connection.execute("BEGIN")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A failed COMMIT has ended the transaction already; the first error is the one to raise.
        with suppress(duckdb.Error):
            connection.execute("ROLLBACK")
        raise
