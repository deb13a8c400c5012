"""The derived part of the suites, and that the files in ``expectations/`` hold it."""

import json
from pathlib import Path

import pytest

from etl.resources import EXPECTATIONS
from etl.schema.derive.expectations import (
    render_suite,
    structural_rules,
    suite_document,
    write_suites,
)
from etl.schema.model import Column, Severity, Table, Type
from etl.schema.tables.staged import STAGED

TABLE = Table(
    "stg",
    "toy",
    "One toy.",
    ("capture_id", "toy_no"),
    (
        Column("capture_id", Type.STRING, "Its capture."),
        Column("toy_no", Type.INTEGER, "Its number.", minimum=1, maximum=9),
        Column("name", Type.STRING, "Its name.", null=Severity.WARNING, max_length=20),
        Column("colour", Type.STRING, "Its colour.", null=None, values=("red", "blue")),
        Column("code", Type.STRING, "Its code.", null=Severity.INFO, pattern="[a-z]|[0-9]"),
    ),
)


def test_rules_follow_from_the_declaration() -> None:
    rules = [
        (rule["meta"]["rule"], rule["severity"], rule["type"], rule["kwargs"])
        for rule in structural_rules(TABLE, ["measure"])
    ]
    null = "expect_column_values_to_not_be_null"
    columns = ["capture_id", "toy_no", "name", "colour", "code"]
    assert rules == [
        (
            "columns",
            "critical",
            "expect_table_columns_to_match_ordered_list",
            {"column_list": [*columns, "measure"]},
        ),
        (
            "key.unique",
            "critical",
            "expect_compound_columns_to_be_unique",
            {"column_list": ["capture_id", "toy_no"]},
        ),
        ("capture_id.not_null", "critical", null, {"column": "capture_id"}),
        ("toy_no.not_null", "critical", null, {"column": "toy_no"}),
        (
            "toy_no.range",
            "warning",
            "expect_column_values_to_be_between",
            {"column": "toy_no", "min_value": 1, "max_value": 9},
        ),
        ("name.not_null", "warning", null, {"column": "name"}),
        (
            "name.length",
            "warning",
            "expect_column_value_lengths_to_be_between",
            {"column": "name", "max_value": 20},
        ),
        (
            "colour.values",
            "critical",
            "expect_column_values_to_be_in_set",
            {"column": "colour", "value_set": ["red", "blue"]},
        ),
        ("code.not_null", "info", null, {"column": "code"}),
        (
            "code.pattern",
            "critical",
            "expect_column_values_to_match_regex",
            {"column": "code", "regex": "^(?:[a-z]|[0-9])"},
        ),
    ]


def test_rows_that_may_have_no_capture_are_not_quarantined() -> None:
    columns = tuple(
        Column("capture_id", Type.STRING, "", null=None) if c.name == "capture_id" else c
        for c in TABLE.columns
    )
    table = Table("stg", "toy", "One toy.", ("toy_no",), columns)
    severities = {rule["meta"]["rule"]: rule["severity"] for rule in structural_rules(table)}
    assert "warning" not in severities.values()
    assert severities["name.length"] == "info"


def test_rules_by_hand_stay_as_they_are() -> None:
    by_hand = {
        "type": "expect_column_values_to_be_between",
        "kwargs": {"column": "measure", "min_value": 0},
        "severity": "info",
        "notes": "Why.",
        "meta": {"rule": "measure_is_good"},
    }
    stale = {**by_hand, "meta": {"rule": "gone.not_null", "derived": True}}
    present = {"name": "toy", "expectations": [stale, by_hand], "meta": {}, "notes": "Toys."}
    document = suite_document(TABLE, present)
    assert document["expectations"] == [*structural_rules(TABLE, ["measure"]), by_hand]
    assert document["notes"] == "Toys."
    assert suite_document(TABLE, document) == document


@pytest.mark.parametrize("table", STAGED, ids=lambda table: table.name)
def test_files_hold_what_the_declarations_say(table: Table) -> None:
    text = (EXPECTATIONS / f"{table.name}.json").read_text(encoding="utf-8")
    assert text == render_suite(suite_document(table, json.loads(text))), (
        "run python -m etl.schema.derive.expectations"
    )


@pytest.mark.parametrize("table", STAGED, ids=lambda table: table.name)
def test_every_rule_says_why_and_has_its_own_id(table: Table) -> None:
    suite = json.loads((EXPECTATIONS / f"{table.name}.json").read_text(encoding="utf-8"))
    rules = suite["expectations"]
    ids = [rule["meta"]["rule"] for rule in rules]
    assert len(set(ids)) == len(ids)
    assert all(rule["notes"] for rule in rules)


def test_suites_are_made_where_there_are_none(tmp_path: Path) -> None:
    write_suites(tmp_path)
    names = {path.stem for path in tmp_path.iterdir()}
    assert names == {table.name for table in STAGED}
