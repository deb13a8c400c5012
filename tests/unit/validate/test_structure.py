"""Columns and required values of a staged table, checked in Arrow."""

import pyarrow as pa
import pytest

from etl.resources import EXPECTATIONS
from etl.schema.model import Severity
from etl.schema.tables.staged import STAGED
from etl.validate.batch import load_suite
from etl.validate.failure import Failure
from etl.validate.structure import broken_structure, is_structural

REQUIRED = {
    table.name: [column.name for column in table.columns if column.null is Severity.CRITICAL]
    for table in STAGED
}
RULES = [
    {
        "type": "expect_table_columns_to_match_ordered_list",
        "kwargs": {"column_list": ["capture_id", "name", "colour"]},
        "severity": "critical",
        "meta": {"rule": "columns", "derived": True},
    },
    *(
        {
            "type": "expect_column_values_to_not_be_null",
            "kwargs": {"column": column},
            "severity": severity,
            "meta": {"rule": f"{column}.not_null", "derived": True},
        }
        for column, severity in (
            ("capture_id", "critical"),
            ("name", "critical"),
            ("colour", "info"),
        )
    ),
]


def test_nulls_are_counted_and_their_captures_named() -> None:
    rows = pa.table(
        {
            "capture_id": ["a", "b", "b", None, "c"],
            "name": ["x", None, None, None, "y"],
            "colour": pa.nulls(5, pa.string()),
        }
    )
    assert broken_structure(RULES, rows) == {
        "capture_id.not_null": Failure(1, ()),
        "name.not_null": Failure(3, ("b",)),
    }


@pytest.mark.parametrize("columns", [["capture_id", "colour"], ["name", "capture_id", "colour"]])
def test_wrong_columns_are_all_that_is_found(columns: list[str]) -> None:
    rows = pa.table({column: pa.nulls(2, pa.string()) for column in columns})
    assert broken_structure(RULES, rows) == {"columns": Failure(2, ())}


def test_rows_without_a_capture_column_are_counted() -> None:
    columns, _, name, _ = RULES
    rules = [{**columns, "kwargs": {"column_list": ["name"]}}, name]
    assert broken_structure(rules, pa.table({"name": [None, "x"]})) == {
        "name.not_null": Failure(1, ())
    }


@pytest.mark.parametrize("table", [table.name for table in STAGED])
def test_only_derived_critical_rules_are_structural(table: str) -> None:
    rules = load_suite(EXPECTATIONS, table)
    structural = [rule for rule in rules if is_structural(rule)]
    assert {rule["severity"] for rule in structural} == {Severity.CRITICAL}
    assert all(rule["meta"].get("derived") for rule in structural)
    required = {f"{column}.not_null" for column in REQUIRED[table]}
    assert {rule["meta"]["rule"] for rule in structural} == {"columns", *required}
