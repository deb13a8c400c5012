"""Rows of a lake, to be compared by tests."""

from typing import Any

from etl.lake.connection import open_lake
from etl.schema.tables.lake import LAKE_TABLES
from etl.settings import Settings

# Bookkeeping that names runs and moments; all else must be the same in every run.
RUN_COLUMNS = ("batch_id", "run_id")


def rows_of(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with open_lake(settings, read_only=True) as lake:
        return lake.execute(sql).fetchall()


def facts_of(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every fact and dimension, without the bookkeeping of runs and releases."""
    left_out = ("capture_manifest", "etl_run", "fact_validation", "schema_change")
    with open_lake(settings, read_only=True) as lake:
        return {
            table.name: lake.execute(
                f"SELECT {', '.join(c for c in table.column_names if c not in RUN_COLUMNS)} "
                f"FROM lake.{table.qualified_name} ORDER BY ALL"
            ).fetchall()
            for table in LAKE_TABLES
            if table.name not in left_out
        }
