"""A published build, opened for many reads: locked, and each read bounded in time and memory."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any, Self, TypeVar

import duckdb
import tantivy

from etl.errors import TerminalError
from etl.publish.connection import LOCKED, plain_message
from etl.publish.query import NoBuildError, QueryError, Result
from etl.publish.releases import WAREHOUSE
from etl.publish.statements import check_statement
from etl.reading.files import RowStream
from etl.search.index import open_index

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_MEMORY_LIMIT = "1GB"
_ROWS_AT_ONCE = 10_000

T = TypeVar("T", bound="DataclassInstance")
Parameters = Mapping[str, object] | Sequence[object]


class NotFoundError(TerminalError):
    """The build has nothing of that id."""


class TooSlowError(TerminalError):
    """A read took longer than it may."""


class Warehouse:
    """A build and its index. One may serve many threads: each read has a cursor of its own."""

    def __init__(self, folder: Path, seconds: float | None = None) -> None:
        """Open a build.

        Args:
            folder: the build's folder, or the link to it, which is followed once.
            seconds: time for one read; None for as long as it takes.

        Raises:
            NoBuildError: there is no build.
        """
        self.folder = folder.resolve()
        self._seconds = seconds
        warehouse = self.folder / WAREHOUSE
        if not warehouse.exists():
            raise NoBuildError(f"no build at {folder}: run `khobor publish`")
        try:
            self._connection = duckdb.connect(
                str(warehouse), read_only=True, config={**LOCKED, "memory_limit": _MEMORY_LIMIT}
            )
        except duckdb.Error as error:
            raise QueryError(plain_message(error)) from error
        self._searcher = open_index(self.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    @property
    def searcher(self) -> tantivy.Searcher:
        """The full-text index.

        Raises:
            NoBuildError: the build has none, or one of another release.
        """
        if self._searcher is None:
            raise NoBuildError(
                f"the build {self.folder.name} has no search index of this release: "
                "run `khobor publish`"
            )
        return self._searcher

    def select(self, sql: str, parameters: Parameters = ()) -> Result:
        """Run one of our own queries.

        Raises:
            TooSlowError: it took longer than the time for one read.
            QueryError: it can't be run, or needs more memory than it may have.
        """
        with self._cursor() as cursor:
            cursor.execute(sql, parameters)
            description = cursor.description or []
            return Result(
                [str(column[0]) for column in description],
                [str(column[1]) for column in description],
                cursor.fetchall(),
            )

    def rows(self, sql: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
        """Run one of our own queries and return its rows alone."""
        return self.select(sql, parameters).rows

    def read(self, kind: type[T], sql: str, parameters: Parameters = ()) -> list[T]:
        """Run one of our own queries and return its rows as objects of a dataclass.

        Args:
            kind: the dataclass; each of its fields is a column that the query has, in any order
                and among others.
            sql: the query.
            parameters: values for its placeholders.
        """
        names = ", ".join(item.name for item in fields(kind))
        return [kind(*row) for row in self.rows(f"SELECT {names} FROM ({sql})", parameters)]

    @contextmanager
    def stream(self, sql: str, parameters: Parameters = ()) -> Iterator[RowStream]:
        """Run one statement of the user's, or with a part of the user's, and yield its rows.

        Raises:
            UsageError: not exactly one statement.
            StatementRefusedError: it may do more than read.
            QueryError: the statement is wrong, or needs more memory than it may have.
        """
        with self._cursor() as cursor:
            cursor.execute(check_statement(cursor, sql), parameters)
            reader = cursor.to_arrow_reader(_ROWS_AT_ONCE)
            yield RowStream(reader.schema, reader)

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._connection.cursor() as cursor:
            timer = Timer(self._seconds or 0, cursor.interrupt)
            if self._seconds is not None:
                timer.daemon = True
                timer.start()
            try:
                yield cursor
            except duckdb.InterruptException as error:
                raise TooSlowError(
                    f"the query took longer than {self._seconds:g} s: ask for less"
                ) from error
            except duckdb.Error as error:
                raise QueryError(plain_message(error)) from error
            finally:
                timer.cancel()
