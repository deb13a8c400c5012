"""The grid of a dashboard and its five filters, in Superset's form."""

from typing import Any

from bi.labels import bangla_labels
from bi.model import FILTER_COLUMNS, Dashboard, Number
from etl.schema.model import Severity
from etl.schema.vocabulary import Outcome

_ROOT, _GRID, _HEADER = "ROOT_ID", "GRID_ID", "HEADER_ID"
# Left to itself Superset gives two words one colour where each comes first in a chart of its own,
# and pages that are missing the brightest.
_COLORS = {
    ("outcome", Outcome.LOADED.value): "#1fa8c9",
    ("outcome", Outcome.UNCHANGED.value): "#a7c7e7",
    ("outcome", Outcome.DUPLICATE.value): "#b2b2b2",
    ("outcome", Outcome.QUARANTINED.value): "#ff9f1c",
    ("outcome", Outcome.NOT_ARTICLE.value): "#6c757d",
    ("outcome", Outcome.FAILED.value): "#d62839",
    ("severity", Severity.INFO.value): "#a7c7e7",
    ("severity", Severity.WARNING.value): "#ff9f1c",
    ("severity", Severity.CRITICAL.value): "#d62839",
    ("fetch_state", "fetched"): "#1fa8c9",
    ("fetch_state", "never_fetched"): "#b2b2b2",
    ("fetch_state", "blocked"): "#ff9f1c",
    ("fetch_state", "unreachable"): "#d62839",
    ("event_class", "cooperation"): "#1fa8c9",
    ("event_class", "conflict"): "#d62839",
}
LABEL_COLORS = {
    bangla_labels(vocabulary)[code]: color for (vocabulary, code), color in _COLORS.items()
}
# Superset squeezes twelve columns into any window. Here a narrow one has half a row (quarters side
# by side) on each line, and shows a full row in its own box that scrolls sideways. The filters
# stand above, where they take no room from the side. 32 pixels are the margins; 16 is Superset's
# gap between charts.
_NARROW_CSS = """\
@media (max-width: 800px) {
  .dashboard-content { overflow-x: hidden; }
  .grid-container { min-width: calc(2 * (100vw - 32px) + 16px); }
  .grid-row { flex-wrap: wrap; gap: 16px; width: calc(100vw - 32px); }
  .grid-row > .dragdroppable-column.dragdroppable-column {
    margin-right: 0; max-width: 100%; overflow-x: auto;
  }
  .header-with-actions [data-test=metadata-bar],
  .header-with-actions [data-test=edit-dashboard-button],
  .header-with-actions .title-panel .ant-tag { display: none; }
}
"""


# Superset shows a chart's description nowhere on a dashboard. Its header grows with what is added,
# and the chart is drawn below it.
_SUBTITLE_CSS = """\
.chart-slice .header-title::after {
  display: block; font-size: 12px; font-weight: 400; line-height: 1.5; opacity: .75;
  white-space: pre-line;
}
.chart-slice [data-test=slice-header] > .header-title {
  display: block; overflow: visible; white-space: normal;
}
.chart-slice td a { color: inherit; text-decoration: underline; }
.chart-slice .ant-empty > * { display: none; }
.chart-slice .ant-empty::after { display: block; padding: 12px; }
"""


def css(dashboard: Dashboard) -> str:
    """Return the dashboard's style: subtitles, what an empty chart says, narrow windows."""
    charts = []
    for chart in dashboard.charts:
        slice_ = f".chart-slice[data-test-chart-name={_css_string(chart.full_title)}]"
        # A figure's box has room for one language; the other is in its description.
        is_small = isinstance(chart, Number)
        note = _css_string(chart.note_bn if is_small else f"{chart.note_bn}\n{chart.note}")
        charts.append(f"{slice_} .header-title::after {{ content: {note}; }}\n")
        empty = _css_string(chart.empty_bn)
        charts.append(f"{slice_} .ant-empty::after {{ content: {empty}; }}\n")
    return _SUBTITLE_CSS + "".join(charts) + _NARROW_CSS


def _css_string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\a ")
    return f'"{escaped}"'


def position(dashboard: Dashboard, uuids: dict[int, str]) -> dict[str, Any]:
    """Return the grid: rows of charts.

    Args:
        dashboard: the declaration.
        uuids: each chart's UUID by the identity of its declaration.
    """
    grid: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        _ROOT: {"type": "ROOT", "id": _ROOT, "children": [_GRID]},
        _HEADER: {"type": "HEADER", "id": _HEADER, "meta": {"text": dashboard.full_title}},
        _GRID: {"type": "GRID", "id": _GRID, "children": [], "parents": [_ROOT]},
    }
    number = 0
    for row_number, row in enumerate(dashboard.rows, 1):
        row_id = f"ROW-{row_number}"
        grid[_GRID]["children"].append(row_id)
        grid[row_id] = {
            "type": "ROW",
            "id": row_id,
            "children": [],
            "parents": [_ROOT, _GRID],
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }
        for chart, width in row.charts:
            number += 1
            chart_id = f"CHART-{number}"
            grid[row_id]["children"].append(chart_id)
            grid[chart_id] = {
                "type": "CHART",
                "id": chart_id,
                "children": [],
                "parents": [_ROOT, _GRID, row_id],
                # The import puts the chart's real id for the number, which must differ in a grid.
                "meta": {
                    "chartId": number,
                    "height": row.height,
                    "width": width,
                    "sliceName": chart.full_title,
                    "uuid": uuids[id(chart)],
                },
            }
    return grid


def metadata(dataset_uuid: str) -> dict[str, Any]:
    """Return filters that reach every chart: all datasets have the filters' columns.

    Args:
        dataset_uuid: the dataset that offers the values to choose from.
    """
    return {
        "native_filter_configuration": [
            _filter("time", "সময় · Time", "filter_time", {}),
            *(
                _filter(
                    column,
                    f"{name} · {column.capitalize()}",
                    "filter_select",
                    {"column": {"name": column}, "datasetUuid": dataset_uuid},
                )
                for column, name in FILTER_COLUMNS.items()
            ),
        ],
        "filter_bar_orientation": "HORIZONTAL",
        "chart_configuration": {},
        "global_chart_configuration": {"scope": {"rootPath": [_ROOT], "excluded": []}},
        "color_scheme": "supersetColors",
        "cross_filters_enabled": True,
        "refresh_frequency": 0,
        "timed_refresh_immune_slices": [],
        "expanded_slices": {},
        "label_colors": LABEL_COLORS,
        "shared_label_colors": [],
    }


def _filter(name: str, label: str, kind: str, target: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"NATIVE_FILTER-{name}",
        "name": label,
        "filterType": kind,
        "type": "NATIVE_FILTER",
        "description": "",
        "targets": [target],
        "scope": {"rootPath": [_ROOT], "excluded": []},
        "defaultDataMask": {"extraFormData": {}, "filterState": {}, "ownState": {}},
        "cascadeParentIds": [],
        "controlValues": {
            "enableEmptyFilter": False,
            "defaultToFirstItem": False,
            "multiSelect": True,
            "searchAllOptions": False,
            "inverseSelection": False,
            # Or a typed word that no row has empties every chart.
            "creatable": False,
        }
        if kind == "filter_select"
        else {"enableEmptyFilter": False},
    }
