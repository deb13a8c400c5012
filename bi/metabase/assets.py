"""Metabase's questions and dashboards: ``python -m bi.metabase.assets`` writes ``assets/*.yml``.

``khobor bi metabase`` sets up an instance from those files. Each chart is one question in SQL on
the datasets that Superset reads; the four filters are variables in it.
"""

from functools import singledispatch
from pathlib import Path
from typing import Any

import yaml

from bi.dashboards import DASHBOARDS
from bi.datasets import ARTICLE
from bi.model import FILTER_COLUMNS, Bars, Chart, Dashboard, HeatMap, Number, Row, Table, TimeBars

FOLDER = Path(__file__).parent / "assets"
_UNITS = {"P1D": "day", "P1W": "week", "P1M": "month"}
_TWELFTH = 2  # columns of Metabase's 24
_ROW_PIXELS = 50.0  # of Metabase's grid
_STEP_PIXELS = 8  # of our heights


def all_assets() -> dict[str, str]:
    """Every file: its name, and its text."""
    files: dict[str, Any] = {
        f"{number}-{dashboard.name.removeprefix('khobor-')}.yml": _dashboard(dashboard)
        for number, dashboard in enumerate(DASHBOARDS, start=1)
    }
    files["lists.yml"] = {
        column: f"SELECT DISTINCT {column}\nFROM (\n{ARTICLE.sql}) AS dataset\nORDER BY 1\n"
        for column in FILTER_COLUMNS
    }
    return {name: _yaml(content) for name, content in files.items()}


def write(folder: Path = FOLDER) -> None:
    """Write the files; those of dashboards that are gone are removed."""
    folder.mkdir(exist_ok=True)
    files = all_assets()
    for path in folder.glob("*.yml"):
        if path.name not in files:
            path.unlink()
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks, so that SQL can be read and compared."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def _yaml(content: object) -> str:
    return yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)


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
        "name": dashboard.title,
        "description": dashboard.description,
        "questions": questions,
    }


def _height(row: Row) -> int:
    return max(2, round(row.height * _STEP_PIXELS / _ROW_PIXELS))


def _question(dashboard: Dashboard, chart: Chart) -> dict[str, Any]:
    display, settings = _drawing(chart)
    return {
        "name": f"{dashboard.title} · {chart.title}",
        "description": chart.note,
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
        f"FROM (\n{chart.dataset.sql}) AS dataset\n"
        + "\n".join(conditions)
        + f"\n{grouped}{_ordered(chart)}"
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _label(chart: Chart, column: str) -> str:
    return chart.dataset.labels.get(column, column.replace("_", " ").capitalize())


def _metric_label(chart: Chart, number: int = 0) -> str:
    return chart.dataset.metric(chart.metrics[number]).label


@singledispatch
def _dimensions(chart: Chart) -> dict[str, str]:
    """Headings and SQL of what the chart is grouped by."""
    raise NotImplementedError(type(chart).__name__)


@_dimensions.register
def _(_: Number) -> dict[str, str]:
    return {}


@_dimensions.register
def _(chart: TimeBars) -> dict[str, str]:
    truncated = f"date_trunc('{_UNITS[chart.grain]}', {chart.time_column})"
    return {
        _label(chart, chart.time_column): truncated,
        _label(chart, chart.series): chart.series,
    }


@_dimensions.register
def _(chart: Bars) -> dict[str, str]:
    columns = [chart.category, *([chart.series] if chart.series else [])]
    return {_label(chart, column): column for column in columns}


@_dimensions.register
def _(chart: HeatMap) -> dict[str, str]:
    return {_label(chart, column): column for column in (chart.y, chart.x)}


@_dimensions.register
def _(chart: Table) -> dict[str, str]:
    return {_label(chart, column): column for column in chart.columns}


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
        "table.pivot_column": _label(chart, chart.x),
        "table.cell_column": _metric_label(chart),
    }


@_drawing.register
def _(_: Table) -> tuple[str, dict[str, Any]]:
    return "table", {}


if __name__ == "__main__":
    write()
