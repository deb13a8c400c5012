"""How cost grows from a thousand to a million articles: load, publish, queries, stories.

``python -m benchmarks.growth [NAME…] [--largest N]`` prints one JSON object a line, by CPU time,
keeps the points in ``growth.json`` and draws all of them into ``docs/developer/growth.svg``, so a
curve can be measured alone. ``exponent`` is the slope from the size before on logarithmic scales:
1 is linear.
"""

import argparse
import json
import math
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.catalogue import BENCHMARKS
from etl.settings import PROJECT

PLOT = PROJECT / "docs" / "developer" / "growth.svg"
SIZES = (1_000, 10_000, 100_000, 1_000_000)
_GROWING = ("load", "publish", "query_lake", "story")
_MODULES = {benchmark.name: benchmark.module for benchmark in BENCHMARKS}
_KEPT = Path(__file__).with_name("growth.json")
_AIM = 1.1  # what noise adds to a line that is straight

Seconds = dict[str, dict[int, float]]  # by name and number of articles


def main() -> int:
    """Measure and draw; 1 where something grows faster than its input at the largest size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(_GROWING))
    parser.add_argument("--largest", type=int, default=SIZES[-1])
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(_GROWING):
        parser.error(f"no curve {', '.join(sorted(unknown))}: there are {', '.join(_GROWING)}")
    names = arguments.names or list(_GROWING)
    seconds = _read()
    for name in names:
        for size in (size for size in SIZES if size <= arguments.largest):
            seconds.setdefault(name, {})[size] = _seconds(name, size)
            _KEPT.write_text(f"{json.dumps(seconds, indent=2)}\n", encoding="utf-8")
    points = list(_points(seconds))
    PLOT.write_text(_svg(points), encoding="utf-8")
    largest = {point["name"]: point for point in points if point["name"] in names}
    for point in points:
        if point["name"] in names:
            print(json.dumps(point), flush=True)
    steep = [point for point in largest.values() if (point["exponent"] or 0) > _AIM]
    for point in steep:
        print(
            f"{point['name']} grows with the power {point['exponent']} of its input",
            file=sys.stderr,
        )
    return 1 if steep else 0


def _read() -> Seconds:
    kept = json.loads(_KEPT.read_text(encoding="utf-8")) if _KEPT.exists() else {}
    return {
        name: {int(size): spent for size, spent in sizes.items()} for name, sizes in kept.items()
    }


def _points(seconds: Seconds) -> Iterator[dict[str, Any]]:
    """The points of each curve by size, each with its slope from the one before."""
    for name, sizes in seconds.items():
        slopes: dict[int, float] = {}
        for (fewer, before), (more, after) in pairwise(sorted(sizes.items())):
            slopes[more] = round(math.log(after / before) / math.log(more / fewer), 2)
        for size, spent in sorted(sizes.items()):
            yield {
                "name": name, "articles": size, "seconds": spent, "exponent": slopes.get(size),
            }  # fmt: skip


def _seconds(name: str, size: int) -> float:
    if name == "story":  # a million articles would wait an hour for its baseline
        linking = f"from benchmarks.chain.story import linking; print(linking({size}).cpu)"
        return float(_printed(["-c", linking]))
    printed = _printed(["-m", _MODULES[name], str(size), "--clock", "cpu"])
    lines = [json.loads(text) for text in printed.splitlines()]
    return next(float(line["value"]) for line in lines if line["name"] == name)


def _printed(program: list[str]) -> str:
    command = [sys.executable, *program]
    return subprocess.run(
        command, cwd=PROJECT, stdout=subprocess.PIPE, text=True, check=True
    ).stdout


def _svg(points: list[dict[str, Any]]) -> str:
    import vl_convert

    powers = [10**power for power in range(-1, 7)]
    logarithmic = {"scale": {"type": "log"}, "axis": {"values": powers, "format": ",~g"}}
    chart = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": 420,
        "height": 280,
        "data": {"values": points},
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {"field": "articles", "type": "quantitative", **logarithmic},
            "y": {
                "field": "seconds", "type": "quantitative", "title": "CPU seconds", **logarithmic,
            },
            "color": {"field": "name", "type": "nominal", "title": None},
        },
    }  # fmt: skip
    return str(vl_convert.vegalite_to_svg(json.dumps(chart)))


if __name__ == "__main__":
    raise SystemExit(main())
