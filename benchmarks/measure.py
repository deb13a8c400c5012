"""What all benchmarks share: a clock, the line of JSON that a measure prints, and how to run one.

Seconds are kept both ways: by the wall clock, which is what people wait, and as CPU time of this
process and all below it, which a busy machine doesn't stretch. ``--clock`` picks the one that the
line tells; the other ratio stands in its note.
"""

import argparse
import contextlib
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Spent:
    """Seconds that something took."""

    wall: float = 0.0
    cpu: float = 0.0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(self.wall + other.wall, self.cpu + other.cpu)

    def by(self, clock: str) -> float:
        """The seconds of one of the two clocks."""
        return self.cpu if clock == "cpu" else self.wall


@dataclass(frozen=True, slots=True)
class Measure:
    """One line: a value beside its baseline, both plain or both seconds.

    Args:
        rate: how many things were done in the time; the line tells things a second then.
    """

    name: str
    value: float | Spent
    unit: str
    baseline: float | Spent | None
    n: int
    note: str = ""
    rate: int | None = None

    def ratio(self, clock: str) -> float | None:
        """Value to baseline."""
        baseline = self._number(self.baseline, clock)
        return self._number(self.value, clock) / baseline if baseline else None

    def line(self, clock: str) -> dict[str, object]:
        """The measure as it is printed."""
        note, unit, ratio = self.note, self.unit, self.ratio(clock)
        if isinstance(self.value, Spent):
            other = "wall" if clock == "cpu" else "cpu"
            if (other_ratio := self.ratio(other)) is not None:
                note = f"{note}; ratio by {other} {other_ratio:.3g}"
            unit = f"CPU {unit}" if clock == "cpu" else unit
        baseline = None if self.baseline is None else self._number(self.baseline, clock)
        return {
            "name": self.name,
            "value": _rounded(self._number(self.value, clock)),
            "unit": unit,
            "baseline": _rounded(baseline),
            "ratio": _rounded(ratio),
            "n": self.n,
            "note": note,
        }

    def _number(self, value: float | Spent | None, clock: str) -> float:
        if not isinstance(value, Spent):
            return value or 0.0
        seconds = value.by(clock)
        return seconds if self.rate is None else self.rate / seconds


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")


def median(found: Iterable[Spent]) -> Spent:
    """The median of each clock."""
    times = list(found)
    return Spent(*(statistics.median(t.by(clock) for t in times) for clock in ("wall", "cpu")))


def least(found: Iterable[Spent]) -> Spent:
    """The least of each clock: what other work on the machine adds is left out."""
    times = list(found)
    return Spent(*(min(t.by(clock) for t in times) for clock in ("wall", "cpu")))


@contextlib.contextmanager
def clocked(cpu_clock: Callable[[], float] | None = None) -> Iterator[Spent]:
    """Measure a block; the answer is filled in at its end.

    Args:
        cpu_clock: ``time.process_time`` for short blocks without other processes: the default,
            ``cpu_seconds``, costs milliseconds itself.
    """
    clock = cpu_clock or cpu_seconds
    spent = Spent()
    cpu, wall = clock(), time.perf_counter()
    yield spent
    spent.wall = time.perf_counter() - wall
    spent.cpu = clock() - cpu


def cpu_seconds() -> float:
    """CPU time so far of this process and of all below it, also of those that have ended.

    Pool workers are children of multiprocessing's fork server, which ``getrusage`` doesn't tell
    of while it lives; the kernel's table of processes does.
    """
    children: dict[int, list[tuple[int, float]]] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text(encoding="ascii").rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile; its parent has its time
            continue
        ticks = sum(int(field) for field in fields[11:15])
        children.setdefault(int(fields[1]), []).append((int(folder.name), ticks / _TICKS))

    def below(pid: int) -> float:
        return sum(seconds + below(child) for child, seconds in children.get(pid, ()))

    ended = os.times()
    return time.process_time() + ended.children_user + ended.children_system + below(os.getpid())


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """A folder for the time of a benchmark."""
    with tempfile.TemporaryDirectory(prefix="khobor-bench-") as name:
        yield Path(name)


def main(measures: Callable[[int], Iterator[Measure]], size: int) -> None:
    """Run one benchmark as a program: ``python -m benchmarks.NAME [SIZE] [--clock cpu|wall]``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("size", type=int, nargs="?", default=size)
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall")
    arguments = parser.parse_args()
    for measure in measures(arguments.size):
        line = measure.line(arguments.clock)
        print(json.dumps(line, ensure_ascii=False), flush=True)
