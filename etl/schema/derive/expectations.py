"""Expectations of Great Expectations, derived from the declarations of the staged tables.

A suite, ``expectations/<table>.json``, holds two kinds of rules: those derived here, marked
``"derived": true``, and those written by hand. ``python -m etl.schema.derive.expectations``
rewrites the derived ones and leaves the others as they are.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from etl.resources import checkout
from etl.schema.model import Column, Severity, Table
from etl.schema.tables.staged import STAGED

Rule = dict[str, Any]  # an expectation in the JSON form of Great Expectations

COLUMNS_RULE = "columns"
KEY_RULE = "key.unique"


def structural_rules(table: Table, measures: Sequence[str] = ()) -> list[Rule]:
    """Derive the rules that follow from a declaration.

    Args:
        table: The declaration.
        measures: Columns that validation appends to the declared ones.
    """
    rules = [
        _rule(
            "expect_table_columns_to_match_ordered_list",
            {"column_list": [*table.column_names, *measures]},
            Severity.CRITICAL,
            COLUMNS_RULE,
            "The declared columns in their order, then what validation measures on them.",
        ),
        _key_rule(table),
    ]
    for column in table.columns:
        rules.extend(_column_rules(table, column))
    return rules


def measures_of(table: Table, rules: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Columns that rules look at although the table does not declare them, in order of use."""
    named = (name for rule in rules for name in columns_of(rule["kwargs"]))
    return tuple(dict.fromkeys(name for name in named if name not in table.column_names))


def columns_of(kwargs: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns that an expectation looks at."""
    single = (kwargs[key] for key in ("column", "column_A", "column_B") if key in kwargs)
    return (*single, *kwargs.get("column_list", ()))


def suite_document(table: Table, present: Mapping[str, Any] | None) -> dict[str, Any]:
    """Derive a suite again and keep its hand-written rules.

    Args:
        table: The declaration.
        present: The suite as it is now; None if there is none yet.

    Returns:
        The suite as its file holds it: ``name``, ``expectations`` and ``meta``.
    """
    document = dict(present or {"name": table.name, "expectations": [], "meta": {}})
    by_hand = [rule for rule in document["expectations"] if not rule["meta"].get("derived")]
    measures = measures_of(table, by_hand)
    document["expectations"] = [*structural_rules(table, measures), *by_hand]
    return document


def write_suites(folder: Path) -> None:
    """Rewrite the derived part of every staged table's suite in place."""
    for table in STAGED:
        path = folder / f"{table.name}.json"
        present = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
        path.write_text(render_suite(suite_document(table, present)), encoding="utf-8")


def render_suite(document: Mapping[str, Any]) -> str:
    """The text of a suite's file."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _column_rules(table: Table, column: Column) -> Iterator[Rule]:
    of_column = {"column": column.name}
    if column.null is not None:
        yield _rule(
            "expect_column_values_to_not_be_null",
            of_column,
            _effect(table, column.null),
            f"{column.name}.not_null",
            column.description,
        )
    if column.values:
        yield _rule(
            "expect_column_values_to_be_in_set",
            {**of_column, "value_set": list(column.values)},
            _effect(table, column.values_severity),
            f"{column.name}.values",
            column.description,
        )
    if column.pattern:
        yield _rule(
            "expect_column_values_to_match_regex",
            {**of_column, "regex": f"^(?:{column.pattern})"},
            _effect(table, column.pattern_severity),
            f"{column.name}.pattern",
            column.description,
        )
    bounds = {"min_value": column.minimum, "max_value": column.maximum}
    given = {name: bound for name, bound in bounds.items() if bound is not None}
    if given:
        yield _rule(
            "expect_column_values_to_be_between",
            {**of_column, **given},
            _effect(table, column.range_severity),
            f"{column.name}.range",
            column.description,
        )
    if column.max_length is not None:
        yield _rule(
            "expect_column_value_lengths_to_be_between",
            {**of_column, "max_value": column.max_length},
            _effect(table, column.length_severity),
            f"{column.name}.length",
            column.description,
        )


def _key_rule(table: Table) -> Rule:
    kind, of_columns = (
        ("expect_column_values_to_be_unique", {"column": table.key[0]})
        if len(table.key) == 1
        else ("expect_compound_columns_to_be_unique", {"column_list": list(table.key)})
    )
    return _rule(kind, of_columns, Severity.CRITICAL, KEY_RULE, table.grain)


def _effect(table: Table, severity: Severity) -> Severity:
    """The severity that can take effect: without a capture, nothing can be quarantined."""
    if severity is Severity.WARNING and table.column("capture_id").null is None:
        return Severity.INFO
    return severity


def _rule(kind: str, kwargs: Mapping[str, Any], severity: Severity, rule: str, notes: str) -> Rule:
    return {
        "type": kind,
        "kwargs": dict(kwargs),
        "severity": severity.value,
        "notes": notes,
        "meta": {"rule": rule, "derived": True},
    }


if __name__ == "__main__":
    write_suites(Path(sys.argv[1]) if len(sys.argv) > 1 else checkout() / "expectations")
