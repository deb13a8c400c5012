"""Ten BI questions straight on DuckLake, beside the same on the published build."""

from collections.abc import Iterator

from benchmarks.made_build import build_reader, compare, made_build
from benchmarks.measure import Measure, main, scratch

SIZE = 1_000_000


def measures(size: int) -> Iterator[Measure]:
    """A lake of ``size`` articles, compacted as ``khobor maintain`` does."""
    with (
        scratch() as folder,
        made_build(folder, size) as (connection, warehouse),
        build_reader(warehouse) as ask_build,
    ):
        answered = compare(ask_build, lambda question: connection.execute(question.lake).fetchall())
    baseline, value = answered.medians()
    note = f"the median of ten questions; baseline: on the build; {answered.told()}"
    yield Measure("query_lake", value, "s", baseline, size, note)


if __name__ == "__main__":
    main(measures, SIZE)
