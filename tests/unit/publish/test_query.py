"""Queries on a build and their output."""

import csv
import io
import json
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from etl.cli.output.format import format_csv, format_json, format_table
from etl.errors import KhoborError, UsageError
from etl.publish.query import NoBuildError, QueryError, Result, query
from etl.publish.questions import QUESTIONS
from etl.schema.derive.ddl import sql_type
from etl.schema.marts.warehouse import MARTS


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """A build's file with its tables, empty."""
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE SCHEMA mart")
        for table in MARTS:
            columns = ", ".join(f"{column.name} {sql_type(column)}" for column in table.columns)
            connection.execute(f"CREATE TABLE {table.qualified_name} ({columns})")
        connection.execute("INSERT INTO mart.story (story_id) VALUES ('kalbela:1')")
    return path


def test_a_query_gives_columns_types_and_rows(warehouse):
    result = query(warehouse, "SELECT story_id, 1 AS one FROM mart.story;")
    assert result == Result(["story_id", "one"], ["VARCHAR", "INTEGER"], [("kalbela:1", 1)])


def test_without_a_build_it_says_what_to_do(tmp_path):
    path = tmp_path / "warehouse.duckdb"
    with pytest.raises(NoBuildError, match=f"no build at {path}: run `khobor publish`"):
        query(path, "SELECT 1")
    assert not path.exists()


@pytest.mark.parametrize("sql", ["", "SELECT 1; SELECT 2", "-- nothing"])
def test_exactly_one_statement(warehouse, sql):
    with pytest.raises(UsageError, match="give exactly one"):
        query(warehouse, sql)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM mart.story",
        "CREATE TABLE mart.x AS SELECT 1",
        "DROP TABLE mart.story",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/etc/*')",
        "COPY mart.story TO '/tmp/khobor-must-not-be-there.csv'",
        "ATTACH '/tmp/khobor-must-not-be-there.duckdb'",
        "EXPORT DATABASE '/tmp/khobor-must-not-be-there'",
        "SET enable_external_access = true",
        "SET memory_limit = '100GB'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT getenv('HOME')",
    ],
)
def test_only_the_build_can_be_read(warehouse, sql):
    with pytest.raises(QueryError) as caught:
        query(warehouse, sql)
    assert len(str(caught.value).splitlines()) <= 2
    assert not list(Path("/tmp").glob("khobor-must-not-be-there*"))


def test_a_wrong_name_is_one_or_two_plain_lines(warehouse):
    with pytest.raises(KhoborError, match="nosuch") as caught:
        query(warehouse, "SELECT nosuch\nFROM mart.story")
    assert len(str(caught.value).splitlines()) <= 2


def test_a_file_that_is_no_database(tmp_path):
    path = tmp_path / "warehouse.duckdb"
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(QueryError):
        query(path, "SELECT 1")


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.caption_en)
def test_the_first_questions_run_on_every_build(warehouse, question):
    assert query(warehouse, question.sql).columns
    assert question.caption_bn


def test_a_query_loads_no_dataframes(warehouse):
    code = (
        "import sys, pathlib; from etl.publish.query import query; "
        "from etl.cli.output.format import format_table; "
        f"print(format_table(query(pathlib.Path({str(warehouse)!r}), 'SELECT now()')))\n"
        "print(sorted({'pandas', 'pyarrow', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_table_aligns_bangla_by_cells():
    from rich.cells import cell_len

    table = format_table(
        Result(
            ["outlet", "n"],
            ["VARCHAR", "BIGINT"],
            [("কালবেলা", 7), ("ক্ষমতা\nপাল্টা", 1250), (None, None)],
        )
    )
    lines = table.splitlines()
    assert lines[-1] == "(3 rows)"
    assert [cell_len(line) for line in lines[:4]] == [cell_len(lines[0])] * 4
    assert lines[2].endswith("   7")
    assert "ক্ষমতা পাল্টা" in lines[3]


def test_table_is_cut_to_the_terminal():
    from rich.cells import cell_len

    result = Result(["id", "text"], ["BIGINT", "VARCHAR"], [(1, "বাংলাদেশ " * 20)])
    lines = format_table(result, width=40).splitlines()
    assert max(map(cell_len, lines)) <= 40
    assert lines[2].endswith("…")


def test_json_is_a_list_of_objects():
    at = datetime(2025, 1, 20, 4, 0, tzinfo=UTC)
    result = Result(
        ["a", "b", "c", "d", "e", "f"],
        ["VARCHAR", "TIMESTAMPTZ", "DOUBLE", "DECIMAL", "VARCHAR[]", "BOOLEAN"],
        [("ইরান", at, float("nan"), Decimal("1.50"), ["ক", None], True), (None,) * 6],
    )
    text = format_json(result)
    assert "ইরান" in text
    assert json.loads(text) == [
        {
            "a": "ইরান",
            "b": "2025-01-20T04:00:00+00:00",
            "c": None,
            "d": 1.5,
            "e": ["ক", None],
            "f": True,
        },
        dict.fromkeys("abcdef"),
    ]
    assert json.loads(format_json(Result(["a"], ["BIGINT"], []))) == []


def test_csv_defuses_formulas_and_leaves_numbers():
    cells = ["=1+1", "+88", "-5", "@x", "\tx", "\rx", "ক=খ", "a,b", -5, -0.5, None, True]
    result = Result([f"c{i}" for i in range(len(cells))], ["VARCHAR"] * len(cells), [tuple(cells)])
    rows = list(csv.reader(io.StringIO(format_csv(result), newline="")))
    assert rows[1] == [
        "'=1+1",
        "'+88",
        "'-5",
        "'@x",
        "'\tx",
        "'\nx",
        "ক=খ",
        "a,b",
        "-5",
        "-0.5",
        "",
        "true",
    ]
