"""Calls to Great Expectations, all of them: run a suite on a table, store its result, render pages.

An expectation costs Great Expectations milliseconds whatever the rows, and twice that where it
counts and lists the rows that broke it (``docs/developer/performance.md``). So a suite runs first
for yes or no; only broken rules run a second time, completely.
"""

import gc
import logging
import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from etl.errors import ValidationBrokenError
from etl.schema.derive.expectations import COLUMNS_RULE, Rule, columns_of
from etl.validate.failure import KEY, Failure

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuite
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.core.expectation_validation_result import (
        ExpectationSuiteValidationResult,
        ExpectationValidationResult,
    )
    from great_expectations.core.run_identifier import RunIdentifier
    from great_expectations.data_context.data_context.abstract_data_context import (
        AbstractDataContext,
    )
    from great_expectations.datasource.fluent.interfaces import Batch

_YES_OR_NO = {"result_format": "BOOLEAN_ONLY"}
# Values stay out of results: they are article text.
_WITHOUT_VALUES = {
    "result_format": "COMPLETE",
    "exclude_unexpected_values": True,
    "include_unexpected_rows": False,
    "return_unexpected_index_query": False,
    "partial_unexpected_count": 0,
    "unexpected_index_column_names": [KEY],
}
# A rule that reads no values.
_ON_PRESENCE = "expect_column_values_to_not_be_null"
_UNTIMED = "19700101T000000"


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """What one suite found in one table of a batch.

    Attributes:
        failures: The broken rules, by rule id.
        report: The result of Great Expectations: all rules, with counts where they are broken; no
            value of a row.
    """

    failures: Mapping[str, Failure]
    report: "ExpectationSuiteValidationResult"


@cache
def import_gx() -> Any:
    """Import Great Expectations, which takes seconds, and keep it from logging values of rows."""
    with warnings.catch_warnings():
        # On Python 3.11 it imports modules by names that are deprecated there.
        warnings.simplefilter("ignore", DeprecationWarning)
        import great_expectations

    # It logs exceptions with the values that raised them; they are reported by rule instead.
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
    # Its 300,000 objects live as long as the process: spare the collector walking them.
    gc.freeze()
    return great_expectations


def check_rules(table: str, rules: Sequence[Rule]) -> None:
    """Build every expectation once, so that a wrong one is found before rows are read.

    Raises:
        ValueError: An expectation cannot be built or judges no rows; the message names its rule.
    """
    for rule in rules:
        rule_id = rule["meta"]["rule"]
        try:
            built = _suite(table, [rule]).expectations
        except ValueError as error:  # what its arguments' model raises
            raise ValueError(f"{rule_id}: {' '.join(str(error).split())}") from error
        if not built:  # an unknown type is dropped with no more than a log line
            raise ValueError(f"{rule_id}: unknown type {rule['type']}")
        # The result of an aggregate quotes a value, and has no rows to reject.
        if rule_id != COLUMNS_RULE and not isinstance(built[0], _row_expectations()):
            raise ValueError(f"{rule_id}: {rule['type']} does not judge row by row")


def evaluate_suite(table: str, rules: Sequence[Rule], rows: pa.Table) -> SuiteResult:
    """Run the rules of a suite on the rows of a table, which has all columns that they read.

    Raises:
        ValidationBrokenError: Great Expectations itself raised.
    """
    batch = _batch_of(rows, rules)
    report = _run(batch, table, rules, _YES_OR_NO)
    results = _results(table, report)
    broken = [rule for rule in rules if not results[rule["meta"]["rule"]].success]
    if not broken:
        return SuiteResult({}, report)
    complete = _results(table, _run(batch, table, broken, _WITHOUT_VALUES))
    failures = {rule_id: _failure(result) for rule_id, result in complete.items()}
    report.results = list({**results, **complete}.values())
    return SuiteResult(failures, report)


def store_report(
    folder: Path, report: "ExpectationSuiteValidationResult", run_id: str, batch_id: str
) -> None:
    """Write a suite's result as JSON to ``<folder>/<suite>/<run>/<time>/<batch>.json``."""
    import_gx()
    from great_expectations.data_context.store.validation_results_store import (
        ValidationResultsStore,
    )
    from great_expectations.data_context.types.resource_identifiers import (
        ExpectationSuiteIdentifier,
        ValidationResultIdentifier,
    )

    run = _run_identifier(run_id)
    # Without the time of day that Great Expectations puts here, the file follows from its input.
    report.meta = {
        "run_id": run,
        "batch_id": batch_id,
        "active_batch_definition": {
            "datasource_name": "staged",
            "data_asset_name": report.suite_name,
        },
    }
    suite = ExpectationSuiteIdentifier(report.suite_name)
    store = ValidationResultsStore(store_backend=_in_folder(folder))
    store.set(ValidationResultIdentifier(suite, run, batch_id), report)


def render_pages(site: Path, results: Path) -> None:
    """Render the stored results in a folder as a site of Data Docs."""
    context = _context(
        _in_configuration(results),
        {
            "khobor": {
                "class_name": "SiteBuilder",
                "show_how_to_buttons": False,
                "store_backend": _in_configuration(site),
                "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            }
        },
    )
    context.build_data_docs()


def _context(
    results_backend: dict[str, Any], sites: dict[str, dict[str, Any]]
) -> "AbstractDataContext":
    """A context that keeps everything but results and sites in memory."""
    gx = import_gx()
    from great_expectations.data_context.types.base import DataContextConfig, ProgressBarsConfig

    stores: dict[str, dict[str, Any]] = {
        name: {"class_name": kind, "store_backend": {"class_name": "InMemoryStoreBackend"}}
        for name, kind in (
            ("expectations_store", "ExpectationsStore"),
            ("checkpoint_store", "CheckpointStore"),
            ("validation_definition_store", "ValidationDefinitionStore"),
        )
    }
    stores["results_store"] = {
        "class_name": "ValidationResultsStore",
        "store_backend": results_backend,
    }
    config = DataContextConfig(
        stores=stores,
        expectations_store_name="expectations_store",
        checkpoint_store_name="checkpoint_store",
        validation_results_store_name="results_store",
        data_docs_sites=sites,
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )
    context: AbstractDataContext = gx.get_context(mode="ephemeral", project_config=config)
    return context


def _in_folder(path: Path) -> dict[str, Any]:
    return {
        "class_name": "TupleFilesystemStoreBackend",
        "base_directory": str(path),
        "suppress_store_backend_id": True,  # a random id in a file, which nothing reads
    }


def _in_configuration(path: Path) -> dict[str, Any]:
    """The same for a context's configuration, where a variable's name would follow a ``$``."""
    backend = _in_folder(path)
    return backend | {"base_directory": backend["base_directory"].replace("$", r"\$")}


@cache
def _batch_definition() -> "BatchDefinition[Any]":
    """What a batch is to Great Expectations: one context and data source for the process."""
    source = _context({"class_name": "InMemoryStoreBackend"}, {}).data_sources.add_pandas("staged")
    # One asset for all tables, since Great Expectations keeps the last rows of each.
    definition: BatchDefinition[Any] = source.add_dataframe_asset(
        "rows"
    ).add_batch_definition_whole_dataframe("batch")
    return definition


@cache
def _row_expectations() -> tuple[type, ...]:
    import_gx()
    from great_expectations.expectations.expectation import (
        ColumnMapExpectation,
        ColumnPairMapExpectation,
        MulticolumnMapExpectation,
    )

    return ColumnMapExpectation, ColumnPairMapExpectation, MulticolumnMapExpectation


def _suite(table: str, rules: Iterable[Rule]) -> "ExpectationSuite":
    suite: ExpectationSuite = import_gx().ExpectationSuite(
        name=table, expectations=[dict(rule) for rule in rules]
    )
    return suite


def _batch_of(rows: pa.Table, rules: Sequence[Rule]) -> "Batch":
    """The columns that rules read, as a batch of Great Expectations.

    Of columns that rules only want present, marks of presence: long texts, lists and most instants
    neither fill memory then nor get into a result.
    """
    import pandas as pd

    present = {name for rule in rules for name in columns_of(rule["kwargs"])}.union({KEY})
    judged = {KEY}.union(
        *(columns_of(rule["kwargs"]) for rule in rules if rule["type"] != _ON_PRESENCE)
    )
    columns = {
        name: rows[name] if name in judged else pc.if_else(pc.is_valid(rows[name]), True, None)
        for name in rows.column_names
        if name in present
    }
    # Numbers as NumPy's, which Great Expectations compares vectorised; booleans as Arrow's, where
    # nulls do not turn the column into objects.
    frame = pa.table(columns).to_pandas(types_mapper={pa.bool_(): pd.ArrowDtype(pa.bool_())}.get)
    if KEY in frame.columns:
        # As the index, keys are read at once; as a column, by one lookup a row.
        frame.index = pd.Index(frame[KEY], name=KEY)
    return _batch_definition().get_batch(batch_parameters={"dataframe": frame})


def _run(
    batch: "Batch", table: str, rules: Sequence[Rule], result_format: dict[str, Any]
) -> "ExpectationSuiteValidationResult":
    return batch.validate(_suite(table, rules), result_format=result_format)


def _failure(result: "ExpectationValidationResult") -> Failure:
    """Read a complete result, and take the keys out of it, which may be as many as the rows."""
    places = result.result.pop("unexpected_index_list", None) or [{}]
    captures = dict.fromkeys(key for key in places[0].get(KEY, ()) if isinstance(key, str))
    return Failure(int(result.result["unexpected_count"]), tuple(captures))


def _results(
    table: str, report: "ExpectationSuiteValidationResult"
) -> "dict[str, ExpectationValidationResult]":
    """A suite's results by rule id.

    Raises:
        ValidationBrokenError: Great Expectations caught an exception: it reports its own as failed
            rules.
    """
    results = {}
    for result in report.results:
        rule = result.expectation_config
        assert rule is not None  # it is optional for results that are built without a run
        rule_id = rule.meta["rule"]
        if raised := _exception_of(result.exception_info):
            raise ValidationBrokenError(
                f"Great Expectations could not evaluate {table}.{rule_id} ({rule.type}): "
                f"{raised}. Nothing of the batch is loaded; mend expectations/{table}.json"
            )
        results[rule_id] = result
    return results


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


def _run_identifier(run_id: str) -> "RunIdentifier":
    """The run, with the time that its id begins with, so that nothing depends on the clock.

    Great Expectations tries to parse a run's name as a time and fails on one that is half of it
    (`20261122T084156-3442a18a`: an offset of 34 hours), so the name begins with a word.
    """
    from great_expectations.core import RunIdentifier

    found = re.match(r"\d{8}T\d{6}", run_id)
    time = datetime.strptime(f"{found[0] if found else _UNTIMED}Z", "%Y%m%dT%H%M%S%z")
    return RunIdentifier(run_name=f"run-{run_id}", run_time=time)
