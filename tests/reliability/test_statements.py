"""Queries of people who aren't trusted: only reading, within a time and a memory, never a crash."""

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import duckdb
import psutil
import pytest

from etl.cli.output.format import format_csv, format_json, format_table
from etl.errors import KhoborError, TerminalError
from etl.publish.query import QueryError, query, rows_of
from etl.publish.statements import StatementRefusedError, check_statement
from etl.settings import PROJECT


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("build") / "warehouse.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("CREATE SCHEMA mart; CREATE TABLE mart.article AS SELECT 1 AS n")
    return path


@pytest.fixture(scope="module")
def connection(warehouse: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(warehouse, read_only=True)


@pytest.mark.parametrize(
    "sql",
    [
        "CALL enable_logging('QueryLog', storage='file', storage_path='/tmp/x')",
        "CALL truncate_duckdb_logs()",
        "FROM enable_logging('QueryLog')",
        "SELECT * FROM \"enable_logging\"('QueryLog')",
        "FROM Enable_Logging /* x */ ('QueryLog')",
        "FROM enable_logging -- x\n('QueryLog')",
        "WITH a AS (FROM enable_logging()) FROM a",
        "SELECT (SELECT count(*) FROM truncate_duckdb_logs())",
        "FROM enable_profiling()",
        "FROM force_checkpoint()",
        "FROM duckdb_logs",
        "FROM duckdb_logs()",
        "FROM duckdb_logs_parsed('QueryLog')",
        "SELECT write_log('x')",
        "SELECT 'x'.write_log()",
        "FROM query('FROM duckdb_logs')",
        "FROM query_table('duckdb_logs')",
        "FROM json_execute_serialized_sql('{}')",
        "FROM duckdb_secrets()",
        "FROM arrow_scan(1::UBIGINT::POINTER, 1::UBIGINT::POINTER, 1::UBIGINT::POINTER)",
        "FROM arrow_scan_dumb(1::POINTER, 1::POINTER, 1::POINTER)",
        "FROM pandas_scan(1)",
        "FROM python_map_function(1)",
        "FROM parquet_metadata('/etc/passwd')",
        "FROM duckdb_extensions()",
        "PRAGMA database_list",
        "PRAGMA version",
        "SET threads = 1",
        "SET VARIABLE a = 1",
        "RESET memory_limit",
        "USE memory",
        "DETACH warehouse",
        "BEGIN",
        "PREPARE p AS SELECT 1",
        "EXECUTE p",
        "CHECKPOINT",
        "VACUUM",
        "ANALYZE",
        "CREATE TEMP TABLE x AS SELECT 1",
        "CREATE TEMP MACRO f() AS 1",
        "MERGE INTO mart.article USING mart.article AS s ON true WHEN MATCHED THEN DELETE",
        "EXPLAIN ANALYZE SELECT 1",
        "EXPLAIN (ANALYZE) SELECT 1",
        "SELECT 1; SELECT 2",
        "SELECT 1\0; SELECT 2",
        "",
        "-- nothing",
        "SELECT " + "(" * 50_000 + "1" + ")" * 50_000,
        "SELECT " + "[" * 900 + "1" + "]" * 900,
        "SELECT '" + "x" * 10_000_000 + "'",
    ],
    ids=lambda sql: sql[:50],
)
def test_refused(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    with pytest.raises((TerminalError, duckdb.Error)):
        check_statement(connection, sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT n FROM mart.article",
        "from mart.article",
        "(SELECT 1) UNION ALL (SELECT 2);",
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 3) FROM t",
        "WITH query(a) AS (SELECT 1) SELECT a FROM range(3) CROSS JOIN mart.article, unnest([1])",
        "SELECT 'enable_logging(' AS \"read_csv\", $$ write_log( $$ -- glob('x')",
        "SHOW ALL TABLES",
        "SHOW TABLES",
        "DESCRIBE mart.article",
        "SUMMARIZE mart.article",
        "EXPLAIN SELECT 1",
        "VALUES (1)",
        "TABLE mart.article",
        "FROM duckdb_settings()",
        "SELECT list_transform([1], lambda x: x + 1), 'খবর' AS \"শিরোনাম\"",
        "UNPIVOT mart.article ON n",
    ],
)
def test_allowed(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    if "query(a)" in sql:  # a name of a function for something else: refused, told why
        with pytest.raises(StatementRefusedError, match="query: not allowed"):
            check_statement(connection, sql)
    else:
        connection.execute(check_statement(connection, sql)).fetchall()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range = 7",
        "SELECT levenshtein(repeat('a', 200000), repeat('b', 200000))",
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t",
    ],
)
def test_a_query_without_end_is_ended(warehouse: Path, sql: str) -> None:
    with pytest.raises(QueryError, match="took more than 2 s"):
        query(warehouse, sql, seconds=2)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT repeat('x', 3000000000)",
        "SELECT string_agg(range::VARCHAR, ',') FROM range(1000000000)",
        "SELECT range(3000000000)",
        "SELECT " + "NOT " * 20_000 + "true",
        "SELECT " + "1+" * 40_000 + "1",
        "SELECT " + "CASE WHEN true THEN " * 4_000 + "1" + " END" * 4_000,
        "SELECT '\ud800'",
        "SELECT $1",
        "SELECT MAP {[1]: 2, {'a': 1}: 3}",
        "SELECT INTERVAL 9999999 YEAR",
    ],
    ids=lambda sql: sql[:50],
)
def test_whatever_a_query_does_ends_as_an_answer_or_an_error(warehouse: Path, sql: str) -> None:
    with suppress(KhoborError):
        result = query(warehouse, sql, seconds=10, memory_bytes=500_000_000)
        assert format_table(result) + format_json(result) + format_csv(result)


def test_many_rows_are_passed_on_while_they_come(warehouse: Path) -> None:
    with rows_of(warehouse, "FROM range(2000000000)", seconds=30) as found:
        assert next(found.parts)[0] == (0,)


def test_a_table_of_too_many_rows_says_so(warehouse: Path) -> None:
    with pytest.raises(QueryError, match="more than 1000000 rows"):
        query(warehouse, "FROM range(1100000)")


def test_columns_of_one_name_are_kept(warehouse: Path) -> None:
    result = query(warehouse, "SELECT 1 AS a, 2 AS a, 3 AS a_2")
    assert format_json(result) == '[{"a": 1, "a_2": 2, "a_2_2": 3}]\n'
    assert format_csv(result) == "a,a,a_2\n1,2,3\n"


def test_escapes_in_names_do_not_reach_a_terminal(warehouse: Path) -> None:
    result = query(warehouse, 'SELECT 1 AS "\x1b[31m"')
    assert "\x1b" not in format_table(result) + format_json(result)


@pytest.mark.parametrize("text", ["=1", " =1", "\u200b=1", "\ufeff=1", "\u00a0=1", "\u200e=1"])
def test_hidden_formulas_are_defused(warehouse: Path, text: str) -> None:
    assert f"'{text}" in format_csv(query(warehouse, f"SELECT '{text}' AS a"))


def test_a_query_ends_with_the_process_that_asked(warehouse: Path) -> None:
    asking = (
        "import sys; from pathlib import Path; from etl.publish.query import query; "
        "query(Path(sys.argv[1]), 'SELECT sum(a.range * b.range) FROM range(9000000) a, "
        "range(9000000) b')"
    )
    process = subprocess.Popen([sys.executable, "-c", asking, str(warehouse)], cwd=PROJECT)
    (child,) = _eventually(lambda: psutil.Process(process.pid).children())
    process.kill()
    process.wait()
    assert not psutil.wait_procs([child], timeout=20)[1]


def _eventually(found: Callable[[], list[psutil.Process]]) -> list[psutil.Process]:
    deadline = time.monotonic() + 20
    while not (result := found()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return result
