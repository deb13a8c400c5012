"""Takedown: nothing of what was taken down is left in the home, and nothing of it comes back."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from etl.cli.app import main
from etl.ingest.capture import NewCapture, capture_to_fields
from etl.ingest.frontier.records import NewPage, OutboxEntry, PageUpdate
from etl.ingest.frontier.store import open_frontier
from etl.lake.connection import open_lake
from etl.load.reextract.retract import OF_ARTICLE, OF_CAPTURE
from etl.load.takedown.removal import unfinished_removals
from etl.schema.tables.facts import BRIDGE_STORY, STORY_WORDING
from etl.schema.tables.lake import LAKE_TABLES
from etl.schema.tables.ledgers import FACT_FETCH
from etl.schema.tables.raw import PAGE_CAPTURE, REVIEW_DECISION, TAKEDOWN
from etl.schema.vocabulary import CaptureTimeSource
from etl.settings import PROJECT, Settings
from etl.workflows import publishing
from etl.workflows.build import batches, chain
from etl.workflows.collect.files import ingest_files
from etl.workflows.collect.inbox import ingest_inbox
from etl.workflows.maintain import maintain
from etl.workflows.restore import reextract
from etl.workflows.restore.rebuild import rebuild_core
from etl.workflows.run_ids import new_run_id
from etl.workflows.takedown import erase as erasing
from etl.workflows.takedown.forget import forget
from tests.home_search import files_with
from tests.lake_rows import facts_of, rows_of

PAGES = PROJECT / "seeds" / "pages" / "kalbela"
ARTICLE, URL = "kalbela:253604", "https://www.kalbela.com/country-news/253604"
REJECTED_URL = "https://www.kalbela.com/country-news/256683"
# What only the pages taken down say: headline, text, byline, section.
TITLE, TEXT, BYLINE, SECTION = "ঝিকিমিকিশব্দ", "গোপনকথাবাক্য", "নামধারী প্রতিবেদক", "অনন্যবিভাগ"
WORDS = (TITLE, TEXT, BYLINE, SECTION)
OTHERS = ("iran-pakistan-rail-talks.html", "japan-nepal-school-aid-kalbela.html", "home.html")


def _marked(name: str) -> bytes:
    text = (PAGES / name).read_text("utf-8")
    for old, new in (
        ("পাটুরিয়ার ফেরি", f"পাটুরিয়ার ফেরি {TITLE}"),
        ("মানিকগঞ্জ প্রতিনিধি", BYLINE),
        ("সারাদেশ</strong>", f"{SECTION}</strong>"),
        ("<p>", f"<p>{TEXT} "),
    ):
        text = text.replace(old, new)
    return text.encode()


def _write(folder: Path, name: str, content: bytes) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    shutil.copy(PAGES / f"{name}.meta.json", folder)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``first`` is built; ``later`` has another version of the article, and one rejected page."""
    folder = tmp_path_factory.mktemp("pages")
    for name in OTHERS:
        _write(folder / "first", name, (PAGES / name).read_bytes())
    for name in ("fog-ferry-v1.html", "fog-ferry-v2.html", "untitled-river-port.html"):
        _write(folder / "first", name, _marked(name))
    _write(folder / "later", "fog-ferry-v3.html", _marked("fog-ferry-v3.html"))
    return folder


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, pages: Path) -> Path:
    """A home with the pages in every place that a home has; never changed."""
    settings = Settings(home=tmp_path_factory.mktemp("filled") / "home", workers=1)
    chain.run(settings, [pages / "first"], new_run_id())
    publishing.publish(settings, new_run_id())
    publishing.report(settings)
    run_id = new_run_id()
    (batch_id,) = ingest_files(settings, [pages / "later"], run_id).batch_ids
    batches.stage_batch(settings, batch_id, run_id)
    shutil.copytree(settings.catalog_backups, settings.lake_folder / "damaged-20260101T000000Z")
    done = settings.inbox_folder / "done"
    done.mkdir(parents=True)
    shutil.copy(pages / "first" / "fog-ferry-v1.html", done)
    with open_frontier(settings.frontier, run_id) as frontier:
        frontier.pages.add([NewPage(URL, URL, "www.kalbela.com", "kalbela", 0.0, None, None)])
        capture = NewCapture(
            URL, _marked("fog-ferry-v1.html"), datetime.now(UTC), CaptureTimeSource.HTTP, url=URL
        )
        fetch = {"url": URL, "fetched_at": "2026-01-17T08:05:00+06:00", "run_id": run_id}
        entry = OutboxEntry(
            json.dumps(fetch), json.dumps(capture_to_fields(capture)), capture.content
        )
        frontier.outbox.record([(PageUpdate(URL, None, 1.0, 0, None, None), entry)])
    return settings.home


@pytest.fixture
def settings(filled: Path, tmp_path: Path) -> Settings:
    shutil.copytree(filled, tmp_path / "home", symlinks=True)
    return Settings(home=tmp_path / "home", workers=1)


def _run(settings: Settings, *words: str) -> int:
    return main([*words, "--home", str(settings.home)])


def _forget(settings: Settings, *items: str) -> int:
    return _run(settings, "forget", *items, "--reason", "request of 12 March", "--by", "Rina")


def test_no_file_of_the_home_has_a_word_of_it(
    settings: Settings, pages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files_with(settings.home, WORDS)
    places = {line.split("/")[0].split(" ")[0] for line in before}
    assert places == {"frontier", "inbox", "lake", "publish", "report", "staging"}
    others = [row for row in facts_of(settings)["fact_article"] if row[0] != ARTICLE]
    assert _forget(settings, ARTICLE, REJECTED_URL) == 0
    assert "2 articles, 2 addresses, 4 captures" in capsys.readouterr().out
    assert files_with(settings.home, WORDS) == []
    # The rest is as it was, and the new build has it.
    assert facts_of(settings)["fact_article"] == others
    assert _run(settings, "doctor", "--deep") == 0
    assert len(list(settings.builds.glob("*Z-*"))) == 1
    capsys.readouterr()
    query = "SELECT takedown_id, requested_by, reason FROM mart.takedown ORDER BY ALL"
    assert _run(settings, "sql", query, "--format", "csv") == 0
    told = capsys.readouterr().out
    assert f"article:{ARTICLE},Rina,request of 12 March" in told
    assert f"url:{URL},Rina,request of 12 March" in told
    assert told.count("capture:") == 4


def test_it_is_not_taken_in_again(
    settings: Settings, pages: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = tmp_path / "all.warc.gz"
    assert _run(settings, "export", "warc", str(archive)) == 0
    assert _forget(settings, URL, REJECTED_URL) == 0
    facts = facts_of(settings)
    capsys.readouterr()
    # The same files, other bytes at the same address, an archive.
    other = tmp_path / "other"
    _write(other, "fog-ferry-v1.html", _marked("fog-ferry-v1.html") + b"<!-- -->")
    moved = json.loads((other / "fog-ferry-v1.html.meta.json").read_text())
    moved["url"] = "https://www.kalbela.com/other-section/253604?utm_source=x"
    (other / "fog-ferry-v1.html.meta.json").write_text(json.dumps(moved))
    assert _run(settings, "run", str(pages / "first"), str(pages / "later"), str(other)) == 0
    assert "refused: 5 captures that were taken down" in capsys.readouterr().out
    assert _run(settings, "ingest", "archive", str(archive)) == 0
    assert "refused: 4 captures" in capsys.readouterr().out
    rebuild_core(settings, new_run_id())
    reextract.apply(settings, reextract.read_again(settings), new_run_id())
    publishing.publish(settings, new_run_id())
    assert files_with(settings.home, WORDS) == []
    found = facts_of(settings)
    for table in ("fact_article", "fact_headline_exposure", "fact_declared", "takedown"):
        assert found[table] == facts[table], table
    assert not reextract.read_again(settings).groups


def test_a_page_without_address_is_known_when_it_is_read(
    settings: Settings, tmp_path: Path
) -> None:
    """Its article is a hash of its text; read again from other bytes, it goes out of ``raw``."""
    dump = (PAGES / "dump-metro-late-hours.txt").read_text("utf-8")
    folder = tmp_path / "dump"
    folder.mkdir()
    (folder / "one.txt").write_text(dump, "utf-8")
    chain.run(settings, [folder], new_run_id())
    ((article_id,),) = rows_of(
        settings, "SELECT article_id FROM lake.core.fact_capture WHERE source = 'one.txt'"
    )
    assert _forget(settings, article_id) == 0
    (folder / "one.txt").unlink()
    (folder / "two.txt").write_text(f"{dump}\n", "utf-8")
    chain.run(settings, [folder], new_run_id())
    assert rows_of(settings, "SELECT 1 FROM lake.raw.page_capture WHERE source = 'two.txt'") == []
    chain.check_balance(settings)
    maintain(settings, new_run_id())
    assert files_with(settings.home, [max(dump.splitlines(), key=len)]) == []


def test_one_capture_of_several(settings: Settings) -> None:
    """The others of its article stay, as if the one had never come."""
    (capture_id,) = rows_of(
        settings,
        f"SELECT capture_id FROM lake.core.fact_article WHERE article_id = '{ARTICLE}' "
        "AND version_no = 1",
    )[0]
    versions = (
        f"SELECT version_no, title FROM lake.core.fact_article WHERE article_id = '{ARTICLE}'"
    )
    assert [row[0] for row in sorted(rows_of(settings, versions))] == [1, 2]
    chain.build(settings, new_run_id())
    titles = [title for _, title in sorted(rows_of(settings, versions))]
    assert _forget(settings, capture_id) == 0
    assert [title for _, title in sorted(rows_of(settings, versions))] == titles[1:]
    assert rows_of(settings, "SELECT takedown_kind FROM lake.raw.takedown") == [("capture",)]
    assert _run(settings, "doctor") == 0


def test_the_same_bytes_elsewhere_go_too(settings: Settings, pages: Path, tmp_path: Path) -> None:
    """Also where they came without an address, from which their article is another."""
    (tmp_path / "copies").mkdir()
    shutil.copy(pages / "first" / "fog-ferry-v1.html", tmp_path / "copies" / "copy.html")
    ingest_files(settings, [tmp_path / "copies"], new_run_id())
    assert rows_of(settings, "SELECT 1 FROM lake.raw.page_capture WHERE source = 'copy.html'")
    assert _forget(settings, ARTICLE, REJECTED_URL) == 0
    assert files_with(settings.home, WORDS) == []


def test_a_page_dropped_again_is_refused_and_does_not_stay(
    settings: Settings, pages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _forget(settings, URL) == 0
    shutil.copy(pages / "first" / "fog-ferry-v2.html", settings.inbox_folder)
    quick = Settings(home=settings.home, inbox_settle_seconds=0, workers=1)
    report = ingest_inbox(quick, new_run_id())
    assert (report.files, report.ingest.taken_down) == (1, 1)
    assert files_with(settings.inbox_folder, WORDS) == []


def test_what_is_not_here_is_told(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = facts_of(settings)
    for item in ("kalbela:1", "https://www.kalbela.com/x/1", "0" * 32, "https://[x"):
        assert _forget(settings, item) == 2
        assert item in capsys.readouterr().err
    assert _forget(settings) == 2
    assert _run(settings, "forget", ARTICLE, "--reason", " ") == 2
    assert facts_of(settings) == before
    listed = tmp_path / "list.txt"
    listed.write_text(f"{ARTICLE}\n\nkalbela:1\n")
    assert _forget(settings, "--list", str(listed)) == 1
    assert "1 of what was named is not here: kalbela:1" in capsys.readouterr().err
    assert files_with(settings.home, [BYLINE]) == []
    assert _forget(settings, ARTICLE) == 0
    assert "nothing to do" in capsys.readouterr().out


def test_a_page_that_waits_is_taken_down_before_it_is_stored(settings: Settings) -> None:
    waiting = "https://www.kalbela.com/country-news/999999"
    with open_frontier(settings.frontier, "x") as frontier:
        frontier.pages.add(
            [NewPage(waiting, waiting, "www.kalbela.com", "kalbela", 0.0, None, None)]
        )
    assert _forget(settings, waiting) == 0
    with open_frontier(settings.frontier, "x") as frontier:
        assert waiting not in frontier.pages.addresses()


STEPS = (
    "_erase_on_the_way",
    "_erase_in_lake",
    "load_batches",
    "link_stories",
    "remove_all_but_published",
    "remove_older_copies",
    "_record",
)


@pytest.mark.parametrize(
    "step",
    [step if step == "_record" else pytest.param(step, marks=pytest.mark.slow) for step in STEPS],
)
def test_an_interrupted_erasure_is_completed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(erasing, step, lambda *_: pytest.fail("interrupted"))
        with pytest.raises(pytest.fail.Exception):
            forget(settings, [ARTICLE, REJECTED_URL], "Rina", "a request", new_run_id())
    assert _run(settings, "doctor") == 1
    if STEPS.index(step) % 2:
        maintain(settings, new_run_id())
    else:
        assert _forget(settings, ARTICLE) == 0
    assert files_with(settings.home, WORDS) == []
    with open_lake(settings) as lake:
        assert unfinished_removals(lake.connection) == []
    assert _run(settings, "doctor") == 0


def test_purge_removes_what_is_old(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    chain.build(settings, new_run_id())
    days = rows_of(
        settings,
        "SELECT timezone('Asia/Dhaka', captured_at)::DATE, count(*) FROM lake.core.fact_capture "
        "GROUP BY ALL ORDER BY ALL",
    )
    kept = rows_of(
        settings,
        "SELECT capture_id FROM lake.core.fact_capture "
        f"WHERE timezone('Asia/Dhaka', captured_at)::DATE >= '{days[1][0]}' ORDER BY ALL",
    )
    assert _run(settings, "purge", "--before", str(days[1][0]), "--outlet", "nobody") == 2
    capsys.readouterr()
    assert _run(settings, "purge", "--before", str(days[1][0])) == 0
    assert f"purged: {days[0][1]} captures" in capsys.readouterr().out
    ledger = "SELECT capture_id FROM lake.core.fact_capture ORDER BY ALL"
    assert rows_of(settings, ledger) == kept
    assert rows_of(settings, ledger.replace("core.fact_capture", "raw.page_capture")) == kept
    assert rows_of(settings, "SELECT 1 FROM lake.raw.takedown") == []
    assert _run(settings, "doctor", "--deep") == 0


def test_every_table_that_names_articles_or_captures_is_cleared() -> None:
    """A new table of that kind has to be taken down too."""
    cleared = {*OF_ARTICLE, *OF_CAPTURE, BRIDGE_STORY, STORY_WORDING, FACT_FETCH}
    cleared |= {PAGE_CAPTURE, REVIEW_DECISION, TAKEDOWN}
    naming = {
        table for table in LAKE_TABLES if {"article_id", "capture_id"} & set(table.column_names)
    }
    assert {table.qualified_name for table in naming - cleared} == set()
