"""Feeds, sitemaps and listings parsed with a limit of time and memory.

Elements in each other by the hundred thousand make a parser's time grow with their square. A large
document is parsed in a process of its own, which ends when its time is over; the requests to other
hosts go on meanwhile. A small one can't take long.
"""

import asyncio
import resource
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeoutError
from multiprocessing import get_context
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from etl.schema.problems import Problem, UnreadableSourceError
from etl.schema.vocabulary import ProblemCode

R = TypeVar("R")

# Nested 22,000 times (66 kB), elements took 0.03 s; 400,000 times, 10 s.
_SMALL_BYTES = 100_000
_SECONDS = 20.0
_MEMORY_BYTES = 4_000_000_000


class SourceReader:
    """Parses documents; its process is started by the first large one."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        self._pool: ProcessPool | None = None

    async def read(self, parse: Callable[..., R], content: bytes, *arguments: object) -> R:
        """Parse a document.

        Args:
            parse: a function of a module.
            content: its first argument.
            arguments: the others.

        Raises:
            UnreadableSourceError: it can't be read, or took too long or too much memory.
        """
        if len(content) <= _SMALL_BYTES:
            return parse(content, *arguments)
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=1, initializer=_limit_memory, context=get_context("spawn")
            )
        future = self._pool.schedule(
            _parsed, args=(parse, content, *arguments), timeout=self._seconds
        )
        try:
            found: R | Problem = await asyncio.wrap_future(future)
        except FutureTimeoutError:
            detail = f"parsing it took more than {self._seconds:g} s"
            raise UnreadableSourceError(ProblemCode.TIME_LIMIT, detail) from None
        except (MemoryError, ProcessExpired) as error:
            detail = f"parsing it ended its process: {type(error).__name__}"
            raise UnreadableSourceError(ProblemCode.WORKER_DIED, detail) from None
        if isinstance(found, Problem):
            raise UnreadableSourceError(found.code, found.detail)
        return found

    def close(self) -> None:
        """End the process."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))


def _parsed(parse: Callable[..., Any], content: bytes, *arguments: object) -> Any:
    """Runs in the process; an error of the document comes back as its problem."""
    try:
        return parse(content, *arguments)
    except UnreadableSourceError as error:
        return error.problem
