"""DuckDB for people who aren't trusted, as a dialect of SQLAlchemy that Superset uses.

``superset_config.py`` registers it as ``duckdb+reading``. Of what a browser sends, only statements
that read reach DuckDB (``etl.publish.statements``); a query is interrupted when its time is over;
and only some run at once in a process, so that threads are left for everything else.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
from duckdb_engine import ConnectionWrapper, CursorWrapper
from duckdb_engine import Dialect as DuckDBDialect

from etl.errors import KhoborError
from etl.publish.statements import check_statement

QUERY_SECONDS = float(os.environ.get("KHOBOR_QUERY_SECONDS", "120"))
# Of a worker's eight threads.
_QUERIES_AT_ONCE = 5
_WAIT_SECONDS = 30.0
# What the driver itself sends.
_OWN = ("commit", "register", "register(?, ?)", "register($1, $2)")

_running = threading.BoundedSemaphore(_QUERIES_AT_ONCE)


class ReadingCursor(CursorWrapper):  # type: ignore[misc]  # no types in Khobor's environment
    """Executes statements that read, each within the time."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, wrapper: ConnectionWrapper) -> None:
        super().__init__(connection, wrapper)
        self._connection = connection

    def execute(self, statement: str, parameters: Any = None, context: Any = None) -> None:
        """Check and execute a statement.

        Raises:
            duckdb.Error: it may do more than read, took too long, or too many run already.
        """
        if statement.lower() in _OWN:
            super().execute(statement, parameters, context)
            return
        try:
            check_statement(self._connection, statement)
        except KhoborError as error:
            raise duckdb.ProgrammingError(str(error)) from error
        with _a_turn(), _a_time(self._connection):
            super().execute(statement, parameters, context)

    def executemany(self, *_: Any, **__: Any) -> None:
        """Refuse: nothing that reads is executed many times."""
        raise duckdb.ProgrammingError("only SELECT is allowed")


class ReadingConnection(ConnectionWrapper):  # type: ignore[misc]
    """Gives cursors that only read."""

    def __init__(self, connection: ConnectionWrapper) -> None:
        super().__init__(connection)  # which passes all else on
        self._connection = connection

    def cursor(self) -> ReadingCursor:
        """A cursor that only reads."""
        return ReadingCursor(self._connection, self)


class ReadingDialect(DuckDBDialect):  # type: ignore[misc]
    """DuckDB's dialect with connections that only read."""

    driver = "reading"
    supports_statement_cache = False

    def connect(self, *arguments: Any, **named: Any) -> ReadingConnection:
        """Connect as the driver does."""
        return ReadingConnection(super().connect(*arguments, **named))


@contextmanager
def _a_turn() -> Iterator[None]:
    if not _running.acquire(timeout=_WAIT_SECONDS):
        raise duckdb.OperationalError("too many queries run already: try again in a minute")
    try:
        yield
    finally:
        _running.release()


@contextmanager
def _a_time(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    is_late = threading.Event()

    def interrupt() -> None:
        is_late.set()
        connection.interrupt()

    timer = threading.Timer(QUERY_SECONDS, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    except duckdb.InterruptException as error:
        if not is_late.is_set():
            raise
        raise duckdb.OperationalError(
            f"the query took more than {QUERY_SECONDS:g} s (KHOBOR_QUERY_SECONDS)"
        ) from error
    finally:
        timer.cancel()
