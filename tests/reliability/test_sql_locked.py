"""``khobor sql`` can read the build and nothing else, however it is asked."""

from pathlib import Path

import duckdb
import pytest

from etl.errors import TerminalError
from etl.publish.query import query
from tests.reliability.listing import listing


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("build") / "warehouse.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("CREATE SCHEMA mart; CREATE TABLE mart.article AS SELECT 1 AS n")
    return path


@pytest.mark.parametrize(
    "sql",
    [
        "COPY mart.article TO '{folder}/out.csv'",
        "COPY (SELECT 1) TO '/dev/stdout'",
        "COPY mart.article FROM '/etc/passwd'",
        "EXPORT DATABASE '{folder}/export'",
        "FROM '/etc/passwd'",
        "FROM '{folder}/secret.csv'",
        "FROM read_csv('/etc/passwd')",
        "FROM read_text('{folder}/secret.csv')",
        "FROM read_blob('/proc/self/environ')",
        "FROM read_parquet('https://example.invalid/a')",
        "FROM sniff_csv('/etc/passwd')",
        "FROM glob('/etc/*')",
        "FROM query('FROM read_text(''/etc/passwd'')')",
        "FROM query_table('/etc/passwd')",
        "ATTACH '{folder}/other.duckdb'",
        "ATTACH ':memory:' AS other",
        "INSTALL httpfs",
        "LOAD httpfs",
        "LOAD '{folder}/evil.duckdb_extension'",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET memory_limit = '100GB'",
        "SET temp_directory = '{folder}'",
        "SET allowed_directories = ['/etc']",
        "RESET enable_external_access",
        "PRAGMA temp_directory = '{folder}'",
        "PRAGMA profiling_output = '{folder}/profile.json'",
        "PRAGMA enable_profiling = 'json'",
        "SELECT getenv('HOME')",
        "CREATE SECRET s (TYPE s3)",
        "CREATE PERSISTENT SECRET s (TYPE s3)",
        "FROM which_secret('a', 's3')",
        "FROM duckdb_secrets()",
        "CREATE TABLE mart.other AS SELECT 1",
        "INSERT INTO mart.article VALUES (2)",
        "UPDATE mart.article SET n = 2",
        "DELETE FROM mart.article",
        "DROP TABLE mart.article",
        "SELECT 1; DROP TABLE mart.article",
        "FROM statements",
    ],
)
def test_no_way_out(warehouse: Path, tmp_path: Path, sql: str) -> None:
    (tmp_path / "secret.csv").write_text("a,b\nsecret,1\n")
    before = listing(tmp_path), listing(warehouse.parent)
    with pytest.raises(TerminalError) as raised:
        query(warehouse, sql.format(folder=tmp_path))
    assert "secret,1" not in str(raised.value)
    assert (listing(tmp_path), listing(warehouse.parent)) == before


def test_what_may_be_asked(warehouse: Path) -> None:
    assert query(warehouse, "SELECT n FROM mart.article").rows == [(1,)]
    settings = dict(
        query(
            warehouse,
            "SELECT name, value FROM duckdb_settings() "
            "WHERE name IN ('enable_external_access', 'lock_configuration', 'access_mode')",
        ).rows
    )
    assert settings == {
        "access_mode": "read_only",
        "enable_external_access": "false",
        "lock_configuration": "true",
    }
