"""A catalog on Postgres and data on S3, by settings alone, on real servers."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from etl.errors import LakeConflictError, LakeError, LakeUnreachableError
from etl.lake import schema_version
from etl.lake.catalogs.factory import catalog_of
from etl.lake.connection import open_lake
from etl.lake.lake import Lake
from etl.lake.migrations import STEPS, Step
from etl.settings import PROJECT, Settings
from etl.storage import staging
from etl.workflows.build import chain
from etl.workflows.build.batches import load_batch, pending_batches, stage_batch
from etl.workflows.build.chain import build_docs, check_balance
from etl.workflows.build.stories import link_stories
from etl.workflows.collect.files import ingest_files
from etl.workflows.maintain import maintain
from etl.workflows.run_ids import new_run_id
from tests.lake_rows import facts_of, rows_of
from tests.scale import loaders, servers

pytestmark = pytest.mark.slow

PAGES = PROJECT / "seeds" / "pages"
FEW_PAGES = PAGES / "kalbela"

MakeSettings = Callable[..., Settings]


@pytest.fixture
def shared_lake(
    request: pytest.FixtureRequest,
    postgres: servers.Postgres,
    s3: servers.S3,
    tmp_path: Path,
) -> MakeSettings:
    """Settings of machines, each with its own home, that share a new lake of the test's own."""
    name = request.node.originalname.lower()[:60]
    dsn = postgres.create_database(name)

    def machine(home: str = "home", **values: Any) -> Settings:
        of_lake = {"catalog": dsn, **s3.settings(name)}
        given: dict[str, Any] = {"home": tmp_path / home, "workers": 2, **of_lake, **values}
        return Settings(**given)

    return machine


def test_the_whole_chain_gives_the_facts_of_the_embedded_set_up(
    shared_lake: MakeSettings, s3: servers.S3, sample_home: Path
) -> None:
    embedded, shared = Settings(home=sample_home), shared_lake()
    report = chain.run(shared, [PAGES], new_run_id())
    outcomes = "SELECT outcome, count(*) FROM lake.core.fact_capture GROUP BY ALL"
    expected = dict(rows_of(embedded, outcomes))
    assert {name: n for name, n in report.outcomes.items() if n} == expected
    # The sample home has a reading of a feed besides.
    expected_facts = facts_of(embedded) | {"fact_source_read": []}
    assert facts_of(shared) == expected_facts
    assert (shared.current_build / "warehouse.duckdb").exists()
    assert sorted(path.name for path in shared.home.iterdir()) == ["docs", "logs", "publish"]
    assert s3.keys("test_the_whole_chain")
    assert not [key for key in s3.keys("") if "/staging/" in key and not key.endswith("/")]
    renderer = shared_lake("renderer")
    assert Path(build_docs(renderer)).is_file()
    assert _pages(renderer.data_docs) == _pages(shared.data_docs) != []

    again = chain.run(shared, [PAGES], new_run_id())
    assert (again.ingest.captures_new, again.publish) == (0, None)
    maintain(shared, new_run_id())
    assert facts_of(shared) == expected_facts
    # The guard row has moved to Parquet; the next commits count it up all the same.
    link_stories(shared, new_run_id())


def _pages(docs: Path) -> list[str]:
    return sorted(path.relative_to(docs).as_posix() for path in docs.rglob("*.html"))


def test_four_machines_lose_and_double_nothing(shared_lake: MakeSettings, tmp_path: Path) -> None:
    """They make the lake, ingest the same pages and load the same batches, all at once."""
    embedded = Settings(home=tmp_path / "embedded")
    ingest_files(embedded, [FEW_PAGES], "run")
    _stage(embedded)
    loaders.load(embedded, 0, pending_batches(embedded), "run")
    link_stories(embedded, "run")
    machines = [shared_lake(f"machine-{number}", batch_rows=5) for number in range(4)]
    loaders.at_once(loaders.ingest, machines, FEW_PAGES)
    (stager, *_) = machines
    batch_ids = _stage(stager)
    assert len(batch_ids) >= 3
    loaders.at_once(loaders.load, machines, batch_ids, "run")
    link_stories(stager, "run")
    check_balance(stager)
    assert facts_of(stager) == facts_of(embedded)
    assert rows_of(
        stager, "SELECT count(*), count(DISTINCT capture_id) FROM lake.raw.page_capture"
    ) == rows_of(embedded, "SELECT count(*), count(*) FROM lake.raw.page_capture")
    commits = rows_of(
        stager, "SELECT batch_id, count(*) FROM lake.core.etl_run WHERE step = 'build' GROUP BY 1"
    )
    assert sorted(commits) == [(batch_id, 1) for batch_id in batch_ids]


def test_a_loader_that_is_killed_leaves_the_batch_whole_or_not_there(
    shared_lake: MakeSettings, tmp_path: Path
) -> None:
    pages = [PAGES / "inqilab", PAGES / "manabzamin"]
    settings = shared_lake(batch_rows=1)
    ingest_files(settings, pages, "run")
    batch_ids = _stage(settings)
    loaded = 0
    for batch_id, moment in zip(batch_ids, loaders.MOMENTS, strict=True):
        arguments = (loaders.load_and_die, [settings], batch_id, "run", moment)
        assert loaders.exit_codes(*arguments) == [-signal.SIGKILL]
        loaded += moment == "after the commit"
        assert rows_of(settings, "SELECT count(*) FROM lake.core.fact_capture") == [(loaded,)]
        load_batch(settings, batch_id, "run")  # waits for no lock of the dead
        loaded += moment != "after the commit"
        assert rows_of(settings, "SELECT count(*) FROM lake.core.fact_capture") == [(loaded,)]
    check_balance(settings)
    embedded = Settings(home=tmp_path / "embedded")
    ingest_files(embedded, pages, "run")
    loaders.load(embedded, 0, _stage(embedded), "run")
    assert facts_of(settings) == facts_of(embedded)


def test_a_newer_release_migrates_the_lake_and_an_older_one_refuses_it(
    shared_lake: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = shared_lake()
    with open_lake(settings) as lake, lake.lock():
        lake.execute("INSERT INTO lake.core.dim_source VALUES ('x', 'x', 'x', 'x')")
        lake.execute("DROP TABLE lake.core.bridge_story")

    def apply(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("UPDATE lake.core.dim_source SET name_en = 'of the newer release'")

    with monkeypatch.context() as newer:
        newer.setattr(schema_version, "STEPS", (*STEPS, Step(99, "later", apply)))
        with open_lake(settings):
            pass
        assert rows_of(settings, "SELECT name_en FROM lake.core.dim_source") == [
            ("of the newer release",)
        ]
        assert rows_of(settings, "FROM lake.core.bridge_story") == []
        changes = "SELECT count(*) FROM lake.core.schema_change WHERE change = 'later'"
        assert rows_of(settings, changes) == [(1,)]
    with pytest.raises(LakeError, match="schema version 99"), open_lake(settings):
        pass


def _stage(settings: Settings) -> list[str]:
    """Stage what is pending; the batches' ids."""
    batch_ids = pending_batches(settings)
    for batch_id in batch_ids:
        stage_batch(settings, batch_id, "run")
    return batch_ids


def _end_lock_session(postgres: servers.Postgres, settings: Settings) -> None:
    """As a firewall does that forgets an idle connection."""
    with psycopg.connect(settings.catalog.get_secret_value(), autocommit=True) as session:
        session.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks "
            "WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()"
        )


def test_a_writer_that_lost_its_lock_before_it_began_is_stopped(
    shared_lake: MakeSettings, postgres: servers.Postgres
) -> None:
    settings = shared_lake()
    with open_lake(settings) as lake, lake.lock():
        _end_lock_session(postgres, settings)
        with pytest.raises(LakeConflictError, match="was lost"):
            _add_source(lake)
    assert rows_of(settings, "FROM lake.core.dim_source") == []


def test_a_writer_that_lost_its_lock_midway_commits_nothing(
    shared_lake: MakeSettings, postgres: servers.Postgres
) -> None:
    settings, other = shared_lake(), shared_lake("other")

    def lose_lock() -> None:
        _end_lock_session(postgres, settings)
        loaders.at_once(loaders.ingest, [other], PAGES / "manabzamin")

    with pytest.raises(LakeConflictError, match="Transaction conflict"):
        _commit_source(settings, lose_lock)
    assert rows_of(settings, "FROM lake.core.dim_source") == []
    assert len(pending_batches(settings)) == 1


def _commit_source(settings: Settings, before_commit: Callable[[], None]) -> None:
    with open_lake(settings) as lake, lake.lock():
        _add_source(lake, before_commit)


def _add_source(lake: Lake, before_commit: Callable[[], None] = lambda: None) -> None:
    with lake.transaction("a source"):
        lake.execute("INSERT INTO lake.core.dim_source VALUES ('x', 'x', 'x', 'x')")
        before_commit()


def test_a_transaction_without_the_lock_is_refused(shared_lake: MakeSettings) -> None:
    with (
        open_lake(shared_lake()) as lake,
        pytest.raises(LakeError, match="needs the writer's lock"),
    ):
        _add_source(lake)


def test_staged_rows_that_no_load_took_are_cleared(shared_lake: MakeSettings) -> None:
    settings = shared_lake()
    ingest_files(settings, [PAGES / "inqilab"], "run")
    (batch_id,) = pending_batches(settings)
    stage_batch(settings, batch_id, "run")
    now = datetime.now(UTC)
    assert staging.clear_stale(settings, now) == 0
    assert staging.read(settings, batch_id, "another run") is None
    assert staging.clear_stale(settings, now + timedelta(days=1, minutes=1)) == 1
    assert staging.read(settings, batch_id, "run") is None
    staging.remove(settings, batch_id)  # as another process may have done before
    with pytest.raises(LakeError, match="is not staged"):
        load_batch(settings, batch_id, "run")


def _khobor(settings: Settings, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The command line on these settings, given by the environment alone."""
    return subprocess.run(
        [sys.executable, "-m", "etl", *arguments],
        env={**os.environ, **servers.as_environment(settings)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_line_tells_failures_in_two_lines_and_no_secret(
    shared_lake: MakeSettings,
) -> None:
    good = shared_lake()
    dsn, keys = good.catalog.get_secret_value(), (servers.S3_KEY_ID, servers.S3_SECRET)
    cases = {
        "no lake at postgresql://127.0.0.1": good,
        "password authentication failed": shared_lake(catalog=dsn.replace("pass%27", "wrong%27")),
        "specified bucket does not exist": shared_lake(data_path="s3://no-such-bucket/lake"),
    }
    for words, settings in cases.items():
        command = ["ingest", "files", str(PAGES / "inqilab")] if "bucket" in words else ["status"]
        answer = _khobor(settings, *command)
        told = answer.stdout + answer.stderr
        assert answer.returncode == 1, told
        assert words in told
        assert len(told.splitlines()) <= 2
        for secret in (servers.PASSWORD, "word%20", "wrong", *keys):
            assert secret not in told


def test_servers_that_do_not_answer_are_worth_another_try(shared_lake: MakeSettings) -> None:
    settings = shared_lake()
    ingest_files(settings, [PAGES / "inqilab"], "run")
    nowhere = f"http://127.0.0.1:{servers.free_port()}"
    with pytest.raises(LakeUnreachableError, match="Could not connect"):
        ingest_files(shared_lake(s3_endpoint=nowhere), [PAGES / "manabzamin"], "run")
    catalog = catalog_of(shared_lake(catalog=f"postgresql://u@127.0.0.1:{servers.free_port()}/x"))
    with pytest.raises(LakeUnreachableError, match="Connection refused"):
        catalog.exists()
