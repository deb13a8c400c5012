"""A made lake with its published build, and the time that questions take."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from benchmarks.made_lake import fill_lake
from benchmarks.measure import Spent, clocked
from benchmarks.questions import QUESTIONS, Question, Rows, comparable
from etl.load.lake import open_lake, transaction
from etl.load.upkeep import maintain_lake
from etl.publish.build import publish_build
from etl.publish.folders import new_build_id
from etl.settings import Settings

_TURNS = 3
Ask = Callable[[Question], Rows]


@contextmanager
def made_build(folder: Path, articles: int) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """The lake, open, and the path of its build."""
    settings = Settings(home=folder / "home")
    with open_lake(settings) as connection:
        with transaction(connection):
            fill_lake(connection, articles)
        maintain_lake(connection, timedelta(0), timedelta(0))
        now = datetime.now(UTC)
        build = publish_build(
            connection, settings.builds, settings.current_build, new_build_id(now), "bench", now
        )
        yield connection, build.warehouse


@contextmanager
def build_reader(warehouse: Path) -> Iterator[Ask]:
    """Ask a build as a reader does."""
    tables = {name: f"mart.{name}" for name in ("article", "entity_daily", "capture_outcome")}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        yield lambda question: connection.execute(question.build.format(**tables)).fetchall()


def compare(one: Ask, other: Ask) -> tuple[Spent, Spent]:
    """The median question's time for two who answer in turn; their answers must be equal."""
    taken: tuple[list[Spent], list[Spent]] = ([], [])
    for question in QUESTIONS:
        first, second = comparable(one(question)), comparable(other(question))
        assert first, question.name
        assert first == second, (question.name, first[:3], second[:3])
        for ask, times in zip((one, other), taken, strict=True):
            times.append(min((_time(ask, question) for _ in range(_TURNS)), key=lambda s: s.wall))
    return _median(taken[0]), _median(taken[1])


def _time(ask: Ask, question: Question) -> Spent:
    with clocked(time.process_time) as spent:
        ask(question)
    return spent


def _median(found: list[Spent]) -> Spent:
    return Spent(
        statistics.median(spent.wall for spent in found),
        statistics.median(spent.cpu for spent in found),
    )
