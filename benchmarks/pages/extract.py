"""Extraction of real pages: from bytes to finished staged rows, in one process."""

from collections.abc import Iterator

from benchmarks.measure import Measure, main
from benchmarks.pages.baseline import beside_trafilatura
from evaluation.extraction import BENCH, articles, capture_of

SIZE = 181


def measures(size: int) -> Iterator[Measure]:
    """``size`` pages of ``../shared/bench/aeb``; nothing where they are absent."""
    if not BENCH.is_dir():
        return
    pages = articles()
    captures = [capture_of(page.content) for page in pages[:: -(-len(pages) // size)]]
    yield beside_trafilatura("extract", captures, "real pages of unknown outlets")


if __name__ == "__main__":
    main(measures, SIZE)
