"""The whole chain over the bundled pages, by the command line's functions, on real parts."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from etl.errors import LakeError, UsageError
from etl.lake.connection import open_lake
from etl.schema.tables.lake import LAKE_TABLES
from etl.schema.tables.ledgers import FACT_FETCH
from etl.schema.tables.raw import REVIEW_DECISION
from etl.schema.vocabulary import Outcome
from etl.settings import PROJECT, Settings
from etl.workflows.build import chain, read_batch
from etl.workflows.build.batches import pending_batches
from etl.workflows.build.chain import check_balance
from etl.workflows.reports import RunReport
from etl.workflows.run_ids import new_run_id
from tests.lake_rows import facts_of, rows_of

PAGES = PROJECT / "seeds" / "pages"
SHARED_SEEDS = PROJECT.parent / "shared" / "seeds"
GOLDEN: dict[str, dict[str, Any]] = json.loads((PAGES / "golden.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("chain"))


@pytest.fixture(scope="module")
def report(settings: Settings) -> RunReport:
    return chain.run(settings, [PAGES], new_run_id())


@pytest.fixture(scope="module")
def warehouse(settings: Settings, report: RunReport) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(settings.current_build / "warehouse.duckdb", read_only=True) as connection:
        yield connection


def test_every_page_ends_as_the_golden_file_says(settings: Settings, report: RunReport) -> None:
    found = dict(rows_of(settings, "SELECT source, outcome FROM lake.core.fact_capture"))
    assert found == {source: golden["outcome"] for source, golden in GOLDEN.items()}
    assert report.outcomes == {
        outcome.value: Counter(found.values())[outcome.value] for outcome in Outcome
    }


def test_reasons_say_why_a_page_is_not_loaded(settings: Settings, report: RunReport) -> None:
    found = dict(
        rows_of(
            settings,
            "SELECT source, reason FROM lake.core.fact_capture "
            "WHERE outcome IN ('not_article', 'failed')",
        )
    )
    for source, reason in found.items():
        assert reason.partition(":")[0] == GOLDEN[source]["reason"], source


def test_every_table_and_every_outcome_has_rows(
    settings: Settings, warehouse: duckdb.DuckDBPyConnection
) -> None:
    for table in LAKE_TABLES:
        if table in (FACT_FETCH, REVIEW_DECISION):  # of the live web, and of people's decisions
            continue
        assert rows_of(settings, f"SELECT count(*) FROM lake.{table.qualified_name}")[0][0], table
    for (mart,) in warehouse.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'mart'"
    ).fetchall():
        assert warehouse.execute(f"SELECT count(*) FROM mart.{mart}").fetchone() != (0,), mart
    outcomes = warehouse.execute("SELECT DISTINCT outcome FROM mart.capture_outcome").fetchall()
    assert {outcome for (outcome,) in outcomes} == {outcome.value for outcome in Outcome}


def test_an_updated_article_has_its_versions(warehouse: duckdb.DuckDBPyConnection) -> None:
    versions = warehouse.execute(
        "SELECT version_no, revision_count FROM mart.article WHERE revision_count > 0"
    ).fetchall()
    assert versions == [(3, 2)]
    assert warehouse.execute("SELECT count(*) FROM mart.article_revision").fetchone() == (2,)


def test_undated_articles_are_loaded_and_kept_out_of_time_series(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    dated, undated = warehouse.execute(
        "SELECT count(published_date), count(*) FILTER (published_date IS NULL) FROM mart.article"
    ).fetchall()[0]
    assert undated >= 3
    assert warehouse.execute("SELECT sum(article_count) FROM mart.daily_volume").fetchone() == (
        dated,
    )


def test_running_again_loads_nothing_and_adds_no_version(
    settings: Settings, report: RunReport
) -> None:
    before = facts_of(settings)
    again = chain.run(settings, [PAGES], new_run_id())
    assert again.ingest.captures_new == 0
    assert again.ingest.captures_known == len(GOLDEN)
    assert sum(again.outcomes.values()) == 0
    assert again.publish is None
    assert facts_of(settings) == before


def test_a_page_over_its_time_ends_as_failed_and_the_batch_goes_on(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    # About 9 MB, which take seconds: the clock of the worker pool is looked at ten times a second.
    for number in range(3):
        paragraphs = f"<p>নদী ভাঙন, মানুষ ও মাটির কথা {number}।</p>" * 110_000
        (pages / f"{number}.html").write_text(f"<body><h1>খবর</h1>{paragraphs}</body>")
    settings = Settings(home=tmp_path / "home", page_timeout_seconds=0.001, workers=1)
    report = chain.run(settings, [pages], new_run_id())
    assert report.outcomes["failed"] == report.ingest.captures_new == 3
    reasons = rows_of(settings, "SELECT DISTINCT reason FROM lake.core.fact_capture")
    assert reasons == [("time_limit: not read within 0.001 s",)]


def test_a_capture_without_its_outcome_is_found(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    chain.run(settings, [PAGES / "manabzamin"], new_run_id())
    with open_lake(settings) as lake:
        lake.execute("DELETE FROM lake.core.fact_capture WHERE source = 'winter-bird-census.html'")
    with pytest.raises(LakeError, match=r"are \(2, 1, 1\)"):
        check_balance(settings)


def test_a_broken_suite_stops_the_batch_and_nothing_of_it_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suites = tmp_path / "expectations"
    suites.mkdir()
    for path in (PROJECT / "expectations").glob("*.json"):
        (suites / path.name).write_bytes(path.read_bytes())
    (suites / "article.json").write_text('{"name": "article"}')
    monkeypatch.setattr(read_batch, "EXPECTATIONS", suites)
    settings = Settings(home=tmp_path / "home")
    with pytest.raises(UsageError, match=r"article\.json"):
        chain.run(settings, [PAGES / "inqilab"], new_run_id())
    assert rows_of(settings, "SELECT count(*) FROM lake.core.fact_capture") == [(0,)]
    assert len(pending_batches(settings)) == 1
    monkeypatch.undo()
    assert chain.build(settings, new_run_id())["loaded"] == 1


@pytest.mark.skipif(not SHARED_SEEDS.is_dir(), reason="the five real dumps are not beside this")
def test_the_five_real_dumps_end_in_facts_and_marts(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    gold = json.loads((SHARED_SEEDS / "gold.json").read_text("utf-8"))
    report = chain.run(settings, [SHARED_SEEDS], new_run_id())
    assert report.outcomes["loaded"] == len(gold) == 5
    with duckdb.connect(settings.current_build / "warehouse.duckdb", read_only=True) as build:
        rows = build.execute(
            "SELECT source, title, c.outlet_id, byline, section, published_at, updated_at, "
            "is_undated FROM mart.article AS a "
            "JOIN mart.capture_outcome AS c ON c.article_id = a.article_id ORDER BY source"
        ).fetchall()
    assert [row[:7] for row in rows] == [
        (
            source,
            *(label[name] for name in ("title", "outlet", "byline", "section")),
            *(
                datetime.fromisoformat(label[name]).replace(tzinfo=None) if label[name] else None
                for name in ("published_at", "updated_at")
            ),
        )
        for source, label in sorted(gold.items())
    ]
    assert [row[7] for row in rows] == [label["published_at"] is None for label in gold.values()]
