"""The benchmarks, what each has to reach, and the sizes of their short forms."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["at least", "at most", "more seconds"]


@dataclass(frozen=True, slots=True)
class Reach:
    """What a measure aims at: a ratio to reach or not to pass, or seconds beyond the baseline.

    ``is_in_short`` is false where only the wall clock tells it, which CI can't go by.
    """

    kind: Kind
    aim: float
    is_in_short: bool = True

    def __str__(self) -> str:
        if self.kind == "more seconds":
            return f"baseline + {self.aim:g} s"
        return f"{'≥' if self.kind == 'at least' else '≤'} {self.aim:g}"

    def holds(self, value: float, baseline: float) -> bool:
        """Whether a measure reaches it."""
        if self.kind == "more seconds":
            return value - baseline <= self.aim
        ratio = value / baseline
        return ratio >= self.aim if self.kind == "at least" else ratio <= self.aim

    def is_worse(self, ratio: float, committed: float, tolerance: float) -> bool:
        """Whether a ratio falls behind a committed one by more than a share of it."""
        if self.kind == "at least":
            return ratio < committed / (1 + tolerance)
        return ratio > committed * (1 + tolerance)


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One module, ``benchmarks.<group>.<name>``: its aims, and the size of its short form.

    ``short`` is None where no short form says anything: scaling, a second run, memory and Airflow
    need the wall clock of a quiet machine or many pages.
    """

    group: str
    name: str
    reaches: dict[str, Reach]
    short: int | None = None

    @property
    def module(self) -> str:
        """The module's name for ``python -m``."""
        return f"benchmarks.{self.group}.{self.name}"


def _at_least(aim: float, *, is_in_short: bool = True) -> Reach:
    return Reach("at least", aim, is_in_short)


def _at_most(aim: float) -> Reach:
    return Reach("at most", aim)


BENCHMARKS = (
    Benchmark("pages", "extract", {"extract": _at_least(3)}, 60),
    Benchmark("pages", "extract_profiled", {"extract_profiled": _at_least(10)}, 60),
    Benchmark("pages", "extract_scaling", {"extract_scaling": _at_least(1.8)}),
    Benchmark("chain", "pipeline", {"pipeline": _at_most(1.25)}, 200),
    Benchmark("chain", "validate", {"validate": _at_most(2)}, 20_000),
    Benchmark("lake", "load", {"load": _at_most(3), "load_last_batch": _at_most(1.5)}, 5_000),
    Benchmark(
        "chain",
        "batch",
        {"batch": _at_most(1.3), "batch_extract": _at_most(3), "batch_full": _at_most(0.1)},
    ),
    Benchmark("chain", "rerun", {"rerun": _at_most(0.03)}),
    Benchmark("queries", "publish", {"publish": _at_most(2), "publish_zstd": _at_most(2)}, 10_000),
    Benchmark(
        "queries",
        "query_build",
        {
            "query_build": _at_least(10),
            # Postgres works in processes of its own.
            "query_build_postgres": _at_least(10, is_in_short=False),
        },
        30_000,
    ),
    # Ratios to LIKE; the wall clock of a quiet machine says more (150 ms on a million articles).
    Benchmark("queries", "search", {"search": _at_most(1)}),
    Benchmark("queries", "query_lake", {"query_lake": _at_most(3)}, 30_000),
    Benchmark("chain", "story", {"story": _at_most(1), "story_formula": _at_most(2)}, 2_000),
    Benchmark("chain", "memory", {"memory": _at_most(1.3)}),
    Benchmark("lake", "storage", {"storage": _at_most(1)}, 60),
    Benchmark(
        "lake", "upkeep", {"upkeep_files": _at_most(1.3), "upkeep_queries": _at_most(1.3)}, 40
    ),
    Benchmark("chain", "airflow", {"airflow": Reach("more seconds", 10)}),
    Benchmark(
        "chain",
        "start",
        {"start": Reach("more seconds", 0.3), "start_sql": Reach("more seconds", 0.6)},
        9,
    ),
)
REACHES = {name: reach for benchmark in BENCHMARKS for name, reach in benchmark.reaches.items()}
