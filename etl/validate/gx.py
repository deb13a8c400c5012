"""The one place that calls Great Expectations: one suite on one batch of rows.

Great Expectations costs about ten milliseconds an expectation whatever the rows, and twice that
when it is to list the rows that broke it. So a suite runs first for yes or no; only what broke
runs again, completely. Measured in ``benchmarks/validate.py``.
"""

import gc
import logging
import os
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from etl.errors import ValidationBrokenError
from etl.schema.derive.expectations import COLUMNS_RULE, Rule, columns_of
from etl.validate.memo import without_idle_work

if TYPE_CHECKING:
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.core.expectation_validation_result import ExpectationValidationResult
    from great_expectations.datasource.fluent.interfaces import Batch

KEY = "capture_id"
# Values stay out of results: they are article text.
_WITHOUT_VALUES = {
    "exclude_unexpected_values": True,
    "include_unexpected_rows": False,
    "return_unexpected_index_query": False,
    "partial_unexpected_count": 0,
    "unexpected_index_column_names": [KEY],
}


# Rules that read no values.
_ON_PRESENCE = (
    "expect_column_values_to_not_be_null",
    "expect_table_columns_to_match_ordered_list",
)


@dataclass(frozen=True, slots=True)
class Failure:
    """One rule that rows broke: how many, and the captures of those that have one."""

    unexpected_count: int
    capture_ids: tuple[str, ...]


@cache
def import_gx() -> Any:
    """Great Expectations, quiet: no analytics, no progress bars, no logs of values.

    Its import takes seconds, so nothing imports it at the top of a module.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "False"  # read when it is imported
    with warnings.catch_warnings():
        # On Python 3.11 it imports modules by names that are deprecated there.
        warnings.simplefilter("ignore", DeprecationWarning)
        import great_expectations

    # It logs exceptions with the values that raised them; they are reported by rule instead.
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
    # Its 300,000 objects stay as long as the process: no collection need walk them.
    gc.freeze()
    return great_expectations


@cache
def _batch_definition() -> "BatchDefinition[Any]":
    """What a batch is, to Great Expectations; one context in memory serves the whole process."""
    context = import_gx().get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_pandas("staged")
    rows = source.add_dataframe_asset("rows")
    definition: BatchDefinition[Any] = rows.add_batch_definition_whole_dataframe("batch")
    return definition


def check_rules(table: str, rules: Sequence[Rule]) -> None:
    """Build every expectation once, so that a wrong one is found before rows are read.

    :raises ValueError: an expectation is not one; the message names its rule.
    """
    for rule in rules:
        try:
            built = _suite(table, [rule]).expectations
        except ValueError as error:  # what its arguments' model raises
            raise ValueError(f"{rule['meta']['rule']}: {' '.join(str(error).split())}") from error
        if not built:  # an unknown type is dropped with no more than a log line
            raise ValueError(f"{rule['meta']['rule']}: unknown type {rule['type']}")


def broken_rules(table: str, rules: Sequence[Rule], rows: pa.Table) -> dict[str, Failure]:
    """Run a suite's rules on rows; what broke, by rule id.

    Rows that lack declared columns break ``columns`` alone: the other rules could not be evaluated.

    :raises ValidationBrokenError: Great Expectations itself raised.
    """
    with without_idle_work():
        return _broken_rules(table, rules, _batch_of(rows, rules), rows.num_rows)


def _broken_rules(
    table: str, rules: Sequence[Rule], batch: "Batch", row_count: int
) -> dict[str, Failure]:
    by_id = {rule["meta"]["rule"]: rule for rule in rules}
    results = _run(batch, table, rules, {"result_format": "BOOLEAN_ONLY"})
    if not results[COLUMNS_RULE].success:
        return {COLUMNS_RULE: Failure(row_count, ())}
    _raise_exceptions(table, results, by_id)
    broken = [by_id[rule] for rule, result in results.items() if not result.success]
    if not broken:
        return {}
    complete = _run(batch, table, broken, {"result_format": "COMPLETE", **_WITHOUT_VALUES})
    _raise_exceptions(table, complete, by_id)
    return {rule: _failure(result) for rule, result in complete.items()}


def _suite(table: str, rules: Sequence[Rule]) -> Any:
    return import_gx().ExpectationSuite(name=table, expectations=[dict(rule) for rule in rules])


def _batch_of(rows: pa.Table, rules: Sequence[Rule]) -> "Batch":
    """The rows as Great Expectations reads them: whole where a rule looks at values.

    Columns that rules only want present go as presence. Bodies, lists and most instants do, which
    neither fill memory then nor can get into a result.
    """
    import pandas as pd

    judged = {KEY}.union(
        *(columns_of(rule["kwargs"]) for rule in rules if rule["type"] not in _ON_PRESENCE)
    )
    columns = [
        rows[name] if name in judged else pc.if_else(pc.is_valid(rows[name]), True, None)
        for name in rows.column_names
    ]
    # Numbers as NumPy's, which is what Great Expectations compares all at once; booleans as
    # Arrow's, where absent values stay absent instead of making objects of all.
    frame = pa.table(columns, names=rows.column_names).to_pandas(
        types_mapper={pa.bool_(): pd.ArrowDtype(pa.bool_())}.get
    )
    if KEY in frame.columns:
        # As the index, keys come out in one piece; as a column, one lookup a row.
        frame.index = pd.Index(frame[KEY], name=KEY)
    return _batch_definition().get_batch(batch_parameters={"dataframe": frame})


def _run(
    batch: "Batch", table: str, rules: Sequence[Rule], result_format: dict[str, Any]
) -> dict[str, "ExpectationValidationResult"]:
    outcome = batch.validate(_suite(table, rules), result_format=result_format)
    return {result.expectation_config.meta["rule"]: result for result in outcome.results}


def _failure(result: "ExpectationValidationResult") -> Failure:
    found = result.result
    places = found.get("unexpected_index_list") or [{}]
    captures = dict.fromkeys(key for key in places[0].get(KEY, ()) if isinstance(key, str))
    return Failure(int(found.get("unexpected_count", 0)), tuple(captures))


def _raise_exceptions(
    table: str, results: Mapping[str, "ExpectationValidationResult"], rules: Mapping[str, Rule]
) -> None:
    """Great Expectations reports its own exceptions as ``success=False``: read what it caught."""
    for rule, result in results.items():
        raised = _exception_of(result.exception_info)
        if raised:
            raise ValidationBrokenError(
                f"Great Expectations could not evaluate {table}.{rule} ({rules[rule]['type']}): "
                f"{raised}. Nothing of the batch is loaded; mend expectations/{table}.json"
            )


def _exception_of(info: Mapping[str, Any] | None) -> str | None:
    """Type and place of a caught exception, without its message, which may quote the rows."""
    if not info:
        return None
    if "raised_exception" not in info:  # by metric, when one could not be computed
        return next((found for found in map(_exception_of, info.values()) if found), None)
    if not info["raised_exception"]:
        return None
    trace = str(info.get("exception_traceback") or "")
    kinds = re.findall(r"^([A-Za-z_][\w.]*(?:Error|Exception|Warning|Interrupt))\b", trace, re.M)
    places = re.findall(r'File "[^"]*?([^/"]+)", line (\d+)', trace)
    kind = kinds[-1].rpartition(".")[2] if kinds else "exception"
    return f"{kind} in {places[-1][0]}:{places[-1][1]}" if places else kind
