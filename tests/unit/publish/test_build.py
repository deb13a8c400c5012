"""Builds from a real lake: what they hold, and that readers never meet anything half done."""

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from etl.errors import PublishError
from etl.lake.catalogs.factory import catalog_of
from etl.lake.connection import open_lake
from etl.lake.transaction import transaction
from etl.publish.build import Build, publish_build
from etl.publish.releases import new_build_id
from etl.schema.derive.ddl import sql_type
from etl.schema.marts.warehouse import MARTS
from etl.schema.tables.facts import ARTICLE_TEXT, FACT_ARTICLE
from etl.schema.tables.lake import LAKE_TABLES
from etl.schema.tables.ledgers import FACT_CAPTURE
from etl.schema.tables.raw import PAGE_CAPTURE
from etl.settings import Settings
from tests.factories.table_rows import insert_row

VERSION = "0.1.0"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with one article and a row in most other tables, to be copied."""
    home: Path = tmp_path_factory.mktemp("template") / "home"
    with open_lake(Settings(home=home)) as lake, lake.lock():
        add_article(lake.connection, 1)
        with lake.transaction("rows"):
            for table in LAKE_TABLES:
                if table not in (FACT_CAPTURE, FACT_ARTICLE, PAGE_CAPTURE):
                    insert_row(lake.connection, table)
    return home


@pytest.fixture
def settings(tmp_path: Path, template: Path) -> Settings:
    shutil.copytree(template, tmp_path / "home")
    return Settings(home=tmp_path / "home", workers=1)


@pytest.fixture
def con(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_lake(settings) as lake:
        yield lake.connection


def publish(con: duckdb.DuckDBPyConnection, settings: Settings) -> Build:
    now = datetime.now(UTC)
    return publish_build(
        con, settings.builds, settings.current_build, new_build_id(now), VERSION, now
    )


def add_article(con: duckdb.DuckDBPyConnection, number: int) -> None:
    """An article with all that belongs to it, in one commit."""
    article_id = f"kalbela:{number}"
    with transaction(con):
        insert_row(con, PAGE_CAPTURE, capture_id=f"c{number}")
        insert_row(
            con,
            FACT_CAPTURE,
            capture_id=f"c{number}",
            outlet_id="kalbela",
            outcome="loaded",
            article_id=article_id,
        )
        insert_row(
            con,
            FACT_ARTICLE,
            article_id=article_id,
            outlet_id="kalbela",
            content_hash="h",
            capture_id=f"c{number}",
            is_current=True,
            published_at="2025-01-20 03:00:00+00",
        )
        insert_row(con, ARTICLE_TEXT, article_id=article_id, content_hash="h", body="কথা")


def test_a_build_holds_every_mart_as_declared(con, settings):
    built = publish(con, settings)

    link = settings.current_build
    assert link.is_symlink()
    assert link.readlink() == Path("builds") / built.build_id
    assert built.counts["mart.article"] == 1
    with duckdb.connect(str(link / "warehouse.duckdb"), read_only=True) as reader:
        columns = reader.execute(
            "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() "
            "WHERE schema_name = 'mart' ORDER BY table_name, column_index"
        ).fetchall()
        tables = reader.execute(
            "SELECT table_name, comment FROM duckdb_tables() WHERE schema_name = 'mart' "
            "UNION ALL SELECT view_name, comment FROM duckdb_views() WHERE schema_name = 'mart'"
        ).fetchall()
        version = reader.execute(
            "SELECT tags['storage_version'] FROM duckdb_databases() WHERE NOT internal"
        ).fetchone()
    declared = sorted(MARTS, key=lambda table: table.name)
    assert columns == [
        (table.name, column.name, sql_type(column), column.description)
        for table in declared
        for column in table.columns
    ]
    assert {name for name, _ in tables} == {table.name for table in declared}
    assert all(comment.startswith("Grain: ") for _, comment in tables)
    assert version is not None
    assert version[0].startswith("v1.4.0")
    assert not list(settings.builds.glob("*.tmp-*"))
    assert not list(built.folder.glob("*.wal"))


def test_every_mart_has_the_contracts_columns():
    required = {
        "article": "article_id outlet_id outlet_name_bn outlet_name_en section title byline url "
        "published_at published_at_utc published_date published_at_source updated_at "
        "first_seen_at word_count paragraph_count language version_no revision_count story_id",
        "capture_outcome": "capture_id outlet_id url captured_at outcome reason",
    }
    declared = {table.name: set(table.column_names) for table in MARTS}
    others = (
        "article_text article_revision daily_volume outlet_scorecard completeness "
        "headline_exposure entity_daily country_pair_month event story source_reliance "
        "data_quality build_info"
    )
    assert set(others.split()) <= set(declared)
    for name, columns in required.items():
        assert set(columns.split()) <= declared[name]
    for table in MARTS:
        assert set(table.key) <= declared[table.name]
        for column in table.columns:
            assert column.description
            if column.name.endswith("_at"):
                assert f"{column.name}_utc" in declared[table.name]


def test_a_build_is_of_one_snapshot_while_others_load(con, settings):
    stop = threading.Event()
    writer = con.cursor()
    failures: list[BaseException] = []

    def load() -> None:
        number = 2
        try:
            while not stop.is_set():
                with catalog_of(settings).lock():
                    add_article(writer, number)
                number += 1
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    thread = threading.Thread(target=load)
    thread.start()
    try:
        builds = [publish(con, settings) for _ in range(3)]
    finally:
        stop.set()
        thread.join()
    assert not failures
    articles = [built.counts["mart.article"] for built in builds]
    assert articles == [built.counts["mart.capture_outcome"] for built in builds]
    assert articles[0] < articles[1] < articles[2]


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (
            "INSERT INTO lake.core.fact_article SELECT * FROM lake.core.fact_article",
            r"keys: mart.article has \d rows of \(article_id\) = \('kalbela:1',\)",
        ),
        (
            "UPDATE lake.core.fact_article SET is_current = false",
            "articles: 0 articles and 0 texts from 0 current versions of 1 article ids",
        ),
        (
            "DELETE FROM lake.core.article_text",
            "articles: 1 articles and 0 texts",
        ),
        (
            "DELETE FROM lake.raw.page_capture",
            "outcomes: 0 captures, but 1 outcomes and 0 pending",
        ),
        (
            "UPDATE lake.core.fact_capture SET outcome = 'lost'",
            "mart.capture_outcome.outcome: none of loaded, .* in 1 rows",
        ),
    ],
)
def test_a_failed_check_leaves_the_published_build(con, settings, statement, message):
    before = publish(con, settings)
    con.execute(statement)
    with pytest.raises(PublishError, match=message):
        publish(con, settings)
    assert settings.current_build.resolve() == before.folder
    assert {path.name for path in settings.builds.iterdir()} == {
        before.build_id,
        "publish.lock",
    }
    # The connection is as it was: the next publish can use it.
    assert con.execute("SELECT count(*) FROM lake.core.dim_outlet").fetchone() == (1,)


def test_the_last_three_builds_are_kept_and_stale_folders_removed(con, settings):
    stale = settings.builds / "20250101T000000000000Z-abcdef.tmp-1"
    stale.mkdir(parents=True)
    (stale / "warehouse.duckdb").write_bytes(b"half")
    built = [publish(con, settings).build_id for _ in range(4)]
    assert built == sorted(built)
    assert {path.name for path in settings.builds.iterdir()} == {*built[1:], "publish.lock"}


def test_what_is_no_link_is_not_replaced(con, settings):
    settings.current_build.mkdir(parents=True)
    with pytest.raises(PublishError, match="is no link: move it away"):
        publish(con, settings)
    assert not settings.current_build.is_symlink()


def test_build_ids_must_sort(con, settings):
    now = datetime.now(UTC)
    with pytest.raises(PublishError, match=r"'\.\./evil'"):
        publish_build(con, settings.builds, settings.current_build, "../evil", VERSION, now)


READER = """
import json, sys, time, duckdb
from pathlib import Path

warehouse, stop = Path(sys.argv[1]), Path(sys.argv[2])
polls, seen, problems = 0, [], []
while not stop.exists():
    polls += 1
    try:
        with duckdb.connect(str(warehouse), read_only=True) as con:
            row = con.execute(
                "SELECT build_id, article_count, (SELECT count(*) FROM mart.article), "
                "(SELECT count(*) FROM mart.article_text), (SELECT sum(captured_count) "
                "FROM mart.completeness) FROM mart.build_info"
            ).fetchone()
    except Exception as error:
        problems.append(repr(error))
        break
    if len(set(row[1:])) != 1:
        problems.append(repr(row))
    if not seen or seen[-1] != row[0]:
        seen.append(row[0])
    time.sleep(0.02)
print(json.dumps({"polls": polls, "seen": seen, "problems": problems[:3]}))
"""


@pytest.mark.slow
def test_a_reader_through_twenty_publishes_sees_only_whole_builds(con, settings, tmp_path):
    published = [publish(con, settings).build_id]
    stop = tmp_path / "stop"
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, settings.current_build / "warehouse.duckdb", stop],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        for number in range(2, 22):
            if number % 5 == 0:
                add_article(con, number)
            published.append(publish(con, settings).build_id)
    finally:
        stop.touch()
        output, _ = reader.communicate(timeout=60)
    report = json.loads(output)
    assert report["problems"] == []
    assert report["polls"] > 20
    assert report["seen"] == sorted(report["seen"])
    assert set(report["seen"]) <= set(published)
    assert len(report["seen"]) > 10
