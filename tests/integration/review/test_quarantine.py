"""The review of quarantined captures, on real parts: two bundled pages break a rule."""

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from etl.cli.app import main
from etl.errors import BatchRejectedError, LakeError, UsageError
from etl.lake.connection import open_lake
from etl.schema.records import Capture
from etl.settings import PROJECT, Settings
from etl.workflows import publishing
from etl.workflows.build import chain, read_batch, worker_pool
from etl.workflows.build.chain import check_balance
from etl.workflows.collect.files import ingest_files
from etl.workflows.reports import ReviewReport
from etl.workflows.review import quarantine, rejected
from etl.workflows.run_ids import new_run_id
from tests.lake_rows import facts_of, rows_of

PAGES = PROJECT / "seeds" / "pages"
UNTITLED, OLD = "untitled-river-port", "old-ghat-restored-1990"
TITLE_RULE, YEAR_RULE = "article.title.not_null", "article.published_since_1995"
BY = {"reviewer": "রিনা", "reason": "the outlet  printed\nno headline"}


def _put(
    folder: Path, outlet: str, page: str, name: str, hour: int, *, head: str = "", body: str = ""
) -> None:
    """A bundled page as captured at an hour, with more at the end of its head and body."""
    source = PAGES / outlet / f"{page}.html"
    text = source.read_text("utf-8").replace("</head>", f"{head}</head>", 1)
    text = text.replace("</body>", f"{body}</body>", 1)
    meta = json.loads(Path(f"{source}.meta.json").read_text("utf-8"))
    meta["fetched_at"] = f"2026-04-11T{hour:02d}:00:00+06:00"
    (folder / name).write_text(text, "utf-8")
    (folder / f"{name}.meta.json").write_text(json.dumps(meta), "utf-8")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The untitled page twice and, between, with a title; the old page; two good ones."""
    folder = tmp_path_factory.mktemp("pages")
    titled = '<meta property="og:title" content="বরিশাল নদীবন্দরে নতুন টার্মিনাল চালু">'
    _put(folder, "kalbela", UNTITLED, "untitled.html", 10)
    _put(folder, "kalbela", UNTITLED, "titled.html", 12, head=titled)
    _put(folder, "kalbela", UNTITLED, "untitled-again.html", 14)
    _put(folder, "ittefaq", OLD, "old.html", 15)
    _put(folder, "ittefaq", "bangladesh-japan-mango", "mango.html", 16)
    return folder


@pytest.fixture(scope="module")
def loaded_home(tmp_path_factory: pytest.TempPathFactory, pages: Path) -> Path:
    home = tmp_path_factory.mktemp("loaded") / "home"
    chain.run(Settings(home=home), [pages], new_run_id())
    return home


@pytest.fixture
def settings(tmp_path: Path, loaded_home: Path) -> Settings:
    """A home of one's own with three captures in quarantine."""
    shutil.copytree(loaded_home, tmp_path / "home", symlinks=True)
    return Settings(home=tmp_path / "home")


def _change_rules(
    folder: Path, monkeypatch: pytest.MonkeyPatch, severities: dict[str, str]
) -> None:
    """Make the pipeline use the suites with other severities, by ``<table>.<rule>``."""
    folder.mkdir(exist_ok=True)
    for path in (PROJECT / "expectations").glob("*.json"):
        suite = json.loads(path.read_text("utf-8"))
        for rule in suite["expectations"]:
            name = f"{suite['name']}.{rule['meta']['rule']}"
            rule["severity"] = severities.get(name, rule["severity"])
        (folder / path.name).write_text(json.dumps(suite), "utf-8")
    monkeypatch.setattr(read_batch, "EXPECTATIONS", folder)


def _ids(settings: Settings) -> dict[str, str]:
    """Capture ids by the file's name."""
    return dict(rows_of(settings, "SELECT source, capture_id FROM lake.core.fact_capture"))


def _outcomes(settings: Settings) -> dict[str, tuple[str, str | None]]:
    rows = rows_of(settings, "SELECT source, outcome, reason FROM lake.core.fact_capture")
    return {source: (outcome, reason) for source, outcome, reason in rows}


def _states(settings: Settings) -> list[tuple[Any, ...]]:
    return rows_of(
        settings,
        "SELECT source, review_state, rules FROM lake.core.rejected_article "
        "JOIN lake.raw.page_capture USING (capture_id) ORDER BY source",
    )


def _loaded(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """All facts but the reviews themselves and what the ledger tells of them."""
    facts = facts_of(settings)
    del facts["rejected_article"], facts["review_decision"]
    facts["fact_capture"] = rows_of(
        settings,
        "SELECT * EXCLUDE (batch_id, run_id, reason) FROM lake.core.fact_capture ORDER BY 1",
    )
    return facts


def _loaded_from_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pages: Path, severities: dict[str, str]
) -> dict[str, list[tuple[Any, ...]]]:
    """The facts that an ordinary load gives under other severities."""
    with monkeypatch.context() as patch:
        _change_rules(tmp_path / "lax", patch, severities)
        settings = Settings(home=tmp_path / "lax_home")
        chain.run(settings, [pages], new_run_id())
    return _loaded(settings)


def test_list_and_show(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    home = ["--home", str(settings.home)]
    assert main(["quarantine", "list", "--format", "json", *home]) == 0
    rows = json.loads(capsys.readouterr().out)
    ids = _ids(settings)
    assert [(row["capture_id"], row["rules"], row["review_state"]) for row in rows] == [
        (ids["untitled.html"], [TITLE_RULE], "open"),
        (ids["untitled-again.html"], [TITLE_RULE], "open"),
        (ids["old.html"], [YEAR_RULE], "open"),
    ]
    assert rows[0]["captured_at"] == "2026-04-11T10:00:00"
    assert main(["quarantine", "list", "--state", "released", *home]) == 0
    assert "(0 rows)" in capsys.readouterr().out
    assert main(["quarantine", "list", "--format", "csv", *home]) == 0
    assert f",{YEAR_RULE},open" in capsys.readouterr().out

    assert main(["quarantine", "show", ids["old.html"][:12], *home]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["capture_id"] == shown["row"]["capture_id"] == ids["old.html"]
    assert shown["source"] == "old.html"
    assert shown["rules"][0]["rule"] == YEAR_RULE
    assert shown["rules"][0]["severity"] == "warning"
    assert "No Bangla outlet" in shown["rules"][0]["notes"]
    assert shown["run"]["run_id"] in shown["run"]["batch_id"]
    assert shown["review"]["state"] == "open"


@pytest.mark.parametrize("words", [["show"], ["replay"], ["release"], ["discard"]])
def test_an_unknown_or_ambiguous_id_is_named(
    words: list[str], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--home", str(settings.home)]
    if words[0] in ("release", "discard"):
        options += ["--reviewer", "R", "--reason", "why"]
    for given in ("no-such-id", ""):
        assert main(["quarantine", *words, given, *options]) == 2
        assert f"no quarantined capture {given!r}" in capsys.readouterr().err


def test_an_ambiguous_prefix_is_refused(settings: Settings) -> None:
    with open_lake(settings) as lake:
        lake.execute("UPDATE lake.core.rejected_article SET capture_id = 'ab' || capture_id")
    with pytest.raises(UsageError, match="3 quarantined captures begin with 'ab'"):
        rejected.show(settings, "ab")


def test_released_captures_give_the_facts_of_an_ordinary_load(
    settings: Settings, tmp_path: Path, pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = _ids(settings)
    # Not in the order of their times: the second capture of the page is late, the first later.
    for name in ("untitled-again.html", "old.html", "untitled.html"):
        report = quarantine.release(settings, ids[name], **BY, run_id=new_run_id())
        assert report == ReviewReport(ids[name], "loaded", is_new=True)
    told = "released by রিনা: the outlet printed no headline"
    assert _outcomes(settings) == {
        "untitled.html": ("loaded", told),
        "titled.html": ("loaded", None),
        "untitled-again.html": ("loaded", told),
        "old.html": ("loaded", told),
        "mango.html": ("loaded", None),
    }
    assert rows_of(
        settings,
        "SELECT DISTINCT review_state, reviewer, review_reason, reviewed_at IS NULL "
        "FROM lake.core.rejected_article",
    ) == [("released", "রিনা", "the outlet printed no headline", False)]
    assert rows_of(
        settings,
        "SELECT decision, reviewer, reason, count(*) FROM lake.raw.review_decision GROUP BY ALL",
    ) == [("released", "রিনা", "the outlet printed no headline", 3)]
    severities = {TITLE_RULE: "info", YEAR_RULE: "info"}
    assert _loaded(settings) == _loaded_from_the_start(tmp_path, monkeypatch, pages, severities)
    batches = rows_of(
        settings,
        "SELECT count(*) FROM lake.core.fact_capture "
        "JOIN lake.raw.page_capture USING (capture_id, batch_id)",
    )
    assert batches == [(5,)]

    publishing.publish(settings, new_run_id())
    with duckdb.connect(settings.current_build / "warehouse.duckdb", read_only=True) as build:
        assert build.execute(
            "SELECT version_no, title FROM mart.article WHERE article_id = 'kalbela:256683'"
        ).fetchall() == [(3, None)]
        assert build.execute(
            "SELECT reason_word, count(*) FROM mart.capture_outcome WHERE reason IS NOT NULL "
            "GROUP BY ALL"
        ).fetchall() == [("released", 3)]


def test_a_release_twice_changes_nothing(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    capture_id = _ids(settings)["old.html"]
    words = ["--reviewer", "R", "--reason", "true", "--home", str(settings.home)]
    assert main(["quarantine", "release", capture_id[:10], *words]) == 0
    assert f"released: {capture_id}, outcome loaded" in capsys.readouterr().out
    before = facts_of(settings)
    assert main(["quarantine", "release", capture_id, *words]) == 0
    assert "nothing to do" in capsys.readouterr().out
    assert main(["quarantine", "discard", capture_id, *words]) == 2
    assert "was released by R already" in capsys.readouterr().err
    assert facts_of(settings) == before


def test_a_release_never_overrules_a_critical_rule(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = facts_of(settings)
    _change_rules(tmp_path / "suites", monkeypatch, {YEAR_RULE: "critical"})
    with pytest.raises(BatchRejectedError, match="published_since_1995"):
        quarantine.release(settings, _ids(settings)["old.html"], **BY, run_id="r")
    assert facts_of(settings) == before


def test_a_decision_needs_a_name_and_a_reason(settings: Settings) -> None:
    capture_id = _ids(settings)["old.html"]
    with pytest.raises(UsageError, match="--reviewer"):
        quarantine.release(settings, capture_id, reviewer=" ", reason="x", run_id="r")
    with pytest.raises(UsageError, match="--reason"):
        quarantine.discard(settings, capture_id, reviewer="R", reason="\n", run_id="r")


def test_a_discarded_capture_is_closed_and_not_loaded(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture_id = _ids(settings)["old.html"]
    before = _loaded(settings)
    report = quarantine.discard(settings, capture_id, **BY, run_id="r1")
    assert report == ReviewReport(capture_id, "quarantined", is_new=True)
    reason = "discarded by রিনা: the outlet printed no headline"
    assert _outcomes(settings)["old.html"] == ("quarantined", reason)
    assert _loaded(settings) == before
    decided = facts_of(settings)
    assert not quarantine.discard(settings, capture_id, **BY, run_id="r2").is_new
    # A replay leaves it closed, even where the rule is gone.
    _change_rules(tmp_path / "suites", monkeypatch, {YEAR_RULE: "info"})
    assert quarantine.replay(settings, [capture_id], "r3").outcomes == {}
    assert facts_of(settings) == decided
    check_balance(settings)
    publishing.publish(settings, new_run_id())


def test_a_replay_by_the_same_rules_changes_nothing(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    before = facts_of(settings)
    assert main(["quarantine", "replay", "--home", str(settings.home)]) == 0
    assert capsys.readouterr().out == "replayed: 3 still open\n"
    assert facts_of(settings) == before
    assert rows_of(settings, "SELECT count(*) FROM lake.core.etl_run WHERE step = 'review'") == [
        (0,)
    ]


def test_a_replay_by_changed_rules_loads_what_passes_now(
    settings: Settings, tmp_path: Path, pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    severities = {TITLE_RULE: "info"}
    _change_rules(tmp_path / "suites", monkeypatch, severities)
    report = quarantine.replay(settings, [], new_run_id())
    assert (report.outcomes, report.still_open) == ({"loaded": 2}, 1)
    assert _states(settings) == [
        ("old.html", "open", [YEAR_RULE]),
        ("untitled-again.html", "replayed", [TITLE_RULE]),
        ("untitled.html", "replayed", [TITLE_RULE]),
    ]
    assert _loaded(settings) == _loaded_from_the_start(tmp_path, monkeypatch, pages, severities)
    once = facts_of(settings)
    assert quarantine.replay(settings, [], new_run_id()).outcomes == {}
    assert facts_of(settings) == once
    publishing.publish(settings, new_run_id())


def test_a_replay_brings_the_rules_of_what_still_fails_up_to_date(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _loaded(settings)
    _change_rules(tmp_path / "suites", monkeypatch, {TITLE_RULE: "info"})
    path = tmp_path / "suites" / "article.json"
    suite = json.loads(path.read_text("utf-8"))
    rule = {
        "type": "expect_column_values_to_be_between",
        "kwargs": {"column": "word_count", "min_value": 100_000},
        "severity": "warning",
        "notes": "A page is a book.",
        "meta": {"rule": "is_book"},
    }
    suite["expectations"].append(rule)
    path.write_text(json.dumps(suite), "utf-8")
    capture_id = _ids(settings)["untitled.html"]
    report = quarantine.replay(settings, [capture_id[:16]], "r1")
    assert (report.outcomes, report.still_open) == ({}, 1)
    assert _states(settings)[2] == ("untitled.html", "open", ["article.is_book"])
    assert _loaded(settings) == before
    once = facts_of(settings)
    quarantine.replay(settings, [capture_id], "r2")
    assert facts_of(settings) == once
    assert rejected.show(settings, capture_id)["rules"] == [
        {"rule": "article.is_book", "severity": "warning", "notes": "A page is a book."}
    ]
    monkeypatch.undo()
    shown = rejected.show(settings, capture_id)["rules"]
    assert isinstance(shown, list)
    assert shown[0]["severity"] is None
    check_balance(settings)


@pytest.fixture
def slow(tmp_path: Path) -> Settings:
    """A home with two captures in quarantine, of a page that takes seconds to read."""
    pages = tmp_path / "slow"
    pages.mkdir()
    # About 9 MB: the clock of the worker pool is looked at ten times a second.
    comments = "<section>" + "<p>নদী ভাঙন, মানুষ ও মাটির কথা।</p>" * 110_000 + "</section>"
    _put(pages, "ittefaq", OLD, "old.html", 15, body=comments)
    _put(pages, "ittefaq", OLD, "old-again.html", 16, body=comments + "<p></p>")
    settings = Settings(home=tmp_path / "home")
    ingest_files(settings, [pages], new_run_id())
    assert chain.build(settings, new_run_id())["quarantined"] == 2
    return settings


def test_a_page_that_cannot_be_read_this_time_stays_open(slow: Settings) -> None:
    before = facts_of(slow)
    hasty = Settings(home=slow.home, page_timeout_seconds=0.001, workers=1)
    report = quarantine.replay(hasty, [], "r")
    assert (report.outcomes, report.still_open, len(report.unread)) == ({}, 2, 2)
    with pytest.raises(LakeError, match="time_limit"):
        quarantine.release(hasty, _ids(slow)["old.html"], **BY, run_id="r")
    assert facts_of(slow) == before


def test_a_page_that_is_no_article_any_more_leaves_quarantine_by_a_replay(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker_pool.prepare(settings.outlets, settings.page_max_bytes, None)
    listing = (PAGES / "kalbela" / "home.html").read_bytes()

    def read_as_listing(
        captures: Sequence[Capture], settings: Settings
    ) -> Iterator[tuple[Capture, worker_pool.Result]]:
        for capture in captures:
            yield capture, worker_pool.read_capture(replace(capture, content=listing))

    monkeypatch.setattr(read_batch, "read_captures", read_as_listing)
    capture_id = _ids(settings)["untitled.html"]
    with pytest.raises(UsageError, match="shows no article any more"):
        quarantine.release(settings, capture_id, **BY, run_id="r1")
    report = quarantine.replay(settings, [capture_id], "r2")
    assert (report.outcomes, report.still_open) == ({"not_article": 1}, 0)
    outcome, reason = _outcomes(settings)["untitled.html"]
    assert outcome == "not_article"
    assert reason is not None
    assert reason.startswith("listing: ")
    assert _states(settings)[2][:2] == ("untitled.html", "replayed")
