"""The same pages a second time: nothing is new, so nothing is built and published."""

from collections.abc import Iterator

from benchmarks.measure import Measure, Spent, clocked, main, median, scratch
from etl.settings import Settings
from etl.workflows.build import chain
from etl.workflows.run_ids import new_run_id
from tests.factories.pages import write_pages

SIZE = 2_000
_TURNS = 5


def measures(size: int) -> Iterator[Measure]:
    """``size`` made pages, taken in, built and published, and taken in again."""
    with scratch() as folder:
        settings = Settings(home=folder / "home")
        write_pages(folder / "pages", size)
        with clocked() as first:
            report = chain.run(settings, [folder / "pages"], new_run_id())
        assert report.outcomes["loaded"] == size
        again: list[Spent] = []
        for _ in range(_TURNS):
            with clocked() as spent:
                report = chain.run(settings, [folder / "pages"], new_run_id())
            assert report.ingest.captures_known == size
            assert report.publish is None
            again.append(spent)
    note = f"`khobor run` on the same pages again, the median of {_TURNS} runs; "
    note += "baseline: the first run"
    yield Measure("rerun", median(again), "s", first, size, note)


if __name__ == "__main__":
    main(measures, SIZE)
