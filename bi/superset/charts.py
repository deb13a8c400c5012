"""Each kind of chart for Superset: the settings of its drawing, and its query."""

import json
from functools import singledispatch
from typing import Any

from bi.expressions import NO_TIME, Tool
from bi.model import COUNT, PERIOD, SHARE, Bars, Chart, HeatMap, Number, Table, TimeBars

_SERIES_ROWS = 10_000
_UNPAGED_ROWS = 200
_FIGURE_PIXELS = 56  # the width of "100.0%" and its distance


# The range that the dashboard's time filter leaves, for bars of days, weeks or months.
_CHOSEN = "get_time_filter(target_type='TIMESTAMP')"
SUPERSET = Tool(
    shows_links=True,
    since=f"CAST({{{{ {_CHOSEN}.from_expr or 'NULL' }}}} AS TIMESTAMP)",
    until=f"CAST({{{{ {_CHOSEN}.to_expr or 'NULL' }}}} AS TIMESTAMP)",
)
# Without a time filter, as whoever reads the datasets' SQL elsewhere.
UNFILTERED = Tool(shows_links=True, since=NO_TIME, until=NO_TIME)


def params(chart: Chart) -> dict[str, Any]:
    """Return the settings that Superset draws the chart by."""
    return {
        **_drawing(chart),
        "adhoc_filters": [
            {
                "clause": "WHERE",
                "expressionType": "SIMPLE",
                "operator": "TEMPORAL_RANGE",
                "subject": chart.time_column,
                "comparator": "No filter",
            },
            *(
                {"clause": "WHERE", "expressionType": "SQL", "sqlExpression": condition}
                for condition in chart.where
            ),
        ],
        "extra_form_data": {},
        "dashboards": [],
    }


def query_context(chart: Chart, row_limit: int) -> dict[str, Any]:
    """Return the query for where no browser makes it: reports, the API."""
    query: dict[str, Any] = {
        "columns": _columns(chart),
        "metrics": list(chart.metrics),
        "filters": [{"col": chart.time_column, "op": "TEMPORAL_RANGE", "val": "No filter"}],
        "extras": {"having": "", "where": " AND ".join(f"({sql})" for sql in chart.where)},
        "orderby": [[_order(chart), False]],
        "row_limit": row_limit,
    }
    return {
        "datasource": {"id": 0, "type": "table"},
        "force": False,
        "queries": [query],
        "result_format": "json",
        "result_type": "full",
    }


def _columns(chart: Chart) -> list[Any]:
    if not isinstance(chart, TimeBars):
        return list(chart.dimensions)
    axis = {
        "columnType": "BASE_AXIS",
        "expressionType": "SQL",
        "label": PERIOD,
        "sqlExpression": PERIOD,
    }
    return [axis, chart.series]


def _order(chart: Chart) -> str:
    return chart.order_by if isinstance(chart, Table) else chart.metrics[0]


@singledispatch
def _drawing(chart: Chart) -> dict[str, Any]:
    raise NotImplementedError(type(chart).__name__)


@_drawing.register
def _(chart: Number) -> dict[str, Any]:
    return {
        "viz_type": "big_number_total",
        "metric": chart.metrics[0],
        "row_limit": 1,
        "header_font_size": 0.4,
        "y_axis_format": chart.dataset.metric(chart.metrics[0]).number_format,
    }


@_drawing.register
def _(chart: TimeBars) -> dict[str, Any]:
    return {
        "viz_type": "echarts_timeseries_bar",
        "x_axis": PERIOD,
        "time_grain_sqla": None,
        "metrics": list(chart.metrics),
        "groupby": [chart.series],
        "limit": chart.series_limit,
        "timeseries_limit_metric": chart.metrics[0],
        "order_desc": True,
        "row_limit": _SERIES_ROWS,
        "truncate_metric": True,
        "show_empty_columns": True,
        **_bars(chart, "vertical"),
        "x_axis_title": chart.dataset.heading(PERIOD),
        "y_axis_title": chart.dataset.metric(chart.metrics[0]).label,
    }


@_drawing.register
def _(chart: Bars) -> dict[str, Any]:
    return {
        "viz_type": "echarts_timeseries_bar",
        "x_axis": chart.category,
        "xAxisForceCategorical": True,
        "x_axis_sort": "sum" if chart.series else chart.metrics[0],
        "x_axis_sort_asc": True,
        "metrics": list(chart.metrics),
        "groupby": [chart.series] if chart.series else [],
        "order_desc": True,
        "row_limit": _SERIES_ROWS if chart.series else chart.limit,
        "truncate_metric": True,
        **_bars(chart, "horizontal"),
        # Superset keeps the names of upright bars: y is drawn below. What the bars are says the
        # chart's title; a title down the left would lie on their names.
        "y_axis_title": chart.dataset.metric(chart.metrics[0]).label,
        "show_legend": bool(chart.series),
    }


def _bars(chart: Chart, orientation: str) -> dict[str, Any]:
    number_format = chart.dataset.metric(chart.metrics[0]).number_format
    return {
        "orientation": orientation,
        "stack": "Stack",
        "color_scheme": "supersetColors",
        "only_total": True,
        "show_value": orientation == "horizontal",
        "show_legend": True,
        "legendType": "scroll",
        "legendOrientation": "top",
        "rich_tooltip": True,
        "showTooltipTotal": True,
        "sort_series_type": "sum",
        # Superset's own choice would write the last tick in milliseconds.
        "x_axis_time_format": "%Y-%m-%d",
        "tooltipTimeFormat": "%Y-%m-%d",
        "y_axis_format": number_format,
        **_axis(orientation, number_format),
        "x_axis_title_margin": 30,
        "y_axis_title_margin": 30,
        "y_axis_title_position": "Left",
        "y_axis_bounds": [None, None],
        "truncateXAxis": True,
        "annotation_layers": [],
    }


def _axis(orientation: str, number_format: str) -> dict[str, str]:
    """Return options of the axis of figures.

    Ticks of counts are integers: 0.5 and 1 would both be written as 1.
    Shares end at 1, with room for the longest bar's figure.
    """
    axis = "xAxis" if orientation == "horizontal" else "yAxis"
    options: dict[str, Any] = {}
    if number_format == COUNT:
        options = {axis: {"minInterval": 1}}
    elif number_format == SHARE:
        options = {axis: {"max": 1, "interval": 0.5}, "grid": {"right": _FIGURE_PIXELS}}
    return {"echart_options": json.dumps(options)} if options else {}


@_drawing.register
def _(chart: HeatMap) -> dict[str, Any]:
    return {
        "viz_type": "heatmap_v2",
        "x_axis": chart.x,
        "groupby": chart.y,
        "metric": chart.metrics[0],
        "row_limit": _SERIES_ROWS,
        "sort_x_axis": "value_desc",
        "sort_y_axis": "value_asc",
        "normalize_across": "heatmap",
        "legend_type": "continuous",
        # From the lightest blue for none: cells stand out on white and on black.
        "linear_color_scheme": "schemeBlues",
        "show_legend": False,
        "show_percentage": False,
        "show_values": True,
        "left_margin": 10,
        "bottom_margin": 10,
        "xAxisLabelRotation": 45,
        "xscale_interval": 1,
        "yscale_interval": 1,
        "value_bounds": [0, None],
        "y_axis_format": chart.dataset.metric(chart.metrics[0]).number_format,
        "x_axis_time_format": "smart_date",
    }


@_drawing.register
def _(chart: Table) -> dict[str, Any]:
    is_column = chart.order_by in chart.columns
    metric = f"max({chart.order_by})" if is_column else chart.dataset.metric(chart.order_by).sql
    # What has none is last: in a row, a missing value is the largest.
    ordered = f"({metric}) IS NOT NULL, {metric}"
    return {
        "viz_type": "table",
        "query_mode": "aggregate",
        "groupby": list(chart.columns),
        "metrics": list(chart.metrics),
        "percent_metrics": [],
        "all_columns": [],
        "timeseries_limit_metric": {
            "expressionType": "SQL",
            "label": f"order by {chart.order_by}",
            "sqlExpression": f"row({ordered}, min({chart.columns[0]}))",
        },
        "order_desc": True,
        "row_limit": chart.limit,
        "page_length": 20 if chart.limit > _UNPAGED_ROWS else 0,
        "include_search": chart.is_searchable,
        "allow_render_html": True,
        "show_cell_bars": False,
        "color_pn": False,
        "table_timestamp_format": "%Y-%m-%d %H:%M",
        "column_config": {
            column: {"d3TimeFormat": "%Y-%m-%d"}
            for column in chart.columns
            if column.endswith("_day")
        },
    }
