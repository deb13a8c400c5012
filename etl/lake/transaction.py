"""One atomic commit over the lake's tables."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import duckdb

CATALOG = "lake"  # the name that the lake is attached by

Guard = Callable[[duckdb.DuckDBPyConnection], None]
_guards: dict[int, Guard] = {}  # by the id of the connection, while it is open


@contextmanager
def guarded(connection: duckdb.DuckDBPyConnection, guard: Guard) -> Iterator[None]:
    """Begin the connection's transactions with what keeps other machines' commits apart."""
    _guards[id(connection)] = guard
    try:
        yield
    finally:
        _guards.pop(id(connection), None)


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection, message: str = "") -> Iterator[None]:
    """All or nothing. Any exception rolls back and goes on up.

    DuckLake's COMMIT answers OK after a failed statement, so no error may be swallowed inside.
    """
    guard = _guards.get(id(connection))
    connection.execute("BEGIN")
    try:
        if guard is not None:
            guard(connection)
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
