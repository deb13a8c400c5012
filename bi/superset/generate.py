"""Superset's assets, derived from the declaration: ``python -m bi.superset.generate`` writes them.

They are the form that Superset exports and imports. Each has a UUID made from its name, so that
an import finds what an earlier one made, and is marked as managed from outside: Superset then lets
nobody edit in place what the next import overwrites, and ``prepare`` knows it for its own.
"""

import json
import uuid
from pathlib import Path
from typing import Any

import duckdb

from bi.asset_files import replace_files, to_yaml
from bi.dashboards import DASHBOARDS
from bi.datasets import DATASETS
from bi.model import Chart, Dashboard, Dataset
from bi.superset.charts import SUPERSET, UNFILTERED, params, query_context
from bi.superset.layout import css, metadata, position
from etl.schema.derive.ddl import create_table
from etl.schema.marts.warehouse import MARTS

FOLDER = Path(__file__).parent / "assets"
# Where the warehouse lies in the containers; whoever imports the assets puts their own path.
# Without the two locks a user of SQL Lab could read the server's files.
DATABASE_URI = (
    "duckdb+reading:////data/publish/current/warehouse.duckdb?access_mode=read_only"
    "&enable_external_access=false&lock_configuration=true&threads=2&memory_limit=1GB"
    "&temp_directory=/tmp/khobor-superset"
)
_VERSION = "1.0.0"
_NAMESPACE = uuid.UUID("6f1c1d2e-6b0a-5f0e-9d3b-4b686f626f72")
# Superset's names of DuckDB's types.
_TYPES = {"TIMESTAMP_NS": "TIMESTAMP", "HUGEINT": "BIGINT", "INTEGER": "BIGINT"}


def asset_uuid(kind: str, name: str) -> str:
    """Return the UUID of an asset, always the same."""
    return str(uuid.uuid5(_NAMESPACE, f"{kind}/{name}"))


def all_assets() -> dict[str, str]:
    """Return the text of every file, by path below the folder."""
    files: dict[str, Any] = {
        "metadata.yaml": {"version": _VERSION, "type": "assets", "timestamp": "2026-01-01T00:00:00"}
    }
    files["databases/khobor.yaml"] = _database()
    with duckdb.connect() as connection:
        _create_marts(connection)
        for dataset in DATASETS:
            files[f"datasets/khobor/{dataset.name}.yaml"] = _dataset(connection, dataset)
    for dashboard in DASHBOARDS:
        for chart in dashboard.charts:
            files[f"charts/{chart_name(dashboard, chart)}.yaml"] = _chart(dashboard, chart)
        files[f"dashboards/{dashboard.name}.yaml"] = _dashboard(dashboard)
    return {path: to_yaml(content) for path, content in files.items()}


def chart_name(dashboard: Dashboard, chart: Chart) -> str:
    """Return the chart's file name, by which its UUID is made too."""
    words = "".join(letter if letter.isalnum() else " " for letter in chart.title.lower()).split()
    return "-".join([dashboard.short_name, *words])


def _database() -> dict[str, Any]:
    return {
        "database_name": "Khobor",
        "sqlalchemy_uri": DATABASE_URI,
        "cache_timeout": None,
        "expose_in_sqllab": True,
        "allow_run_async": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "allow_file_upload": False,
        "extra": {"allows_virtual_table_explore": True},
        "uuid": asset_uuid("database", "khobor"),
        "version": _VERSION,
    }


def _create_marts(connection: duckdb.DuckDBPyConnection) -> None:
    """Create empty marts, to read the columns of the datasets from."""
    connection.execute("CREATE SCHEMA mart")
    for table in MARTS:
        for statement in create_table(table, "memory"):
            if statement.startswith("CREATE TABLE"):
                connection.execute(statement)


def _dataset(connection: duckdb.DuckDBPyConnection, dataset: Dataset) -> dict[str, Any]:
    columns = connection.execute(f"DESCRIBE {dataset.sql(UNFILTERED)}").fetchall()
    return {
        "table_name": f"khobor_{dataset.name}",
        "main_dttm_col": dataset.time,
        "description": dataset.description,
        "schema": "mart",
        "sql": dataset.sql(SUPERSET),
        "filter_select_enabled": True,
        "uuid": asset_uuid("dataset", dataset.name),
        "is_managed_externally": True,
        "metrics": [
            {
                "metric_name": metric.name,
                "verbose_name": metric.label,
                "expression": metric.sql,
                "d3format": metric.number_format or None,
            }
            for metric in dataset.metrics
        ],
        "columns": [
            {
                "column_name": name,
                "verbose_name": dataset.heading(name),
                "is_dttm": data_type == "TIMESTAMP",
                "is_active": True,
                "type": _TYPES.get(data_type, data_type),
                "groupby": True,
                "filterable": True,
            }
            for name, data_type, *_ in columns
        ],
        "version": _VERSION,
        "database_uuid": asset_uuid("database", "khobor"),
    }


def _chart(dashboard: Dashboard, chart: Chart) -> dict[str, Any]:
    form = params(chart)
    return {
        "slice_name": chart.full_title,
        "description": f"{chart.note_bn}\n\n{chart.note}",
        "viz_type": form["viz_type"],
        "params": form,
        "query_context": json.dumps(
            query_context(chart, form["row_limit"]), ensure_ascii=False, indent=1
        ),
        "cache_timeout": None,
        "uuid": asset_uuid("chart", chart_name(dashboard, chart)),
        "is_managed_externally": True,
        "version": _VERSION,
        "dataset_uuid": asset_uuid("dataset", chart.dataset.name),
    }


def _dashboard(dashboard: Dashboard) -> dict[str, Any]:
    uuids = {
        id(chart): asset_uuid("chart", chart_name(dashboard, chart)) for chart in dashboard.charts
    }
    return {
        "dashboard_title": dashboard.full_title,
        "description": dashboard.description,
        "css": css(dashboard),
        "slug": dashboard.name,
        "uuid": asset_uuid("dashboard", dashboard.name),
        "is_managed_externally": True,
        "position": position(dashboard, uuids),
        "metadata": metadata(asset_uuid("dataset", "article")),
        "published": True,
        "version": _VERSION,
    }


if __name__ == "__main__":
    replace_files(FOLDER, all_assets())
