"""Read-only queries on the published build, each in a process of its own.

A query may take a time and a memory that have limits; its rows are passed on while they come. What
it breaks, were it DuckDB itself, is its process alone.
"""

import pickle
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.errors import TerminalError, UsageError

# Enough for windows over millions of articles; a query that needs more says so.
MEMORY_BYTES = 4_000_000_000
SECONDS = 300.0
# Rows that are held at once, for a table whose columns are aligned.
MOST_ROWS = 1_000_000


class NoBuildError(TerminalError):
    """Nothing is published yet."""


class QueryError(TerminalError):
    """The query can't be run; the message is the database's."""


@dataclass(frozen=True, slots=True)
class Result:
    """Rows of a query; ``types`` are DuckDB's names."""

    columns: list[str]
    types: list[str]
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Rows:
    """A result while it comes; ``parts`` are lists of rows."""

    columns: list[str]
    types: list[str]
    parts: Iterator[list[tuple[Any, ...]]]


@contextmanager
def rows_of(
    warehouse: Path, sql: str, seconds: float = SECONDS, memory_bytes: int = MEMORY_BYTES
) -> Iterator[Rows]:
    """Run one statement on a build, which can read nothing but the build.

    Args:
        warehouse: the build's file.
        sql: the statement.
        seconds: time after which it is ended.
        memory_bytes: memory that it may use.

    Raises:
        NoBuildError: there is no build at that path.
        UsageError: not exactly one statement.
        QueryError: the statement is wrong, may do more than read, or needs more time or memory
            than it may have; also raised while the rows come.
    """
    if not warehouse.exists():
        raise NoBuildError(f"no build at {warehouse}: run `khobor publish`")
    words = ["-m", "etl.publish.query_process", str(warehouse), str(memory_bytes)]
    process = subprocess.Popen(
        [sys.executable, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    is_late = threading.Event()

    def end() -> None:
        is_late.set()
        process.kill()

    timer = threading.Timer(seconds, end)
    timer.start()
    try:
        parts = _parts(process, sql, is_late, seconds)
        columns = next(parts)
        yield Rows([name for name, _ in columns], [kind for _, kind in columns], parts)
    finally:
        timer.cancel()
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        process.wait()


def query(
    warehouse: Path, sql: str, seconds: float = SECONDS, memory_bytes: int = MEMORY_BYTES
) -> Result:
    """Run one statement on a build and hold its rows: see ``rows_of``.

    Raises:
        NoBuildError: there is no build at that path.
        UsageError: not exactly one statement.
        QueryError: the statement is wrong, may do more than read, needs more time or memory than
            it may have, or has more rows than are held.
    """
    with rows_of(warehouse, sql, seconds, memory_bytes) as found:
        rows: list[tuple[Any, ...]] = []
        for part in found.parts:
            rows += part
            if len(rows) > MOST_ROWS:
                raise QueryError(
                    f"more than {MOST_ROWS} rows: add a LIMIT, or write them with --format csv"
                )
        return Result(found.columns, found.types, rows)


def _parts(
    process: "subprocess.Popen[bytes]", sql: str, is_late: threading.Event, seconds: float
) -> Iterator[list[Any]]:
    """What the process writes, up to its end."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        # As the texts are; keyboards write letters such as য় as one character or as two.
        text = unicodedata.normalize("NFC", sql)
        process.stdin.write(pickle.dumps(text.encode("utf-8", "surrogatepass")))
        process.stdin.flush()  # it stays open: the process ends when this one has gone
        while True:
            part = pickle.load(process.stdout)
            if part is None:
                return
            if isinstance(part, tuple):
                kind, message = part
                raise UsageError(message) if kind == "usage" else QueryError(message)
            yield part
    except (EOFError, OSError, pickle.UnpicklingError):
        if is_late.is_set():
            raise QueryError(
                f"the query took more than {seconds:g} s: ask for less (KHOBOR_QUERY_SECONDS)"
            ) from None
        raise QueryError("the query ended its process: it needs too much memory") from None
