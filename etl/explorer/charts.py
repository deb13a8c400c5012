"""Series over time as SVG, drawn on the server: no script, colours from the style sheet."""

from collections.abc import Sequence
from dataclasses import dataclass

_WIDTH, _HEIGHT = 720, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 12, 28
_LABELS = 6


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart; ``values`` are in the order of the chart's steps."""

    name: str
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Point:
    """One value, where it is drawn, and what a reader who points at it is shown."""

    x: float
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """One series as it is drawn."""

    name: str
    path: str
    points: list[Point]


@dataclass(frozen=True, slots=True)
class Tick:
    """A label at an axis, and where."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What the template draws; lengths are in units of the picture."""

    width: int
    height: int
    left: int
    bottom: float
    lines: list[Line]
    x_ticks: list[Tick]
    y_ticks: list[Tick]


def draw(steps: Sequence[str], series: Sequence[Series], *, is_share: bool = False) -> Chart:
    """Lay out a chart.

    Args:
        steps: names of the steps in time, in order.
        series: the lines, each with a value for every step.
        is_share: whether values are shares, shown as per cent.
    """
    top = max((value for one in series for value in one.values), default=0) or 1
    inner = _WIDTH - _LEFT - _RIGHT
    depth = _HEIGHT - _TOP - _BOTTOM

    def x(place: int) -> float:
        return round(_LEFT + inner * (place + 0.5) / max(len(steps), 1), 1)

    def y(value: float) -> float:
        return round(_TOP + depth * (1 - value / top), 1)

    def shown(value: float) -> str:
        return f"{value * 100:.3g}%" if is_share else f"{value:g}"

    lines = []
    for one in series:
        points = [
            Point(x(place), y(value), f"{one.name} · {step} · {shown(value)}")
            for place, (step, value) in enumerate(zip(steps, one.values, strict=True))
        ]
        path = "M" + " L".join(f"{point.x} {point.y}" for point in points) if points else ""
        lines.append(Line(one.name, path, points))
    every = max(1, -(-len(steps) // _LABELS))
    x_ticks = [Tick(x(place), steps[place]) for place in range(0, len(steps), every)]
    y_ticks = [Tick(y(value), shown(value)) for value in (0, top / 2, top)]
    return Chart(_WIDTH, _HEIGHT, _LEFT, _TOP + depth, lines, x_ticks, y_ticks)
