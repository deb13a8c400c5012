"""The grid of a dashboard and its five filters, in Superset's form."""

from typing import Any

from bi.model import FILTER_COLUMNS, Dashboard
from etl.schema.model import Severity
from etl.schema.vocabulary import Outcome

_ROOT, _GRID, _HEADER = "ROOT_ID", "GRID_ID", "HEADER_ID"
# Left to itself Superset gives two words one colour where each comes first in a chart of its own,
# and pages that are missing the brightest.
LABEL_COLORS = {
    Outcome.LOADED.value: "#1fa8c9",
    Outcome.UNCHANGED.value: "#a7c7e7",
    Outcome.DUPLICATE.value: "#b2b2b2",
    Outcome.QUARANTINED.value: "#ff9f1c",
    Outcome.NOT_ARTICLE.value: "#6c757d",
    Outcome.FAILED.value: "#d62839",
    Severity.INFO.value: "#a7c7e7",
    Severity.WARNING.value: "#ff9f1c",
    Severity.CRITICAL.value: "#d62839",
    "fetched": "#1fa8c9",
    "never fetched": "#b2b2b2",
    "cooperation": "#1fa8c9",
    "conflict": "#d62839",
}
# Superset squeezes twelve columns into any window. Here a narrow one has half a row (quarters side
# by side) on each line, and shows a full row in its own box that scrolls sideways. 64 pixels are
# the folded filters and the margins; 16 is Superset's gap between charts.
NARROW_CSS = """\
@media (max-width: 800px) {
  .dashboard-content { overflow-x: hidden; }
  .grid-container { min-width: calc(2 * (100vw - 64px) + 16px); }
  .grid-row { flex-wrap: wrap; gap: 16px; width: calc(100vw - 64px); }
  .grid-row > .dragdroppable-column.dragdroppable-column {
    margin-right: 0; max-width: 100%; overflow-x: auto;
  }
  .header-with-actions [data-test=metadata-bar],
  .header-with-actions [data-test=edit-dashboard-button],
  .header-with-actions .title-panel .ant-tag { display: none; }
}
"""


def position(dashboard: Dashboard, uuids: dict[int, str]) -> dict[str, Any]:
    """Return the grid: rows of charts.

    Args:
        dashboard: the declaration.
        uuids: each chart's UUID by the identity of its declaration.
    """
    grid: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        _ROOT: {"type": "ROOT", "id": _ROOT, "children": [_GRID]},
        _HEADER: {"type": "HEADER", "id": _HEADER, "meta": {"text": dashboard.title}},
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
                    "sliceName": chart.title,
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
            _filter("time", "Time", "filter_time", {}),
            *(
                _filter(
                    column,
                    column.capitalize(),
                    "filter_select",
                    {"column": {"name": column}, "datasetUuid": dataset_uuid},
                )
                for column in FILTER_COLUMNS
            ),
        ],
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
        }
        if kind == "filter_select"
        else {"enableEmptyFilter": False},
    }
