"""Validate one batch: every staged table by its suite, each broken rule by its severity."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from etl.errors import BatchRejectedError, KhoborError, UsageError
from etl.outlets.profiles import Outlets
from etl.schema.derive.arrow import arrow_schema
from etl.schema.derive.expectations import COLUMNS_RULE, Rule, columns_of, measures_of
from etl.schema.model import Severity, Table
from etl.schema.problems import Problem
from etl.schema.tables.ledgers import FACT_VALIDATION
from etl.schema.tables.staged import STAGED
from etl.validate.data_docs import keep_result
from etl.validate.failure import Failure
from etl.validate.gx import check_rules, evaluate_suite
from etl.validate.measures import MEASURES, Batch, has_declared_columns, with_measures
from etl.validate.structure import broken_structure, is_structural

_TABLES = {table.name: table for table in STAGED}


@dataclass(frozen=True, slots=True)
class Validation:
    """What the validation of a batch found.

    Attributes:
        rejected: By capture id, the rules of severity ``warning`` that its rows broke, each as
            ``<table>.<rule>``.
        results: The rows of ``core.fact_validation``.
    """

    rejected: Mapping[str, tuple[str, ...]]
    results: pa.Table


def validate_batch(
    staged: Mapping[str, pa.Table],
    batch_id: str,
    run_id: str,
    suites: Path,
    docs: Path | None,
    outlets: Outlets | None = None,
) -> Validation:
    """Validate the staged tables of one batch with the suites in a folder.

    A broken ``warning`` in any table rejects the capture that the row comes from.

    Args:
        staged: The staged tables by name; a table that is left out has no rows.
        batch_id: The batch, for results and messages.
        run_id: The run, for results.
        suites: Folder of the suites, ``<table>.json``.
        docs: Folder in which to keep results for the Data Docs; None to keep none.
        outlets: Profiles for the rules that compare with them; without, these rules hold.

    Raises:
        BatchRejectedError: Rows broke a rule of severity ``critical``.
        ValidationBrokenError: Great Expectations itself raised.
        UsageError: A suite is missing or wrong, or a table is not a staged one.
    """
    unknown = sorted(set(staged) - set(_TABLES))
    if unknown:
        raise UsageError(f"no staged table {', '.join(unknown)}: there are {', '.join(_TABLES)}")
    loaded = {name: load_suite(suites, name) for name in _TABLES}
    empty = {name: arrow_schema(table).empty_table() for name, table in _TABLES.items()}
    batch = Batch({**empty, **staged}, outlets)
    broken: dict[str, dict[str, Failure]] = {}
    results: list[dict[str, object]] = []

    def is_complete(table: Table) -> bool:
        return has_declared_columns(table, batch.tables[table.name])

    # Tables that lack columns first: measures of the others read them.
    for table in sorted(STAGED, key=is_complete):
        name = table.name
        rows = with_measures(batch, table, loaded[name])
        broken[name] = broken_structure(loaded[name], rows)
        # Without rows, or without columns to read, there is nothing more to evaluate.
        if rows.num_rows and COLUMNS_RULE not in broken[name]:
            judged = [rule for rule in loaded[name] if not is_structural(rule)]
            result = evaluate_suite(name, judged, rows)
            broken[name].update(result.failures)
            if docs is not None:
                keep_result(docs, batch_id, run_id, result)
        _raise_critical(name, batch_id, loaded[name], broken[name])
        results.extend(
            _result(batch_id, run_id, name, rule, rows, broken[name].get(rule["meta"]["rule"]))
            for rule in loaded[name]
        )
    return Validation(
        _rejected(loaded, broken),
        pa.Table.from_pylist(results, schema=arrow_schema(FACT_VALIDATION)),
    )


def unmeasurable(
    staged: Mapping[str, pa.Table], suites: Path, outlets: Outlets | None
) -> dict[str, Problem]:
    """Find the captures whose rows make a measure raise: usually none.

    Args:
        staged: All staged tables of one batch by name.
        suites: Folder of the suites.
        outlets: Profiles for the rules that compare with them.

    Returns:
        What was raised, by capture id.
    """
    if _raised_by(staged, suites, outlets) is None:
        return {}
    found: dict[str, Problem] = {}
    for capture_id in staged["capture"]["capture_id"].to_pylist():
        own = {
            name: table.filter(pc.equal(table["capture_id"], capture_id))
            for name, table in staged.items()
        }
        if (problem := _raised_by(own, suites, outlets)) is not None:
            found[capture_id] = problem
    return found


def _raised_by(
    staged: Mapping[str, pa.Table], suites: Path, outlets: Outlets | None
) -> Problem | None:
    try:
        for table in STAGED:
            with_measures(Batch(staged, outlets), table, load_suite(suites, table.name))
    except KhoborError:
        raise
    except Exception as error:  # noqa: BLE001  (any defect; the ledger names it)
        return Problem.internal(error)
    return None


def load_suite(folder: Path, name: str) -> tuple[Rule, ...]:
    """Read a suite's rules and check them.

    Raises:
        UsageError: The file is missing or wrong; the message names the rule.
    """
    path = folder / f"{name}.json"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"no suite at {path} ({error.strerror}): "
            "`python -m etl.schema.derive.expectations` writes it"
        ) from error
    return _checked_suite(path, name, text)


def find_rule(folder: Path, name: str) -> Rule | None:
    """Find the rule ``<table>.<rule>`` in a folder of suites; None if there is none."""
    table, _, rule_id = name.partition(".")
    return next(
        (rule for rule in load_suite(folder, table) if rule["meta"]["rule"] == rule_id), None
    )


@lru_cache(maxsize=64)
def _checked_suite(path: Path, name: str, text: str) -> tuple[Rule, ...]:
    """Check the rules in a file's text, once per process and text."""
    try:
        document: Any = json.loads(text)
        rules = tuple(document["expectations"])
        ids = [str(rule["meta"]["rule"]) for rule in rules]
        for rule in rules:
            Severity(rule["severity"])
        check_rules(name, rules)
    except KeyError as error:
        raise UsageError(f"{path}: a rule lacks {error}") from error
    except (ValueError, TypeError) as error:
        raise UsageError(f"{path} is not a suite: {error}") from error
    twice = sorted({rule for rule in ids if ids.count(rule) > 1})
    unknown = sorted(set(measures_of(_TABLES[name], rules)) - set(MEASURES))
    if twice or COLUMNS_RULE not in ids:
        raise UsageError(
            f"{path}: rules need unique ids, and one of them {COLUMNS_RULE!r}: twice {twice}"
        )
    if unknown:
        raise UsageError(f"{path}: neither columns nor measures: {', '.join(unknown)}")
    return rules


def _raise_critical(
    name: str, batch_id: str, rules: Sequence[Rule], broken: Mapping[str, Failure]
) -> None:
    for rule in rules:
        failure = broken.get(rule["meta"]["rule"])
        if failure and rule["severity"] == Severity.CRITICAL:
            key = f", first of capture {failure.capture_ids[0]}" if failure.capture_ids else ""
            raise BatchRejectedError(
                f"batch {batch_id}: {failure.unexpected_count} rows of {name} break "
                f"{rule['meta']['rule']}{key}. Nothing of the batch is loaded: the fault is in the "
                f"program, not in the pages"
            )


def _result(
    batch_id: str, run_id: str, table: str, rule: Rule, rows: pa.Table, failure: Failure | None
) -> dict[str, object]:
    columns = columns_of(rule["kwargs"])
    return {
        "batch_id": batch_id,
        "run_id": run_id,
        "suite": table,
        "rule": rule["meta"]["rule"],
        "column_name": columns[0] if "column_list" not in rule["kwargs"] else None,
        "severity": rule["severity"],
        "is_success": failure is None,
        "evaluated_count": rows.num_rows,
        "unexpected_count": failure.unexpected_count if failure else 0,
    }


def _rejected(
    suites: Mapping[str, Sequence[Rule]], broken: Mapping[str, Mapping[str, Failure]]
) -> dict[str, tuple[str, ...]]:
    """The broken rules that quarantine, by capture, in the order of tables and rules."""
    rejected: dict[str, list[str]] = {}
    for table, rules in suites.items():
        for rule in rules:
            failure = broken[table].get(rule["meta"]["rule"])
            if failure and rule["severity"] == Severity.WARNING:
                for capture_id in failure.capture_ids:
                    rejected.setdefault(capture_id, []).append(f"{table}.{rule['meta']['rule']}")
    return {capture_id: tuple(names) for capture_id, names in rejected.items()}
