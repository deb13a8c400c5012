"""All benchmarks, each in a process of its own: ``python -m benchmarks [NAME…]``.

One JSON object a line. ``--short`` runs the short forms by CPU time and fails where a ratio is more
than 20 % worse than in ``committed.json``, three times in a row; ``--record`` rewrites the table in
``docs/developer/performance.md``, or with ``--short`` the committed ratios, each the worse of two
runs.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks import table
from benchmarks.catalogue import BENCHMARKS, REACHES, Benchmark
from etl.settings import PROJECT

COMMITTED = Path(__file__).with_name("committed.json")
TOLERANCE = 0.2
_LONGEST_SECONDS = 3 * 3600
_MORE_TRIES = 2

Line = dict[str, Any]


def main() -> int:
    """Run what is asked; 1 where a benchmark failed or a short form fell behind."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = [benchmark.name for benchmark in BENCHMARKS]
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names))
    parser.add_argument("--short", action="store_true", help="short forms, against committed.json")
    parser.add_argument("--record", action="store_true", help="keep the figures")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(names):
        parser.error(f"no benchmark {', '.join(sorted(unknown))}: there are {', '.join(names)}")
    chosen = [b for b in BENCHMARKS if b.name in (arguments.names or names)]
    started = time.monotonic()
    lines: list[Line] = []
    failed: list[str] = []
    if arguments.short:
        chosen = [benchmark for benchmark in chosen if benchmark.short is not None]
    # Short forms go by CPU time, so two at a time don't disturb each other's ratios.
    with ThreadPoolExecutor(2 if arguments.short else 1) as pool:
        rounds = 2 if arguments.short and arguments.record else 1
        running = [(b.name, pool.submit(run, b, short=arguments.short)) for b in chosen * rounds]
        for name, future in running:
            try:
                found = future.result()
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
                print(f"{name}: {error}", file=sys.stderr)
                failed.append(name)
                continue
            for line in found:
                print(json.dumps(line, ensure_ascii=False), flush=True)
            lines += found
    print(f"{len(lines)} measures in {time.monotonic() - started:.0f} s", file=sys.stderr)
    if arguments.record:
        record(lines, short=arguments.short)
    elif arguments.short:
        failed += fallen_behind(chosen, lines)
    return 1 if failed else 0


def run(benchmark: Benchmark, *, short: bool) -> list[Line]:
    """One benchmark's lines."""
    command = [sys.executable, "-m", benchmark.module]
    environment = dict(os.environ)
    if short:
        command += [str(benchmark.short), "--clock", "cpu"]
        # DuckDB's threads spin while one of them waits for a core, which looks like work.
        environment["KHOBOR_WORKERS"] = "1"
    done = subprocess.run(
        command,
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=_LONGEST_SECONDS,
    )
    return [json.loads(text) for text in done.stdout.splitlines()]


def fallen_behind(chosen: Iterable[Benchmark], lines: Iterable[Line]) -> list[str]:
    """Names of the measures that are worse than committed, three times in a row; each is told.

    Once may be the machine: what got slower is slower each time.
    """
    names = worse(lines)
    for _ in range(_MORE_TRIES):
        again = [b for b in chosen if not names.isdisjoint(b.reaches)]
        names &= worse(line for benchmark in again for line in run(benchmark, short=True))
    return sorted(names)


def worse(lines: Iterable[Line]) -> set[str]:
    """Names of the measures that fall behind the committed ratios; each is told."""
    committed: dict[str, float] = json.loads(COMMITTED.read_text(encoding="utf-8"))
    names = set()
    for line in lines:
        name, ratio = line["name"], line["ratio"]
        known = committed.get(name)
        if known is None or not REACHES[name].is_worse(ratio, known, TOLERANCE):
            continue
        names.add(name)
        print(f"{name}: ratio {ratio} is worse than the committed {known}", file=sys.stderr)
    return names


def record(lines: Iterable[Line], *, short: bool) -> None:
    """Keep the ratios, or the table of the documents; what was not run now stays as it was."""
    if not short:
        table.write(lines)
        return
    known = json.loads(COMMITTED.read_text(encoding="utf-8")) if COMMITTED.exists() else {}
    found: dict[str, float] = {}
    for line in lines:
        name, ratio = line["name"], line["ratio"]
        if name not in REACHES:  # told beside a measure, with nothing to reach
            continue
        if name not in found or REACHES[name].is_worse(ratio, found[name], 0):
            found[name] = ratio
    known.update(found)
    kept = {n: known[n] for n, reach in REACHES.items() if n in known and reach.is_in_short}
    text = json.dumps(kept, indent=2)
    COMMITTED.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
