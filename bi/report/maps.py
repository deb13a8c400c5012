"""Maps of the report: districts by where they lie, pairs of countries as a matrix."""

import csv
from collections.abc import Sequence
from functools import cache
from math import cos, radians

from bi.bangla import number
from bi.report.charts import WIDTH, Row, Spec, shortened
from etl.resources import LEXICON
from etl.schema.vocabulary import PlaceKind

# Bangladesh, with a margin for names: degrees east and north.
_WEST, _EAST, _SOUTH, _NORTH = 87.7, 93.0, 20.4, 26.9
_NAMED = 10  # districts whose names have room
_CELL, _MATRIX_LEFT, _MATRIX_TOP = 21, 104, 96


def districts(rows: Sequence[Row]) -> Spec:
    """Rows of ``label, latitude, longitude, value``: a circle each, among the dots of all 64."""
    width = WIDTH - 20
    # A degree of longitude is shorter than one of latitude.
    shrink = cos(radians((_SOUTH + _NORTH) / 2))
    height = round(width * (_NORTH - _SOUTH) / ((_EAST - _WEST) * shrink))
    place = {
        "x": _degrees("longitude", _WEST, _EAST),
        "y": _degrees("latitude", _SOUTH, _NORTH),
    }
    named = [{**row, "text": f"{row['label']} {number(row['value'])}"} for row in _apart(rows)]
    return {
        "width": width,
        "height": height,
        "padding": {"left": 10, "right": 10, "top": 6, "bottom": 6},
        "layer": [
            {
                "data": {"values": _all_districts()},
                "mark": {"type": "point", "filled": True, "size": 7, "color": "var(--line-strong)"},
                "encoding": place,
            },
            {
                "data": {"values": [dict(row) for row in rows]},
                "mark": {"type": "circle", "color": "var(--first)", "opacity": 0.55},
                "encoding": {
                    **place,
                    "size": {
                        "field": "value",
                        "type": "quantitative",
                        "scale": {"type": "linear", "range": [6, 1500], "domainMin": 0},
                        "legend": None,
                    },
                },
            },
            {
                "data": {"values": named},
                "mark": {"type": "text", "fontSize": 12, "dy": -1},
                "encoding": {**place, "text": {"field": "text"}},
            },
        ],
    }


def pairs(rows: Sequence[Row]) -> Spec:
    """Rows of ``label, other, value``: a cell for each two labels, the darker the more."""
    names = list(dict.fromkeys(name for row in rows for name in (row["label"], row["other"])))
    cells = [
        {"down": down, "across": across, "value": row["value"], "text": number(row["value"])}
        for row in rows
        for down, across in ((row["label"], row["other"]), (row["other"], row["label"]))
    ]
    size = _CELL * len(names)
    axis = {"labelExpr": _short_names(names), "labelOverlap": False}
    position = {"type": "nominal", "scale": {"domain": names, "padding": 0.05}}
    busiest = max(row["value"] for row in rows)
    return {
        "width": size,
        "height": size,
        "padding": {
            "left": _MATRIX_LEFT,
            "right": WIDTH - _MATRIX_LEFT - _CELL * 12,
            "top": _MATRIX_TOP,
            "bottom": 6,
        },
        "data": {"values": cells},
        "encoding": {
            "y": {"field": "down", **position, "axis": axis},
            "x": {
                "field": "across",
                **position,
                "axis": {**axis, "orient": "top", "labelAngle": -60, "labelAlign": "left"},
            },
        },
        "layer": [
            {
                "mark": {"type": "rect", "color": "var(--first)"},
                "encoding": {
                    "opacity": {
                        "field": "value",
                        "type": "quantitative",
                        "scale": {"range": [0.12, 1], "domainMin": 0},
                        "legend": None,
                    }
                },
            },
            {
                "mark": {"type": "text", "fontSize": 9},
                "encoding": {
                    "text": {"field": "text"},
                    "color": {
                        "condition": {
                            "test": f"datum.value > {busiest / 2}",
                            "value": "var(--card)",
                        },
                        "value": "currentColor",
                    },
                },
            },
        ],
    }


def _degrees(field: str, low: float, high: float) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [low, high], "zero": False, "nice": False},
    }


def _apart(rows: Sequence[Row]) -> list[Row]:
    """The first rows whose names don't lie on one another."""
    named: list[Row] = []
    for row in rows:
        is_free = all(
            abs(row["latitude"] - other["latitude"]) > 0.32
            or abs(row["longitude"] - other["longitude"]) > 1.15
            for other in named
        )
        if is_free:
            named.append(row)
        if len(named) == _NAMED:
            break
    return named


def _short_names(names: Sequence[str]) -> str:
    """A Vega expression that shortens the names."""
    listed = ",".join(f"{_quoted(name)}:{_quoted(shortened(name, 13))}" for name in names)
    return f"({{{listed}}})[datum.value]"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


@cache
def _all_districts() -> list[dict[str, float]]:
    kinds = (PlaceKind.DIVISION, PlaceKind.DISTRICT)
    with (LEXICON / "places.csv").open(encoding="utf-8", newline="") as file:
        return [
            {"latitude": float(row["latitude"]), "longitude": float(row["longitude"])}
            for row in csv.DictReader(file)
            if row["place_kind"] in kinds
        ]
