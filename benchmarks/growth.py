"""How cost grows from a thousand to a million articles: load, publish, queries, stories.

``python -m benchmarks.growth [--largest N]`` prints one JSON object a line, by CPU time, and draws
``docs/growth.svg``. ``exponent`` is the slope from the size before on logarithmic scales: 1 is
linear, and what stays above is to be mended.
"""

import argparse
import json
import math
import subprocess
import sys
from typing import Any

from etl.settings import PROJECT

PLOT = PROJECT / "docs" / "growth.svg"
SIZES = (1_000, 10_000, 100_000, 1_000_000)
_GROWING = ("load", "publish", "query_lake", "story")
_AIM = 1.1  # what noise adds to a line that is straight


def main() -> int:
    """Measure and draw; 1 where something grows faster than its input at the largest size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--largest", type=int, default=SIZES[-1])
    largest = parser.parse_args().largest
    points: list[dict[str, Any]] = []
    for name in _GROWING:
        before: dict[str, Any] | None = None
        for size in (size for size in SIZES if size <= largest):
            seconds = _seconds(name, size)
            point = {"name": name, "articles": size, "seconds": seconds, "exponent": None}
            if before is not None:
                steps = math.log(size / before["articles"])
                point["exponent"] = round(math.log(seconds / before["seconds"]) / steps, 2)
            print(json.dumps(point), flush=True)
            points.append(point)
            before = point
    PLOT.write_text(_svg(points), encoding="utf-8")
    steep = {
        point["name"]: point["exponent"]
        for point in points
        if point["articles"] == largest and (point["exponent"] or 0) > _AIM
    }
    for name, exponent in steep.items():
        print(f"{name} grows with the power {exponent} of its input", file=sys.stderr)
    return 1 if steep else 0


def _seconds(name: str, size: int) -> float:
    command = [sys.executable, "-m", f"benchmarks.{name}", str(size), "--clock", "cpu"]
    done = subprocess.run(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True, check=True)
    lines = [json.loads(text) for text in done.stdout.splitlines()]
    return next(float(line["value"]) for line in lines if line["name"] == name)


def _svg(points: list[dict[str, Any]]) -> str:
    import vl_convert

    logarithmic = {"scale": {"type": "log"}}
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
