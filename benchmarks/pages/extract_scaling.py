"""Extraction in two processes beside one. Only the wall clock can tell it."""

from collections.abc import Iterator

from benchmarks.measure import Measure, clocked, main
from etl.schema.records import Article, Capture
from etl.settings import Settings
from etl.workflows.build.worker_pool import read_captures
from tests.factories.pages import generate_pages

SIZE = 2_000


def measures(size: int) -> Iterator[Measure]:
    """``size`` made pages."""
    captures = [page.capture() for page in generate_pages(size)]
    _read(captures[:8], 1)  # the processes' forerunner has imported everything then
    with clocked() as one:
        _read(captures, 1)
    with clocked() as two:
        _read(captures, 2)
    note = "two processes; baseline: one process"
    rates = (size / two.wall, size / one.wall)
    yield Measure("extract_scaling", rates[0], "pages/s", rates[1], size, note)


def _read(captures: list[Capture], workers: int) -> None:
    results = [result for _, result in read_captures(captures, Settings(workers=workers))]
    assert len(results) == len(captures)
    assert all(isinstance(result, Article) for result in results)


if __name__ == "__main__":
    main(measures, SIZE)
