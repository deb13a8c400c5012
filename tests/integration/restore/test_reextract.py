"""Stored captures read anew, and all facts built again, on the bundled pages."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from etl.cli.app import main
from etl.extract.page import EXTRACTOR_VERSION
from etl.schema.problems import Problem
from etl.schema.records import Capture
from etl.schema.vocabulary import ProblemCode
from etl.settings import PROJECT, Settings
from etl.workflows import publishing
from etl.workflows.build import chain, read_batch
from etl.workflows.build.chain import check_balance
from etl.workflows.build.worker_pool import Result
from etl.workflows.collect.files import ingest_files
from etl.workflows.restore import reextract
from etl.workflows.review import quarantine, rejected
from etl.workflows.run_ids import new_run_id
from tests.lake_rows import facts_of, rows_of

PAGES = PROJECT / "seeds" / "pages"
OUTLETS = PROJECT / "seeds" / "outlets.yml"
CHOSEN = (
    "kalbela/fog-ferry-v1.html",
    "kalbela/fog-ferry-v2.html",
    "kalbela/fog-ferry-v3.html",
    "kalbela/home.html",
    "kalbela/iran-pakistan-rail-talks.html",
    "kalbela/untitled-river-port.html",
    "ittefaq/old-ghat-restored-1990.html",
    "ittefaq/bangladesh-japan-mango.html",
)
FERRY = "kalbela:253604"
Facts = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    for name in CHOSEN:
        for suffix in ("", ".meta.json"):
            shutil.copy(f"{PAGES / name}{suffix}", folder)
    return folder


@pytest.fixture(scope="module")
def without_profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Profiles as they were before anybody had described Kalbela's pages."""
    document = yaml.safe_load(OUTLETS.read_text("utf-8"))
    kept = ("id", "name_bn", "name_en", "hosts", "language", "timezone")
    document["outlets"] = [
        {key: outlet[key] for key in kept} if outlet["id"] == "kalbela" else outlet
        for outlet in document["outlets"]
    ]
    path = tmp_path_factory.mktemp("profiles") / "outlets.yml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    return path


def _load(home: Path, pages: Path, outlets: Path = OUTLETS) -> Settings:
    settings = Settings(home=home, outlets=outlets, workers=1)
    ingest_files(settings, [pages], new_run_id())
    chain.build(settings, new_run_id())
    return settings


@pytest.fixture(scope="module")
def old_home(tmp_path_factory: pytest.TempPathFactory, pages: Path, without_profile: Path) -> Path:
    return _load(tmp_path_factory.mktemp("old") / "home", pages, without_profile).home


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory, pages: Path) -> Settings:
    return _load(tmp_path_factory.mktemp("fresh") / "home", pages)


@pytest.fixture
def old(old_home: Path, tmp_path: Path) -> Settings:
    """A lake that was built without the profile, opened by a program that has it."""
    shutil.copytree(old_home, tmp_path / "home", symlinks=True)
    return Settings(home=tmp_path / "home", workers=1, batch_rows=2)


@pytest.fixture
def settings(fresh: Settings, tmp_path: Path) -> Settings:
    """A lake that is as a fresh build leaves it."""
    shutil.copytree(fresh.home, tmp_path / "home", symlinks=True)
    return Settings(home=tmp_path / "home", workers=1)


def test_read_anew_and_applied_is_as_built_by_the_present_program(
    old: Settings, fresh: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    before, expected = facts_of(old), facts_of(fresh)
    home = ["--home", str(old.home)]
    assert before["fact_article"] != expected["fact_article"]
    assert main(["reextract", *home]) == 0
    told = capsys.readouterr().out
    assert f"captures: {len(CHOSEN)} read by extractor" in told
    assert "nothing is committed: add --apply" in told
    assert "2 vanish" in told
    assert facts_of(old) == before

    assert main(["reextract", "--format", "json", *home]) == 0
    document = json.loads(capsys.readouterr().out)
    assert FERRY in document["appeared"]
    assert document["applied"] is False

    assert main(["reextract", "--apply", *home]) == 0
    assert "committed\nnext: khobor publish" in capsys.readouterr().out
    assert facts_of(old) == expected
    assert list(Path(old.staging).iterdir()) == []
    # What it leaves is what it finds: nothing to do a second time.
    runs = rows_of(old, "SELECT count(*) FROM lake.core.etl_run WHERE step = 'reextract'")
    assert main(["reextract", *home]) == 0
    assert "nothing would change" in capsys.readouterr().out
    assert rows_of(old, "SELECT count(*) FROM lake.core.etl_run WHERE step = 'reextract'") == runs


# Killed within the second commit, when the first one stands.
KILLED = """
import os, signal, sys
from etl.load import runs
from etl.cli.app import main
record_run, calls = runs.record_run, []
def record_run_or_die(*arguments):
    calls.append(1)
    if len(calls) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    record_run(*arguments)
runs.record_run = record_run_or_die
main(["reextract", "--apply", "--home", sys.argv[1]])
"""


@pytest.mark.slow
def test_killed_between_two_commits_it_goes_on(
    old: Settings, fresh: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KHOBOR_BATCH_ROWS", "2")
    before = facts_of(old)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(old.home)],
        cwd=PROJECT,
        capture_output=True,
        env={**os.environ, "KHOBOR_WORKERS": "1"},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert facts_of(old) != before

    def read(*arguments: object) -> None:
        raise AssertionError("what was read before the kill is read again")

    monkeypatch.setattr(reextract, "read_and_validate", read)
    assert main(["reextract", "--apply", "--home", str(old.home)]) == 0
    assert facts_of(old) == facts_of(fresh)
    check_balance(old)


def _extractors(settings: Settings) -> dict[str, str]:
    rows = rows_of(
        settings,
        "SELECT source, extractor_version FROM lake.core.fact_capture "
        "UNION SELECT article_id || ' v' || version_no, extractor_version "
        "FROM lake.core.fact_article",
    )
    return dict(rows)


def test_an_article_is_read_anew_whole_and_decisions_stand(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for row in rejected.list_rejected(settings, None).rows:
        decide = quarantine.release if row[1] == "kalbela" else quarantine.discard
        decide(settings, row[0], "Rina", "so decided", new_run_id())
    before = facts_of(settings)
    for module in (read_batch, reextract):
        monkeypatch.setattr(module, "EXTRACTOR_VERSION", "next")
    (day,) = rows_of(
        settings,
        "SELECT timezone('Asia/Dhaka', captured_at)::DATE FROM lake.core.fact_capture "
        "WHERE source = 'fog-ferry-v2.html'",
    )[0]
    found = reextract.read_again(settings, "kalbela", day, day)
    assert found.diff.vanished == found.diff.appeared == []
    assert found.diff.changed.total() == 0
    reextract.apply(settings, found, new_run_id())
    versions = _extractors(settings)
    ferry = {name: version for name, version in versions.items() if "fog" in name or FERRY in name}
    assert len(ferry) == 6  # three captures, three versions: not only the day's
    assert set(ferry.values()) == {"next"}
    assert versions["bangladesh-japan-mango.html"] == EXTRACTOR_VERSION

    reextract.apply(settings, reextract.read_again(settings), new_run_id())
    assert set(_extractors(settings).values()) == {"next"}
    after = facts_of(settings)
    for name in set(before) - {"fact_capture", "fact_article", "rejected_article"}:
        assert after[name] == before[name], name
    query = "SELECT review_state, reviewer FROM lake.core.rejected_article ORDER BY ALL"
    assert rows_of(settings, query) == [("discarded", "Rina"), ("released", "Rina")]
    publishing.publish(settings, new_run_id())
    with duckdb.connect(settings.current_build / "warehouse.duckdb", read_only=True) as build:
        revisions = build.execute("SELECT count(*) FROM mart.article_revision").fetchall()
    assert revisions == [(2,)]  # the outlet's two edits, and none of ours


def test_what_can_not_be_read_this_time_stays_as_it_is(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def over_time(
        captures: Sequence[Capture], _settings: Settings
    ) -> Iterator[tuple[Capture, Result]]:
        for capture in captures:
            yield capture, Problem(ProblemCode.TIME_LIMIT, "not read within 30 s")

    before = facts_of(settings)
    monkeypatch.setattr(read_batch, "read_captures", over_time)
    found = reextract.read_again(settings)
    assert len(found.unread) == len(CHOSEN)
    assert not found.groups
    reextract.apply(settings, found, new_run_id())
    assert facts_of(settings) == before


def test_an_unknown_outlet_and_days_in_the_wrong_order_are_refused(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--home", str(settings.home)]
    assert main(["reextract", "--outlet", "nobody", *home]) == 2
    assert "no capture of outlet 'nobody'" in capsys.readouterr().err
    assert main(["reextract", "--since", "2026-02-01", "--until", "2026-01-01", *home]) == 2
    assert "--since 2026-02-01 is after --until 2026-01-01" in capsys.readouterr().err
