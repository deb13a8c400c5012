"""Validation of a batch: what each severity does, and that no text gets out."""

import json
import logging
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from etl.errors import BatchRejectedError, UsageError, ValidationBrokenError
from etl.resources import EXPECTATIONS
from etl.schema.derive.arrow import arrow_schema
from etl.schema.tables.ledgers import FACT_VALIDATION
from etl.schema.tables.staged import STAGED
from etl.validate.batch import Validation, load_suite, validate_batch
from tests.factories.rows import generate_rows

Tables = dict[str, pa.Table]


def validate(tables: Mapping[str, pa.Table], suites: Path = EXPECTATIONS) -> Validation:
    return validate_batch(tables, "batch-1", "20250101T000000-abcd", suites, None)


def with_values(tables: Tables, table: str, row: int, **values: object) -> Tables:
    rows = tables[table].to_pylist()
    rows[row].update(values)
    return {**tables, table: pa.Table.from_pylist(rows, schema=tables[table].schema)}


def suites_with(folder: Path, table: str, *rules: Mapping[str, object]) -> Path:
    """A copy of the suites, with more rules for one table."""
    for path in EXPECTATIONS.glob("*.json"):
        document = json.loads(path.read_text(encoding="utf-8"))
        if path.stem == table:
            document["expectations"].extend(rules)
        (folder / path.name).write_text(json.dumps(document), encoding="utf-8")
    return folder


def rule(kind: str, **kwargs: object) -> dict[str, Any]:
    return {"type": kind, "kwargs": kwargs, "severity": "info", "meta": {"rule": "added"}}


def result_of(validation: Validation, suite: str, rule_id: str) -> dict[str, object]:
    (found,) = (
        row
        for row in validation.results.to_pylist()
        if (row["suite"], row["rule"]) == (suite, rule_id)
    )
    return found


@pytest.fixture(scope="module")
def good() -> Tables:
    return generate_rows(3)


def test_good_rows_are_counted_and_none_rejected(good: Tables) -> None:
    validation = validate(good)
    assert validation.rejected == {}
    assert validation.results.schema == arrow_schema(FACT_VALIDATION)
    assert all(validation.results["is_success"].to_pylist())
    keys = {(row["suite"], row["rule"]) for row in validation.results.to_pylist()}
    assert len(keys) == validation.results.num_rows
    assert {suite for suite, _ in keys} == {table.name for table in STAGED}
    assert result_of(validation, "article", "title.not_null") == {
        "batch_id": "batch-1",
        "run_id": "20250101T000000-abcd",
        "suite": "article",
        "rule": "title.not_null",
        "column_name": "title",
        "severity": "warning",
        "is_success": True,
        "evaluated_count": 3,
        "unexpected_count": 0,
    }


def test_a_warning_rejects_the_capture(good: Tables) -> None:
    tables = with_values(good, "article", 1, title=None, word_count=0)
    validation = validate(tables)
    assert validation.rejected == {
        "capture-00000001": (
            "article.title.not_null",
            "article.word_count.range",
            "article.body_is_an_article",
        )
    }
    found = result_of(validation, "article", "title.not_null")
    assert (found["is_success"], found["unexpected_count"]) == (False, 1)


def test_a_warning_in_a_child_rejects_its_capture(good: Tables) -> None:
    validation = validate(with_values(good, "event", 2, confidence=1.5))
    assert validation.rejected == {"capture-00000002": ("event.confidence.range",)}


def test_an_info_is_only_counted(good: Tables) -> None:
    tables = with_values(good, "article", 0, published_at=None, published_at_source="none")
    validation = validate(tables)
    assert validation.rejected == {}
    assert result_of(validation, "article", "is_dated")["unexpected_count"] == 1


def test_a_critical_rule_stops_the_batch(good: Tables) -> None:
    tables = with_values(good, "article", 1, paragraph_count=2)
    message = "batch-1.*1 rows of article.*paragraph_count_is_right.*capture-00000001"
    with pytest.raises(BatchRejectedError, match=message):
        validate(tables)


def test_a_key_that_stands_twice_stops_the_batch(good: Tables) -> None:
    tables = {**good, "event": pa.concat_tables([good["event"], good["event"].slice(0, 1)])}
    with pytest.raises(BatchRejectedError, match=r"2 rows of event break key\.unique"):
        validate(tables)


@pytest.mark.parametrize("table", ["capture", "article", "event"])
def test_a_missing_column_stops_the_batch(good: Tables, table: str) -> None:
    tables = {**good, table: good[table].drop_columns(["capture_id"])}
    with pytest.raises(BatchRejectedError, match=f"{table} break columns"):
        validate(tables)


def test_columns_out_of_order_stop_the_batch(good: Tables) -> None:
    names = sorted(good["event"].column_names)
    with pytest.raises(BatchRejectedError, match="event break columns"):
        validate({**good, "event": good["event"].select(names)})


def test_empty_tables_are_valid() -> None:
    validation = validate({table.name: arrow_schema(table).empty_table() for table in STAGED})
    assert validation.rejected == {}
    assert all(validation.results["is_success"].to_pylist())
    assert set(validation.results["evaluated_count"].to_pylist()) == {0}


def test_a_batch_without_articles_is_valid(good: Tables) -> None:
    capture = good["capture"].to_pylist()
    for row in capture:
        row.update(outcome="failed", reason="empty: 0 bytes", article_id=None, content_hash=None)
    table = pa.Table.from_pylist(capture, schema=good["capture"].schema)
    assert validate({"capture": table}).rejected == {}


@pytest.mark.parametrize(
    "broken",
    [
        rule("expect_column_values_to_be_between", column="title", min_value=1),
        rule("expect_column_values_to_match_regex", column="title", regex="("),
    ],
    ids=["metric", "pattern"],
)
def test_an_exception_of_great_expectations_is_no_bad_data(
    good: Tables, tmp_path: Path, broken: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    tables = with_values(good, "article", 0, title="গোপন শিরোনাম")
    with caplog.at_level(logging.DEBUG), pytest.raises(ValidationBrokenError) as caught:
        validate(tables, suites_with(tmp_path, "article", broken))
    assert "article.added" in str(caught.value)
    assert "Error in " in str(caught.value)
    assert "গোপন" not in str(caught.value) + caplog.text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (rule("expect_nothing", column="title"), "added: unknown type expect_nothing"),
        (rule("expect_column_max_to_be_between", column="word_count"), "added: .*row by row"),
        (rule("expect_column_values_to_not_be_null", colum="title"), "added: .*colum"),
        (
            rule("expect_column_values_to_not_be_null", column="tilte"),
            "neither columns nor measures: tilte",
        ),
        ({**rule("expect_column_values_to_not_be_null", column="title"), "meta": {}}, "'rule'"),
        (
            {**rule("expect_column_values_to_not_be_null", column="title"), "severity": "fatal"},
            "fatal",
        ),
        (
            {
                **rule("expect_column_values_to_not_be_null", column="title"),
                "meta": {"rule": "columns"},
            },
            "unique ids",
        ),
    ],
    ids=["type", "aggregate", "argument", "column", "id", "severity", "twice"],
)
def test_a_wrong_rule_is_named(
    good: Tables, tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        validate(good, suites_with(tmp_path, "article", change))
    assert "article.json" in str(caught.value)


@pytest.mark.parametrize("text", [None, "", "[]", "{", '{"expectations": 1}'])
def test_a_missing_or_malformed_suite_is_named(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "article.json").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"article\.json"):
        load_suite(tmp_path, "article")


def test_an_unknown_table_is_an_error(good: Tables) -> None:
    with pytest.raises(UsageError, match="articles"):
        validate({**good, "articles": good["article"]})


def test_import_is_light() -> None:
    script = (
        "import sys, etl.validate.batch, etl.validate.data_docs;"
        "print([name for name in ('great_expectations', 'pandas') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert found.stdout.strip() == "[]", found.stderr
