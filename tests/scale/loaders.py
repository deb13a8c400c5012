"""What other machines do in tests: each function is called in a process of its own."""

import os
import random
import signal
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

from etl.settings import Settings
from etl.workflows.build import batches
from etl.workflows.collect.files import ingest_files

_START_SECONDS = 120


def at_once(
    function: Callable[..., None], settings: Sequence[Settings], *arguments: object
) -> None:
    """Call the function with each of the settings, in as many processes, all at the same time."""
    assert exit_codes(function, settings, *arguments) == [0] * len(settings)


def exit_codes(
    function: Callable[..., None], settings: Sequence[Settings], *arguments: object
) -> list[int | None]:
    """The same, and how the processes ended; negative for a signal."""
    context = get_context("spawn")
    start = context.Barrier(len(settings))
    processes = [
        context.Process(target=_started_together, args=(start, function, one, number, *arguments))
        for number, one in enumerate(settings)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return [process.exitcode for process in processes]


def _started_together(
    start: Barrier, function: Callable[..., None], settings: Settings, *arguments: object
) -> None:
    start.wait(_START_SECONDS)
    function(settings, *arguments)


def ingest(settings: Settings, number: int, pages: Path) -> None:
    ingest_files(settings, [pages], f"machine-{number}")


def load(settings: Settings, number: int, batch_ids: Sequence[str], run_id: str) -> None:
    """Load every batch, in an order of this machine's own."""
    for batch_id in random.Random(number).sample(batch_ids, len(batch_ids)):
        batches.load_batch(settings, batch_id, run_id)


MOMENTS = ("with the lock", "before the commit", "after the commit")


def load_and_die(settings: Settings, number: int, batch_id: str, run_id: str, moment: str) -> None:
    """Load a batch, killed at that moment."""

    def die(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    if moment == "with the lock":
        batches.load_staged = die  # type: ignore[assignment,attr-defined]
    elif moment == "before the commit":
        batches.record_run = die  # type: ignore[assignment,attr-defined]
    else:
        batches.unloaded = die  # type: ignore[assignment,attr-defined]
    batches.load_batch(settings, batch_id, run_id)
