"""Rules on what the Arrow schema of a staged table promises: its columns, and no nulls in most.

Arrow knows both without reading a value. Great Expectations takes milliseconds for each of them,
and they are nearly half of the suites' rules (``docs/developer/performance.md``).
"""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from etl.schema.derive.expectations import COLUMNS_RULE, Rule
from etl.schema.model import Severity
from etl.validate.failure import KEY, Failure


def is_structural(rule: Rule) -> bool:
    """Whether a rule is checked here, and not by Great Expectations."""
    return bool(rule["meta"].get("derived")) and (
        rule["meta"]["rule"] == COLUMNS_RULE
        or (
            rule["type"] == "expect_column_values_to_not_be_null"
            and rule["severity"] == Severity.CRITICAL
        )
    )


def broken_structure(rules: Sequence[Rule], rows: pa.Table) -> dict[str, Failure]:
    """Find the structural rules that rows break.

    Returns:
        The failures by rule id. Where the columns are wrong, that alone: no other rule can be
        evaluated.
    """
    structural = {rule["meta"]["rule"]: rule["kwargs"] for rule in rules if is_structural(rule)}
    if rows.column_names != structural.pop(COLUMNS_RULE)["column_list"]:
        return {COLUMNS_RULE: Failure(rows.num_rows, ())}
    return {
        rule_id: _failure(rows, kwargs["column"])
        for rule_id, kwargs in structural.items()
        if rows[kwargs["column"]].null_count
    }


def _failure(rows: pa.Table, column: str) -> Failure:
    absent = rows.filter(pc.is_null(rows[column]))
    keys = absent[KEY].drop_null().unique().to_pylist() if KEY in rows.column_names else []
    return Failure(absent.num_rows, tuple(keys))
