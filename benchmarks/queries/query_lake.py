"""Ten BI questions straight on DuckLake, beside the same on the published build.

The lake is asked in one transaction: all answers are of one snapshot, as a build's are.
"""

from collections.abc import Iterator

from benchmarks.measure import Measure, main, scratch
from benchmarks.queries.builds import build_reader, compare, generated_build

SIZE = 1_000_000


def measures(size: int) -> Iterator[Measure]:
    """A lake of ``size`` articles, compacted as ``khobor maintain`` does."""
    with (
        scratch() as folder,
        generated_build(folder, size) as (connection, warehouse),
        build_reader(warehouse) as ask_build,
    ):
        connection.begin()
        timings = compare(ask_build, lambda question: connection.execute(question.lake).fetchall())
        connection.rollback()
    baseline, value = timings.medians()
    note = f"the median of ten questions; baseline: on the build; {timings.summary()}"
    yield Measure("query_lake", value, "s", baseline, size, note)


if __name__ == "__main__":
    main(measures, SIZE)
