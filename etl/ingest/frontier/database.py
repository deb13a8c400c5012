"""Statements on the frontier's database, each in a transaction of its own."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from functools import cache

from sqlalchemy import Connection, Engine, TextClause, text
from sqlalchemy.exc import OperationalError

from etl.errors import LakeBusyError


@cache
def sql(statement: str) -> TextClause:
    """A statement; cached, because SQLAlchemy parses it for its parameters each time."""
    return text(statement)


class Database:
    """Runs statements on the frontier's engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self) -> AbstractContextManager[Connection]:
        """Begin a transaction of several statements."""
        return self._engine.begin()

    def execute(self, statement: str, values: object = None) -> int:
        """Run one statement and commit it; return the number of rows it changed."""
        with self._engine.begin() as connection:
            return connection.execute(sql(statement), values).rowcount  # type: ignore[call-overload, no-any-return]

    def compact(self) -> None:
        """Write the file again without free pages, which hold what was deleted; empty its log.

        Raises:
            LakeBusyError: another process holds it for too long.
        """
        try:
            with self._engine.connect() as connection:
                plain = connection.execution_options(isolation_level="AUTOCOMMIT")
                plain.exec_driver_sql("VACUUM")
                is_busy, *_ = plain.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        except OperationalError as error:
            raise _in_use() from error
        if is_busy:
            raise _in_use()

    def rows(self, statement: str, values: Mapping[str, object]) -> list[tuple[object, ...]]:
        """Return the rows of a query."""
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sql(statement), values)]


def _in_use() -> LakeBusyError:
    return LakeBusyError(
        "the frontier is in use, so that its file still has what was deleted: wait for the fetch "
        "that runs, then run the command again"
    )
