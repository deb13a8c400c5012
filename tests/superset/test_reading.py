"""Superset's dialect for DuckDB: only statements that read, each within its time."""

import json
import os
import subprocess
from pathlib import Path

import duckdb
import pytest

from bi.superset.generate import DATABASE_URI
from etl.settings import PROJECT

# Runs in Superset's environment; prints a JSON list of answers and errors.
SCRIPT = """
import json, sys
sys.path += ["bi/superset", "."]
import sqlalchemy
from sqlalchemy.dialects import registry
registry.register("duckdb.reading", "reading_dialect", "ReadingDialect")
address, *queries = json.load(sys.stdin)
cursor = sqlalchemy.create_engine(address).raw_connection().cursor()
for query in queries:
    try:
        cursor.execute(query)
        print(json.dumps(cursor.fetchall()))
    except Exception as error:
        print(json.dumps(f"{type(error).__name__}: {error}"))
"""
ENDLESS = "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range = 7"


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("build") / "warehouse.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("CREATE SCHEMA mart; CREATE TABLE mart.article AS SELECT 1 AS n")
    return path


def answers(warehouse: Path, *queries: str) -> list[object]:
    address = DATABASE_URI.replace("/data/publish/current/warehouse.duckdb", str(warehouse))
    done = subprocess.run(
        [PROJECT / ".venv-bi" / "bin" / "python", "-c", SCRIPT],
        cwd=PROJECT,
        env={**os.environ, "KHOBOR_QUERY_SECONDS": "2"},
        input=json.dumps([address, *queries]),
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_only_reading_within_the_time(warehouse: Path) -> None:
    found = answers(
        warehouse,
        "SELECT n FROM mart.article",
        "CALL enable_logging('QueryLog', storage='file', storage_path='/tmp/x')",
        "FROM enable_logging('QueryLog')",
        "SET threads = 64",
        ENDLESS,
        "SELECT n FROM mart.article",
    )
    assert found[0] == found[-1] == [[1]]
    assert all(str(refused).startswith("ProgrammingError") for refused in found[1:4])
    assert "took more than 2 s" in str(found[4])
