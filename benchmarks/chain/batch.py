"""A quarter of an hour's pages, from captures to the published build, onto lakes of two sizes.

``batch`` compares the lakes; ``batch_extract`` is the same next to the extraction alone of these
pages, ``batch_full`` its publish next to one that computes all marts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Measure, Spent, clocked, main, scratch
from etl.lake.connection import open_lake
from etl.publish.last_build import IN_FULL, USUAL_UPKEEP
from etl.settings import Settings
from etl.validate.gx import import_gx
from etl.workflows import publishing
from etl.workflows.build import chain
from etl.workflows.build.read_batch import captures_of
from etl.workflows.build.stories import link_stories
from etl.workflows.build.worker_pool import read_captures
from etl.workflows.collect.files import ingest_files
from etl.workflows.maintain import maintain
from etl.workflows.run_ids import new_run_id
from tests.factories.lake import fill_lake
from tests.factories.pages import write_pages

SIZE = 1_000_000
_FRACTION = 100
_PAGES = 200
_MINUTES = 15


@dataclass(frozen=True, slots=True)
class _Batch:
    """What the steps of one batch take."""

    extraction: Spent
    build: Spent
    publish: Spent
    publish_in_full: Spent


def measures(size: int) -> Iterator[Measure]:
    """A lake of ``size`` articles, and one of a hundredth."""
    import_gx()  # what a process loads once is left out
    small = size // _FRACTION
    with scratch() as folder:
        write_pages(folder / "pages", _PAGES, minutes=_MINUTES)
        few = _batch(folder / "few", folder / "pages", small)
        many = _batch(folder / "many", folder / "pages", size)
    value = many.build + many.publish
    note = f"{_PAGES} pages; build {many.build.cpu:.1f}, publish {many.publish.cpu:.1f} CPU s"
    baseline = few.build + few.publish
    yield Measure("batch", value, "s", baseline, size, f"{note}; baseline: onto {small} articles")
    yield Measure(
        "batch_extract", value, "s", many.extraction, size, f"{note}; baseline: extraction alone"
    )
    yield Measure(
        "batch_full", many.publish, "s", many.publish_in_full, size, "baseline: all marts computed"
    )


def _batch(home: Path, pages: Path, articles: int) -> _Batch:
    settings = Settings(home=home)
    with open_lake(settings) as lake, lake.write("articles"):
        fill_lake(lake.connection, articles)
    link_stories(settings, new_run_id())
    maintain(settings, new_run_id())
    publishing.publish(settings, new_run_id())
    taken = ingest_files(settings, [pages], new_run_id())
    captures = [row.capture for row in captures_of(settings, "batch_id", taken.batch_ids)]
    with clocked() as extraction:
        list(read_captures(iter(captures), settings))
    with clocked() as build:
        outcomes = chain.build(settings, new_run_id())
    assert outcomes["loaded"] == _PAGES, outcomes
    with clocked() as publish:
        publishing.publish(settings, new_run_id(), USUAL_UPKEEP)
    with clocked() as in_full:
        publishing.publish(settings, new_run_id(), IN_FULL)
    return _Batch(extraction, build, publish, in_full)


if __name__ == "__main__":
    main(measures, SIZE)
