"""Metabase's questions and dashboards: ``python -m bi.metabase.generate`` writes ``assets/*.yml``.

``khobor bi metabase`` sets up an instance from those files. Each chart is one question in SQL on
the datasets that Superset reads; the five filters are variables in it.
"""

from functools import singledispatch
from typing import Any

from bi.asset_files import replace_files, to_yaml
from bi.dashboards import DASHBOARDS
from bi.datasets import ARTICLE
from bi.expressions import NO_TIME, Tool
from bi.metabase.read import ASSETS, LISTS
from bi.model import FILTER_COLUMNS, Bars, Chart, Dashboard, HeatMap, Number, Row, Table, TimeBars

# Metabase has no links in SQL's rows, and bars along time go by the range of the build.
_METABASE = Tool(shows_links=False, since=NO_TIME, until=NO_TIME)
_TWELFTH = 2  # columns of Metabase's 24
_ROW_PIXELS = 50.0  # of Metabase's grid
_STEP_PIXELS = 8  # of our heights


def all_assets() -> dict[str, str]:
    """Return the text of every file, by its name."""
    files: dict[str, Any] = {
        f"{number}-{dashboard.short_name}.yml": _dashboard(dashboard)
        for number, dashboard in enumerate(DASHBOARDS, start=1)
    }
    articles = ARTICLE.sql(_METABASE)
    files[LISTS] = {
        column: f"SELECT DISTINCT {column}\nFROM (\n{articles}) AS dataset\nORDER BY 1\n"
        for column in FILTER_COLUMNS
    }
    return {name: to_yaml(content) for name, content in files.items()}


def _dashboard(dashboard: Dashboard) -> dict[str, Any]:
    questions, top = [], 0
    for row in dashboard.rows:
        left, height = 0, _height(row)
        for chart, twelfths in row.charts:
            place = {"col": left, "row": top, "size_x": twelfths * _TWELFTH, "size_y": height}
            questions.append({**_question(dashboard, chart), "place": place})
            left += twelfths * _TWELFTH
        top += height
    return {
        "name": dashboard.full_title,
        "description": dashboard.description,
        "questions": questions,
    }


def _height(row: Row) -> int:
    return max(2, round(row.height * _STEP_PIXELS / _ROW_PIXELS))


def _question(dashboard: Dashboard, chart: Chart) -> dict[str, Any]:
    display, settings = _drawing(chart)
    return {
        "name": f"{dashboard.title} · {chart.full_title}",
        "description": f"{chart.note_bn}\n\n{chart.note}",
        "display": display,
        "sql": _sql(chart),
        "settings": settings,
    }


def _sql(chart: Chart) -> str:
    metrics = [chart.dataset.metric(name) for name in chart.metrics]
    dimensions = _dimensions(chart)
    selected = [
        *(f"{sql} AS {_quoted(name)}" for name, sql in dimensions.items()),
        *(f"{metric.sql} AS {_quoted(metric.label)}" for metric in metrics),
    ]
    conditions = [
        "WHERE true",
        *(f"AND ({condition})" for condition in chart.where),
        *(f"[[AND {column} = {{{{{column}}}}}]]" for column in FILTER_COLUMNS),
        f"[[AND {chart.time_column} >= {{{{since}}}}]]",
        f"[[AND {chart.time_column} < CAST({{{{until}}}} AS DATE) + INTERVAL 1 DAY]]",
    ]
    grouped = f"GROUP BY {', '.join(dimensions.values())}\n" if dimensions else ""
    return (
        f"SELECT\n    {(',' + chr(10) + '    ').join(selected)}\n"
        f"FROM (\n{chart.dataset.sql(_METABASE)}) AS dataset\n"
        + "\n".join(conditions)
        + f"\n{grouped}{_ordered(chart)}"
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _metric_label(chart: Chart) -> str:
    return chart.dataset.metric(chart.metrics[0]).label


def _dimensions(chart: Chart) -> dict[str, str]:
    """Return heading and SQL of what the chart is grouped by."""
    columns = {chart.dataset.heading(column): column for column in chart.dimensions}
    match chart:
        case HeatMap():
            # Metabase makes columns of the last dimension.
            columns = dict(reversed(columns.items()))
    return columns


@singledispatch
def _ordered(chart: Chart) -> str:
    """The SQL's last lines."""
    raise NotImplementedError(type(chart).__name__)


@_ordered.register
def _(_: Number) -> str:
    return ""


@_ordered.register
def _(_: TimeBars | HeatMap) -> str:
    return "ORDER BY 1, 2\n"


@_ordered.register
def _(chart: Bars) -> str:
    limit = "" if chart.series else f"LIMIT {chart.limit}\n"
    return f"ORDER BY {_quoted(_metric_label(chart))} DESC, 1\n{limit}"


@_ordered.register
def _(chart: Table) -> str:
    is_column = chart.order_by in chart.columns
    key = chart.order_by if is_column else _quoted(chart.dataset.metric(chart.order_by).label)
    return f"ORDER BY {key} DESC NULLS LAST, 1\nLIMIT {chart.limit}\n"


@singledispatch
def _drawing(chart: Chart) -> tuple[str, dict[str, Any]]:
    """Metabase's display, and its settings."""
    raise NotImplementedError(type(chart).__name__)


@_drawing.register
def _(chart: Number) -> tuple[str, dict[str, Any]]:
    style = "percent" if "%" in chart.dataset.metric(chart.metrics[0]).number_format else "decimal"
    columns = {f'["name","{_metric_label(chart)}"]': {"number_style": style}}
    return "scalar", {"column_settings": columns}


@_drawing.register
def _(chart: TimeBars | Bars) -> tuple[str, dict[str, Any]]:
    labels = [chart.dataset.metric(name).label for name in chart.metrics]
    settings = {"graph.dimensions": list(_dimensions(chart)), "graph.metrics": labels}
    if isinstance(chart, Bars) and not chart.series:
        return "row", settings
    return "bar", {**settings, "stackable.stack_type": "stacked"}


@_drawing.register
def _(chart: HeatMap) -> tuple[str, dict[str, Any]]:
    return "table", {
        "table.pivot": True,
        "table.pivot_column": chart.dataset.heading(chart.x),
        "table.cell_column": _metric_label(chart),
    }


@_drawing.register
def _(_: Table) -> tuple[str, dict[str, Any]]:
    return "table", {}


if __name__ == "__main__":
    replace_files(ASSETS, all_assets())
