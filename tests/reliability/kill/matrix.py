"""SIGKILL at every write, rename, commit and flip of the commands; then the same command again.

A run without a kill tells which calls change files under home (``tracing``). Calls in a row that
write (or flush, or remove) one kind of file are a point; of the points that look alike, the first
and the last are taken. At each a run is killed before, within and after the calls. Then the same
command is started again, the chain goes on, and everything is compared with an undisturbed run,
while a reader polls the published build.

    python -m tests.reliability.kill.matrix [--points N] [--once] [--jobs N]

prints one JSON object a kill and a summary, and ends with 1 if anything differed.
"""

import argparse
import itertools
import json
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.reliability import homes
from tests.reliability.kill.tracing import Call, Moment, trace
from tests.reliability.readers.reader import in_child, polling, published

_SEED = 20_261_122
_ALIKE = 2
_LONGEST_DELAY_SECONDS = 0.01
# Kinds of files that are written alike; the rest stand for themselves.
_KINDS = (
    (re.compile(r"lake/data/(\w+)/.*parquet"), r"lake/data/\1/**.parquet"),
    (re.compile(r"docs/(results|validations|expectations)/.*"), r"docs/\1/**"),
    (re.compile(r"logs/.*"), "logs/**"),
    (re.compile(r"docs/static/.*"), "docs/static/**"),
    (re.compile(r"(staging/.*)/\w+\.parquet"), r"\1/*.parquet"),
)


@dataclass(frozen=True, slots=True)
class Point:
    """A place to die: calls ``first`` to ``last`` of one kind in the command's run from a base.

    They are counted by kind, since a batch is loaded while the next is read: calls of one kind come
    in the same order each time, calls of two kinds need not.
    """

    base: str
    command: int
    pattern: str
    first: int
    last: int

    def kill_at(self, moment: Moment) -> Callable[[Call], bool]:
        """Whether a call is the one to be killed at, asked of each in turn."""
        number = {Moment.BEFORE: self.first, Moment.AFTER: self.last}.get(
            moment, (self.first + self.last) // 2
        )
        alike = (number == count for count in itertools.count())
        return lambda call: _kind(call) == self.pattern and next(alike)


@dataclass(slots=True)
class Result:
    """One kill: whether the child died of it, and all that was wrong afterwards."""

    command: str
    pattern: str
    moment: str
    is_killed: bool
    polls: int
    cpu_seconds: float
    problems: list[str]


def _kind(call: Call) -> str:
    """What is done to which kind of file; a file's making, filling and flushing are one thing."""
    pattern = call.pattern
    for expression, name in _KINDS:
        pattern = expression.sub(name, pattern)
    does = {"unlink": "remove", "rmdir": "remove", "mkdir": "mkdir", "rename": "rename",
            "link": "link", "symlink": "link"}.get(call.name, "write")  # fmt: skip
    return f"{does} {pattern}"


def find_points(folder: Path, base: str, command: int) -> list[Point]:
    """All points of one command's run, from a run that isn't killed."""
    home = folder / f"find-{base}"
    shutil.copytree(folder / "base" / base, home, symlinks=True)
    run = homes.CHAIN[command].run
    traced = trace(lambda: run(homes.settings_of(home), folder / "pages"), home)
    shutil.rmtree(home)
    if traced.exit_code:
        raise RuntimeError(f"{base}: the undisturbed run ended with {traced.exit_code}")
    alike: dict[str, list[Point]] = defaultdict(list)
    counts: Counter[str] = Counter()
    kinds = (kind for kind in map(_kind, traced.calls) if not kind.endswith("-shm"))
    for kind, group in itertools.groupby(kinds):
        first = counts[kind]
        counts[kind] += len(list(group))
        alike[kind].append(Point(base, command, kind, first, counts[kind] - 1))
    return [point for points in alike.values() for point in _spread(points, _ALIKE)]


def _spread(points: Sequence[Point], count: int) -> list[Point]:
    if len(points) <= count:
        return list(points)
    return [points[round(i * (len(points) - 1) / (count - 1))] for i in range(count)]


def finish(home: Path, pages: Path, command: int, is_whole: bool, has_docs: bool) -> dict[str, Any]:
    """The command (again), the rest of the chain or only upkeep, and what is there then."""
    settings = homes.settings_of(home)
    if not has_docs:
        homes.without_docs()
    for step in homes.CHAIN[command : -1 if is_whole else min(command + 1, len(homes.CHAIN) - 1)]:
        step.run(settings, pages)
    homes.age(home)  # what was left behind is old when upkeep comes by
    homes.CHAIN[-1].run(settings, pages)
    return {"tables": homes.digest(settings), "leftovers": homes.leftovers(settings)}


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """What a run without a kill leaves, and the builds that a reader may see meanwhile."""

    tables: dict[str, str]
    builds: frozenset[str]


def goes_on(moment: Moment) -> bool:
    """Whether the whole chain follows, or only upkeep: one in three, as it costs seconds."""
    return moment is Moment.WITHIN


def run_undisturbed(folder: Path, base: str, command: int, is_whole: bool) -> Undisturbed:
    """What comes out without a kill."""
    home = folder / f"undisturbed-{base}-{is_whole}"
    shutil.copytree(folder / "base" / base, home, symlinks=True)
    before = in_child(lambda: published(home))
    found = in_child(lambda: finish(home, folder / "pages", command, is_whole, has_docs=False))
    after = in_child(lambda: published(home))
    if found["leftovers"]:
        raise RuntimeError(f"{base}: undisturbed, left behind: {found['leftovers']}")
    return Undisturbed(found["tables"], frozenset({json.dumps(before), json.dumps(after)}))


def kill_and_go_on(folder: Path, point: Point, moment: Moment, undisturbed: Undisturbed) -> Result:
    """One case: a killed run, the same command again, the comparison."""
    home = Path(tempfile.mkdtemp(prefix="case-", dir=folder)) / "home"
    pages = folder / "pages"
    shutil.copytree(folder / "base" / point.base, home, symlinks=True)
    run = homes.CHAIN[point.command].run
    delay = random.Random(f"{_SEED} {point}").uniform(0, _LONGEST_DELAY_SECONDS)
    problems = []
    with polling(home) as seen:
        traced = trace(
            lambda: run(homes.settings_of(home), pages),
            home,
            point.kill_at(moment),
            moment,
            delay,
        )
        try:
            # Data Docs take most of a build's time, and are no part of what is compared.
            has_docs = "docs/" in point.pattern
            found = in_child(lambda: finish(home, pages, point.command, goes_on(moment), has_docs))
        except RuntimeError as error:
            problems.append(f"started again: {error}")
        else:
            problems += [
                f"{name}: {rows}, undisturbed {undisturbed.tables[name]}"
                for name, rows in found["tables"].items()
                if rows != undisturbed.tables[name]
            ]
            problems += [
                f"left behind: {Path(path).relative_to(home)}" for path in found["leftovers"]
            ]
    problems += [f"reader: {error}" for error in seen["errors"]]
    problems += [
        f"reader saw {state}" for state in seen["states"] if state not in undisturbed.builds
    ]
    is_killed = traced.exit_code == -signal.SIGKILL
    if not is_killed and moment is not Moment.WITHIN:
        problems.append(f"not killed: ended with {traced.exit_code}")
    shutil.rmtree(home.parent)
    name = point.base if point.base == "first" else homes.CHAIN[point.command].name
    polls = sum(seen["states"].values())
    return Result(
        name, point.pattern, moment.value, is_killed, polls, round(sum(os.times()[:4]), 1), problems
    )


def run_cases(
    cases: Sequence[Callable[[], Result]], jobs: int, tell: Callable[[Result], None]
) -> list[Result]:
    """Run cases in forked processes, ``jobs`` at a time."""
    results: list[Result] = []
    running: dict[int, Any] = {}
    waiting = list(cases)
    while waiting or running:
        while waiting and len(running) < jobs:
            case = waiting.pop(0)
            reading, writing = os.pipe()
            child = os.fork()
            if child == 0:
                os.close(reading)
                try:
                    os.write(writing, json.dumps(asdict(case())).encode())
                except BaseException:  # noqa: BLE001  (told by the exit code)
                    traceback.print_exc()
                    os._exit(1)
                os._exit(0)
            os.close(writing)
            running[child] = reading
        child, status = os.wait()
        with os.fdopen(running.pop(child), "rb") as stream:
            text = stream.read()
        if status or not text:
            raise RuntimeError("a case broke off: see the error above")
        results.append(Result(**json.loads(text)))
        tell(results[-1])
    return results


def drawn(points: Sequence[Point], count: int) -> list[Point]:
    """Points spread evenly over all commands, drawn by a fixed seed."""
    chance = random.Random(_SEED)
    by_base: dict[str, list[Point]] = defaultdict(list)
    for point in chance.sample(list(points), len(points)):
        by_base[point.base].append(point)
    in_turn = itertools.chain.from_iterable(itertools.zip_longest(*by_base.values()))
    return [point for point in in_turn if point is not None][:count]


def run_matrix(
    folder: Path,
    count: int | None,
    is_once: bool,
    jobs: int,
    only: str | None,
    tell: Callable[[Result], None],
) -> tuple[int, list[Result]]:
    """The number of points, and the results of all kills at them.

    Args:
        count: draw so many of the points; None takes all.
        is_once: kill at each point once, at a moment drawn by the seed, not three times.
    """
    pages = folder / "pages"
    homes.write_pages(pages)
    homes.warm_up(folder / "base", pages)
    starts = [("first", 0), *((step.name, i) for i, step in enumerate(homes.CHAIN))]
    starts = [start for start in starts if only in (None, start[0])]
    points = [point for start in starts for point in find_points(folder, *start)]
    points = drawn(points, len(points) if count is None else count)
    chance = random.Random(_SEED)
    cases = [
        (point, moment)
        for point in points
        for moment in ([chance.choice(list(Moment))] if is_once else Moment)
    ]
    undisturbed = {
        start: run_undisturbed(folder, *start)
        for start in {(point.base, point.command, goes_on(moment)) for point, moment in cases}
    }
    calls = [
        lambda point=point, moment=moment: kill_and_go_on(
            folder, point, moment, undisturbed[point.base, point.command, goes_on(moment)]
        )
        for point, moment in cases
    ]
    return len(points), run_cases(calls, jobs, tell)


def main(arguments: Sequence[str]) -> int:
    """Run the matrix, print every kill and the summary; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(prog="kill_matrix")
    parser.add_argument("--points", type=int, help="points to draw instead of all")
    parser.add_argument("--once", action="store_true", help="one kill a point instead of three")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--only", help="one command: first, ingest, build, publish, maintain")
    options = parser.parse_args(arguments)
    started = time.monotonic()

    def tell(result: Result) -> None:
        sys.stdout.write(json.dumps(asdict(result), ensure_ascii=False) + "\n")
        sys.stdout.flush()

    with tempfile.TemporaryDirectory(prefix="khobor-kills-") as name:
        points, results = run_matrix(
            Path(name), options.points, options.once, options.jobs, options.only, tell
        )
    wrong = [result for result in results if result.problems]
    summary = {
        "points": points,
        "kills": sum(result.is_killed for result in results),
        "by_command": Counter(result.command for result in results if result.is_killed),
        "polls": sum(result.polls for result in results),
        "wrong": len(wrong),
        "seconds": round(time.monotonic() - started),
        "cpu_seconds": round(sum(os.times()[:4])),
    }
    sys.stdout.write(json.dumps(summary) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
