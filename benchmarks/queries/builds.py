"""A generated lake with its published build, and the time that questions take on it."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from benchmarks.measure import Spent, clocked, least, median
from benchmarks.queries.questions import DUCKDB, QUESTIONS, Question, Rows, comparable
from etl.lake.connection import open_lake
from etl.lake.maintain import maintain_lake
from etl.publish.build import publish_build
from etl.publish.releases import new_build_id
from etl.settings import Settings
from tests.factories.lake import fill_lake

_TURNS = 9
Ask = Callable[[Question], Rows]


@dataclass(frozen=True, slots=True)
class Timings:
    """CPU and wall time of each question on the build and elsewhere: the least of nine turns."""

    build: list[Spent]
    other: list[Spent]

    def medians(self) -> tuple[Spent, Spent]:
        """Return the median question's time of each; it need not be the same question."""
        return median(self.build), median(self.other)

    def summary(self) -> str:
        """Return how many times faster the build is, question by question, by the wall clock."""
        times = [
            other.wall / build.wall for build, other in zip(self.build, self.other, strict=True)
        ]
        shown = ", ".join(f"{ratio:.2g}" for ratio in sorted(times))
        return f"question by question {statistics.median(times):.3g} in the median of {shown}"


@contextmanager
def generated_build(
    folder: Path, articles: int
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """Yield a lake of so many articles, open, and the path of its published build."""
    settings = Settings(home=folder / "home")
    with open_lake(settings) as lake:
        with lake.write("articles"):
            fill_lake(lake.connection, articles)
        maintain_lake(lake, settings, timedelta(0), timedelta(0))
        now = datetime.now(UTC)
        build = publish_build(
            lake.connection,
            settings.builds,
            settings.current_build,
            new_build_id(now),
            "bench",
            now,
        )
        yield lake.connection, build.warehouse


@contextmanager
def build_reader(warehouse: Path) -> Iterator[Ask]:
    """Yield a function that queries a build as a reader does, with as many threads as the lake."""
    threads: dict[str, str | bool | int | float | list[str]] = {"threads": Settings().workers}
    with duckdb.connect(str(warehouse), read_only=True, config=threads) as connection:
        yield lambda question: connection.execute(DUCKDB.sql(question)).fetchall()


def compare(ask_build: Ask, ask_other: Ask) -> Timings:
    """Run all questions on both, in turn; their answers must be equal."""
    timings = Timings([], [])
    for question in QUESTIONS:
        first, second = comparable(ask_build(question)), comparable(ask_other(question))
        assert first, question.name
        assert first == second, (question.name, first[:3], second[:3])
        turns = [(_time(ask_build, question), _time(ask_other, question)) for _ in range(_TURNS)]
        timings.build.append(least(build for build, _ in turns))
        timings.other.append(least(other for _, other in turns))
    return timings


def _time(ask: Ask, question: Question) -> Spent:
    with clocked(time.process_time) as spent:
        ask(question)
    return spent
