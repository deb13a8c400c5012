"""Pages read in worker processes, each page under a time and a memory limit."""

import gc
import resource
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from multiprocessing import process
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.popen_forkserver import Popen
from multiprocessing.process import BaseProcess, current_process
from pathlib import Path
from types import ModuleType
from typing import Any

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from etl.addresses import split_url
from etl.enrich.article import Reference, code_article, load_reference
from etl.extract.page import extract_page
from etl.outlets.profiles import Outlets, load_outlets
from etl.resources import LEXICON
from etl.schema.problems import Problem, UnreadablePageError
from etl.schema.records import Article, Capture, Page
from etl.schema.vocabulary import PageKind, ProblemCode
from etl.settings import Settings

Result = Article | Page | Problem

# Address space a worker may take over what it has at start. The largest page allowed (10 MB of
# HTML) parses into a tree of a few hundred MB.
WORKER_MEMORY_BYTES = 2_000_000_000
# Captures handed out per worker ahead of need: keeps workers busy, memory flat.
_AHEAD = 4
_MEMORY_LIMIT = Problem(ProblemCode.MEMORY_LIMIT, "the page took more memory than one page may")
_PRELOAD = ["etl.extract.page", "etl.enrich.article", "trafilatura", "lxml.html"]


_AUTHENTICATION: Any = vars(process)["AuthenticationString"]  # typeshed leaves it out


class _Process(ForkServerProcess):
    """A process that doesn't import the program's main module.

    In an Airflow task that module is Airflow, which a worker neither needs nor may open.
    """

    def start(self) -> None:
        """Start also from a worker process of Celery.

        That is daemonic, so multiprocessing refuses it children; these end with the pool's pipes.
        And its authentication key is of a type that only Celery's own library passes on.
        """
        state: dict[str, Any] = vars(current_process())["_config"]
        daemon = state.pop("daemon", None)
        for config in (state, vars(self)["_config"]):
            config["authkey"] = _AUTHENTICATION(bytes(config["authkey"]))
        try:
            super().start()
        finally:
            if daemon is not None:
                state["daemon"] = daemon

    @staticmethod
    def _Popen(process_obj: BaseProcess) -> Popen:  # noqa: N802  (multiprocessing's name)
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            return Popen(process_obj)
        finally:
            sys.modules["__main__"] = main


class _Context(ForkServerContext):
    Process = _Process


@dataclass(frozen=True, slots=True)
class _WorkerState:
    """Profiles, reference tables and limits; loaded once per worker."""

    outlets: Outlets
    reference: Reference
    max_bytes: int


_state: _WorkerState | None = None


def prepare(outlets: Path, max_bytes: int, memory_bytes: int | None) -> None:
    """Load the profiles and reference tables into this process, and limit its memory.

    Args:
        outlets: path of the profiles.
        max_bytes: largest size of a page.
        memory_bytes: address space to allow beyond what the process has; None for no limit.
    """
    global _state  # one per process: pages arrive as calls, and pickling it each time is slow
    _state = _WorkerState(load_outlets(outlets), load_reference(LEXICON), max_bytes)
    # The tables live as long as the process: collections can skip them, and be rarer than by
    # default. That saves a tenth of a page's time.
    gc.freeze()
    gc.set_threshold(50_000)
    if memory_bytes is not None:
        status = Path("/proc/self/statm").read_text(encoding="ascii")
        present = int(status.split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (present + memory_bytes, resource.RLIM_INFINITY))


def read_capture(capture: Capture) -> Result:
    """Read one capture in this process, after ``prepare``.

    Returns:
        An article with its coding, a page that is none, or why it could not be read.
    """
    if _state is None:
        raise RuntimeError("prepare() has not been called in this process")
    if capture.read_error is not None:
        return capture.read_error
    if capture.url is not None and split_url(capture.url) is None:
        return Problem(ProblemCode.BAD_URL, "the address of the capture can't be read as one")
    try:
        page = extract_page(capture, _state.outlets, _state.max_bytes)
    except UnreadablePageError as error:
        return error.problem
    except MemoryError:
        return _MEMORY_LIMIT
    except RecursionError:
        return Problem(ProblemCode.NESTING_LIMIT, "the page is nested too deep to be read")
    if page.kind is not PageKind.ARTICLE:
        return page
    return code_article(page, _state.reference)


def _read_or_report(capture: Capture) -> Result:
    """``read_capture``, where a defect of the program costs one page and not the batch."""
    try:
        return read_capture(capture)
    except Exception as error:  # noqa: BLE001  (any defect; the ledger names it)
        return Problem.internal(error)


def read_captures(
    captures: Iterable[Capture], settings: Settings, memory_bytes: int = WORKER_MEMORY_BYTES
) -> Iterator[tuple[Capture, Result]]:
    """Read captures in worker processes, in order, few of them in memory at a time.

    Args:
        captures: the captures; consumed a little ahead of the results.
        settings: number of workers and limits.
        memory_bytes: address space a worker may take over what it has at start.

    Yields:
        Each capture with its result; a page over a limit has a ``Problem``.
    """
    context = _Context()
    context.set_forkserver_preload(_PRELOAD)
    pool = ProcessPool(
        max_workers=settings.workers,
        initializer=prepare,
        initargs=(settings.outlets, settings.page_max_bytes, memory_bytes),
        context=context,
    )
    waiting: deque[tuple[Capture, ProcessFuture[Result]]] = deque()
    with pool:
        try:
            for capture in captures:
                future = pool.schedule(
                    _read_or_report, args=(capture,), timeout=settings.page_timeout_seconds
                )
                waiting.append((capture, future))
                if len(waiting) >= _AHEAD * settings.workers:
                    yield _finished(*waiting.popleft(), settings)
            while waiting:
                yield _finished(*waiting.popleft(), settings)
        except BaseException:
            pool.stop()  # type: ignore[no-untyped-call]  # Pebble leaves it unannotated
            raise


def _finished(
    capture: Capture, future: ProcessFuture[Result], settings: Settings
) -> tuple[Capture, Result]:
    try:
        return capture, future.result()
    except FutureTimeoutError:
        limit = f"{settings.page_timeout_seconds:g} s"
        return capture, Problem(ProblemCode.TIME_LIMIT, f"not read within {limit}")
    except ProcessExpired as error:
        detail = f"the reading process ended with {error.exitcode}"
        return capture, Problem(ProblemCode.WORKER_DIED, detail)
    except MemoryError:
        return capture, _MEMORY_LIMIT
