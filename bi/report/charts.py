"""Charts of the report as static SVG, drawn by Vega-Lite.

Texts stay texts, so the reader's browser shapes Bangla with its own fonts. Colours are the page's
CSS variables: one picture serves light and dark. Every chart has the same width with margins set
by hand, because the machine that draws may lack the fonts to measure Bangla.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from bi.bangla import number
from etl.bangla.calendar import GREGORIAN_MONTHS, WEEKDAYS

Row = Mapping[str, Any]
Spec = dict[str, Any]
Draw = Callable[[Sequence[Row]], Spec]

# As wide as a phone's column, so that 12 px of text stay about 12 px there.
WIDTH = 370
_LEFT, _RIGHT, _BAR = 142, 52, 24
_NARROW_LEFT = 40
_HASANTA = "\u09cd"  # joins the next letter to the one before, which takes no room of its own
# Latin letters, the widest, take about 7.5 px; Bangla signs above and below take none.
_LABEL_LETTERS = 18
_VEGA_LITE = "6.1"
_DIGITS = "০১২৩৪৫৬৭৮৯"
# Figures in Bangla digits, grouped by thousand, lakh and crore.
_FIGURES: dict[str, Any] = {
    "decimal": ".",
    "thousands": ",",
    "grouping": [3, 2, 2, 2, 2],
    "currency": ["৳", ""],
    "numerals": list(_DIGITS),
}
# Vega counts days from Sunday and has room for short names: শনিবার without its বার.
_WEEKDAYS = [name.removesuffix("বার") for name in (WEEKDAYS[-1], *WEEKDAYS[:-1])]
_TIMES: dict[str, Any] = {
    "dateTime": "%Y-%m-%d %H:%M:%S",
    "date": "%Y-%m-%d",
    "time": "%H:%M:%S",
    "periods": ["AM", "PM"],
    "days": _WEEKDAYS,
    "shortDays": _WEEKDAYS,
    "months": list(GREGORIAN_MONTHS),
    "shortMonths": list(GREGORIAN_MONTHS),
}
_CONFIG: Spec = {
    "view": {"stroke": None},
    "axis": {
        "labelColor": "currentColor",
        "labelFontSize": 12,
        "labelLimit": 0,
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
        "gridColor": "var(--line)",
        "title": None,
    },
    "text": {"fill": "currentColor", "fontSize": 12},
}
_LAG_SCALE: Spec = {"type": "log", "domain": [1, 1_000_000], "clamp": True}
_LAG_AXIS: Spec = {
    "values": [1, 60, 1440, 43200],
    "labelExpr": "{'1': '১ মিনিট', '60': '১ ঘণ্টা', '1440': '১ দিন', '43200': '৩০ দিন'}[datum.value]",
}


def svg(spec: Spec) -> str:
    """The picture of a chart, which takes the width it is given."""
    import vl_convert

    picture: str = vl_convert.vegalite_to_svg(
        {"background": None, "autosize": "none", "config": _CONFIG, **spec},
        vl_version=_VEGA_LITE,
        allowed_base_urls=[],
        format_locale=_FIGURES,
        time_format_locale=_TIMES,
    )
    return picture


def bars(rows: Sequence[Row]) -> Spec:
    """Rows of ``label, value``: a bar each, in their order, its number at its end."""
    return _bars([{**row, "series": "1", "total": row["value"]} for row in rows])


def split_bars(rows: Sequence[Row]) -> Spec:
    """Rows of ``label, first, second``: a bar each, of two parts, the sum at its end."""
    parts = []
    for row in rows:
        total = row["first"] + row["second"]
        for series, name in (("1", "first"), ("2", "second")):
            parts.append(
                {"label": row["label"], "value": row[name], "series": series, "total": total}
            )
    return _bars(parts)


def periods(rows: Sequence[Row]) -> Spec:
    """Rows of ``start_date, end_date, value``: a column each on a time axis."""
    return {
        "width": WIDTH - 60,
        "height": 220,
        "padding": {"left": 40, "right": 20, "top": 10, "bottom": 28},
        "data": {"values": _plain(rows)},
        "mark": {"type": "rect", "color": "var(--first)", "stroke": "var(--card)"},
        "encoding": {
            **_span(rows),
            "y": {
                "field": "value",
                "type": "quantitative",
                "axis": {"tickCount": 4, "tickMinStep": 1, "format": ",d"},
            },
            "y2": {"datum": 0},
        },
    }


def periods_by_label(rows: Sequence[Row]) -> Spec:
    """Rows of ``label, start_date, end_date, value``: a line each, the darker the more."""
    return {
        **_lines(rows, _LEFT, 20, 28),
        "layer": [
            _names(rows),
            {
                "mark": {"type": "rect", "color": "var(--first)", "stroke": "var(--card)"},
                "encoding": {
                    **_span(rows),
                    "opacity": {
                        "field": "value",
                        "type": "quantitative",
                        "scale": {"range": [0.3, 1], "domainMin": 1},
                        "legend": None,
                    },
                },
            },
        ],
    }


def lags(rows: Sequence[Row]) -> Spec:
    """Rows of ``label, low, middle, high`` in minutes: a line from low to high, a dot between.

    Labels that are numbers are drawn in Bangla digits.
    """
    at_least_one = [
        {
            **row,
            "label": number(row["label"]) if isinstance(row["label"], int) else row["label"],
            **{name: max(1.0, row[name]) for name in ("low", "middle", "high")},
        }
        for row in rows
    ]
    left = _NARROW_LEFT if max(len(row["label"]) for row in at_least_one) <= 4 else _LEFT
    x = {"type": "quantitative", "scale": _LAG_SCALE, "axis": _LAG_AXIS}
    line = {"type": "rule", "color": "var(--first)", "size": 4, "opacity": 0.45}
    dot = {"type": "point", "filled": True, "opacity": 1, "size": 90, "color": "var(--first)"}
    return {
        **_lines(at_least_one, left, 20, 28),
        "layer": [
            _names(at_least_one),
            {"mark": line, "encoding": {"x": {"field": "low", **x}, "x2": {"field": "high"}}},
            {"mark": dot, "encoding": {"x": {"field": "middle", **x}}},
        ],
    }


def _bars(parts: Sequence[Row]) -> Spec:
    colours = {"domain": ["1", "2"], "range": ["var(--first)", "var(--second)"]}
    return {
        **_lines(parts, _LEFT, _RIGHT, 4),
        "layer": [
            _names(parts),
            {
                "mark": {"type": "bar", "height": {"band": 0.7}},
                "encoding": {
                    "x": {"field": "value", "type": "quantitative", "axis": None},
                    "order": {"field": "series"},
                    "color": {
                        "field": "series",
                        "type": "nominal",
                        "legend": None,
                        "scale": colours,
                    },
                },
            },
            {
                "transform": [{"filter": "datum.series == '1'"}],
                "mark": {"type": "text", "align": "left", "dx": 5},
                "encoding": {
                    "x": {"field": "total", "type": "quantitative"},
                    "text": {"field": "total", "format": ",d"},
                },
            },
        ],
    }


def _lines(rows: Sequence[Row], left: int, right: int, bottom: int) -> Spec:
    """The frame of a chart with a line for each label, in the rows' order."""
    labels = list(dict.fromkeys(row["label"] for row in rows))
    return {
        "width": WIDTH - left - right,
        "height": _BAR * len(labels),
        "padding": {"left": left, "right": right, "top": 4, "bottom": bottom},
        "data": {"values": _plain(rows)},
        "encoding": {
            "y": {
                "field": "label",
                "type": "nominal",
                "axis": None,
                "scale": {"domain": labels, "paddingInner": 0.1},
            }
        },
    }


def _names(rows: Sequence[Row]) -> Spec:
    """The labels before the lines. Not an axis, for which two equal short labels would be one."""
    labels = dict.fromkeys(row["label"] for row in rows)
    return {
        "data": {"values": [{"label": label, "short": shortened(label)} for label in labels]},
        "mark": {"type": "text", "align": "right"},
        "encoding": {"x": {"value": -7}, "text": {"field": "short"}},
    }


def _span(rows: Sequence[Row]) -> Spec:
    step = rows[0]["end_date"] - rows[0]["start_date"]
    are_months = step > timedelta(days=7)
    form = "%Y" if step > timedelta(days=92) else "%B %Y" if are_months else "%-d %B"
    return {
        "x": {
            "field": "start_date",
            "type": "temporal",
            "scale": {"type": "utc"},
            "axis": {
                "labelExpr": _in_bangla_digits(f"timeFormat(datum.value, '{form}')"),
                "tickCount": 3 if are_months else 4,
                "grid": False,
            },
        },
        "x2": {"field": "end_date"},
    }


def _plain(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Rows with their dates as text, which Vega reads as UTC."""
    return [
        {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in row.items()
        }
        for row in rows
    ]


def _in_bangla_digits(expression: str) -> str:
    """A Vega expression: the text of another with its digits in Bangla."""
    for latin, digit in enumerate(_DIGITS):
        expression = f"replace({expression}, /{latin}/g, '{digit}')"
    return expression


def shortened(label: str, letters: int = _LABEL_LETTERS) -> str:
    """A label that fits the margin, never cut between a Bangla letter and its signs.

    Args:
        label: the text.
        letters: how many letters fit; signs above and below don't count.

    Returns:
        The label, or its beginning with an ellipsis.
    """
    wide = [
        place
        for place, character in enumerate(label)
        if unicodedata.category(character) not in ("Mn", "Cf")
        and not label[:place].endswith(_HASANTA)
    ]
    if len(wide) <= letters:
        return label
    end = wide[letters - 1]
    while end > 1 and (
        unicodedata.category(label[end])[0] == "M" or label[end - 1] in "\u200c\u200d"
    ):
        end -= 1
    return label[:end].rstrip() + "…"
