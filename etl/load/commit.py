"""One atomic commit over the lake's tables."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

CATALOG = "lake"  # the name that the lake is attached by


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection, message: str = "") -> Iterator[None]:
    """All or nothing. Any exception rolls back and goes on up.

    DuckLake's COMMIT answers OK after a failed statement, so no error may be swallowed inside.
    """
    connection.execute("BEGIN")
    try:
        yield
        if message:
            connection.execute(f"CALL {CATALOG}.set_commit_message('khobor', ?)", [message])
        connection.execute("COMMIT")
    except BaseException:
        _roll_back(connection)
        raise


def _roll_back(connection: duckdb.DuckDBPyConnection) -> None:
    try:
        connection.execute("ROLLBACK")
    except duckdb.Error:
        # The failed COMMIT has ended the transaction already; the first error is the one to tell.
        return
