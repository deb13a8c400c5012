"""The inbox: files are taken when they are complete, moved aside when stored, and never lost."""

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from etl.cli.app import main
from etl.errors import InboxBusyError, LakeError
from etl.ingest.files import inbox as folders
from etl.lake.connection import open_lake
from etl.settings import PROJECT, Settings
from etl.storage.locks import exclusive_lock
from etl.workflows.collect import inbox
from etl.workflows.reports import InboxReport
from etl.workflows.run_ids import new_run_id
from tests.factories.archives import ArchiveFile
from tests.lake_rows import rows_of

PAGE = "<html><body><h1>খবর</h1></body></html>"
SIDECAR = {"url": "https://x.example/1", "fetched_at": "2026-01-02T03:04:05+06:00"}


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(home=home, inbox_settle_seconds=0)


@pytest.fixture
def drop(settings: Settings) -> Callable[..., Path]:
    def dropped(name: str, content: str = PAGE, sidecar: dict[str, str] | None = None) -> Path:
        path = settings.inbox_folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if sidecar is not None:
            path.with_name(path.name + ".meta.json").write_text(json.dumps(sidecar))
        path.write_text(content)
        return path

    return dropped


def take(settings: Settings) -> InboxReport:
    return inbox.ingest_inbox(settings, new_run_id())


def files(folder: Path) -> list[str]:
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(found)


def stored(settings: Settings) -> list[tuple[str, str | None]]:
    return rows_of(settings, "SELECT source, url FROM lake.raw.page_capture ORDER BY ALL")


def test_files_are_taken_with_their_sidecars_and_moved_aside(
    settings: Settings, drop: Callable[..., Path]
) -> None:
    drop("a.html", sidecar=SIDECAR)
    drop("desk/2026/b.html")
    report = take(settings)
    assert (report.files, report.ingest.captures_new, dict(report.bad)) == (2, 2, {})
    assert stored(settings) == [("a.html", SIDECAR["url"]), ("desk/2026/b.html", None)]
    assert files(settings.inbox_folder) == [
        "done/a.html",
        "done/a.html.meta.json",
        "done/desk/2026/b.html",
    ]
    assert take(settings).files == 0


def test_bad_files_lie_beside_their_reason(
    settings: Settings, drop: Callable[..., Path], tmp_path: Path
) -> None:
    drop("a.html", sidecar={"fetched_at": "soon"})
    drop("b.pdf")
    drop("c.html", "")
    drop("d.warc.gz", "no archive")
    drop("fine.html")
    archive = ArchiveFile(settings.inbox_folder / "e.warc")
    archive.add().add(status="404 Not Found").add()
    archive.done(lambda data: data.__delitem__(slice(-50, None)))
    archive = ArchiveFile(settings.inbox_folder / "gone.warc.gz")
    archive.add(status="404 Not Found").done()
    report = take(settings)
    reasons = {
        path.name.removesuffix(".reason.txt"): path.read_text().partition(":")[0]
        for path in settings.inbox_folder.joinpath("bad").glob("*.reason.txt")
    }
    assert (
        reasons.keys() == report.bad.keys() == {"a.html", "b.pdf", "c.html", "d.warc.gz", "e.warc"}
    )
    assert reasons["a.html"] == "bad_sidecar"
    assert reasons["d.warc.gz"] == "broken_archive"
    assert "truncated_record" in (settings.inbox_folder / "bad/e.warc.reason.txt").read_text()
    assert files(settings.inbox_folder / "done") == ["fine.html", "gone.warc.gz"]
    assert (settings.inbox_folder / "bad/a.html.meta.json").exists()
    # What can't be read is in the ledger all the same, and so is the good part of an archive.
    assert report.ingest.captures_new == len(stored(settings)) == 1 + 1 + 1 + 3 + 1 + 1


def test_files_that_are_still_written_wait(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    settings = Settings(home=home, inbox=folder, inbox_settle_seconds=60)
    names = ("old.html", "old.txt.part", "young.html", "paired.html", "alone.html.meta.json")
    for name in (*names, ".hidden.html", "paired.html.meta.json"):
        (folder / name).write_text(PAGE)
    now = time.time()

    def at(seconds: float) -> folders.InboxListing:
        return folders.list_inbox(folder, settings.inbox_settle_seconds, now + seconds)

    assert at(1).complete == ()
    assert [file.source for file in at(3600).complete] == ["old.html", "paired.html", "young.html"]
    assert at(3600).waiting == ("alone.html.meta.json", "old.txt.part")
    # A time of long ago, as `cp -p` sets it, doesn't make a file complete.
    os.utime(folder / "old.html", (0, 0))
    assert at(1).complete == ()
    assert inbox.list_inbox(settings).complete == ()
    report = take(settings)
    assert (report.files, len(report.waiting)) == (0, 5)


def test_a_file_of_the_same_name_is_kept_beside_the_older(
    settings: Settings, drop: Callable[..., Path]
) -> None:
    for content in ("<p>one", "<p>two", "<p>two"):
        drop("a.html", content, SIDECAR)
        take(settings)
    done = settings.inbox_folder / "done"
    assert files(done) == [
        "a.html", "a.html.meta.json", "a~2.html", "a~2.html.meta.json", "a~3.html",
        "a~3.html.meta.json",
    ]  # fmt: skip
    assert (done / "a~2.html").read_text() == "<p>two"
    assert len(stored(settings)) == 2


@pytest.mark.parametrize("place", ["etl.ingest.files.inbox.file_away", "pathlib.Path.unlink"])
def test_a_kill_between_commit_and_move_loses_nothing_and_doubles_nothing(
    settings: Settings, drop: Callable[..., Path], place: str
) -> None:
    """Killed once before a stored page is moved, once before its sidecar follows."""
    with open_lake(settings):  # so that the kill does not meet the creation of the lake
        pass
    drop("a.html", sidecar=SIDECAR)
    drop("b.html", sidecar=SIDECAR)
    program = f"""
import os, signal, sys
from unittest import mock
from etl.cli.app import main
with mock.patch({place!r}, lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)):
    main(["ingest", "inbox"])
"""
    environment = {
        **os.environ,
        "KHOBOR_HOME": str(settings.home),
        "KHOBOR_INBOX_SETTLE_SECONDS": "0",
    }
    killed = subprocess.run([sys.executable, "-c", program], env=environment, cwd=PROJECT)
    assert killed.returncode == -signal.SIGKILL
    assert len(stored(settings)) == 2
    assert "b.html" in files(settings.inbox_folder)

    report = take(settings)
    assert (report.ingest.captures_new, report.waiting) == (0, ())
    assert stored(settings) == [("a.html", SIDECAR["url"]), ("b.html", SIDECAR["url"])]
    assert files(settings.inbox_folder) == [
        "done/a.html", "done/a.html.meta.json", "done/b.html", "done/b.html.meta.json",
    ]  # fmt: skip


def test_one_process_at_a_time(settings: Settings, drop: Callable[..., Path]) -> None:
    drop("a.html")
    with (
        exclusive_lock(settings.home / "inbox.lock"),
        pytest.raises(InboxBusyError, match="another process"),
    ):
        take(settings)
    assert take(settings).files == 1


def test_an_inbox_that_cannot_be_used_is_named(settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    settings.inbox_folder.write_text("a file")
    with pytest.raises(LakeError, match=str(settings.inbox_folder)):
        take(settings)


def test_the_command(
    settings: Settings,
    drop: Callable[..., Path],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KHOBOR_INBOX_SETTLE_SECONDS", "0")
    drop("a.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    drop("b.docx")
    drop("c.html.part")
    assert main(["ingest", "inbox"]) == 0
    out = capsys.readouterr().out
    for told in (
        "files: 2 taken",
        "bad: 1 files",
        "b.docx: unknown_file_type: ",
        "waiting: 1",
        "1 new",
    ):
        assert told in out


@pytest.mark.parametrize("ending", [".html", ".html.gz", ".zzz"])
@pytest.mark.parametrize("letters", [80, 82])
def test_names_near_the_limit_of_255_bytes(
    settings: Settings, drop: Callable[..., Path], ending: str, letters: int
) -> None:
    name = "খ" * letters + ending
    is_bad = ending == ".zzz"  # it gets a file with the reason, whose name is longer still
    for number in range(3):  # names that are taken get a number, for which there must be room
        drop(name, PAGE + " " * number)
        report = take(settings)
        assert (report.files, bool(report.bad)) == (1, is_bad)
    filed = [
        path.name for path in (settings.inbox_folder / ("bad" if is_bad else "done")).iterdir()
    ]
    reasons = [name for name in filed if name.endswith(".reason.txt")]
    assert (len(filed) - len(reasons), len(reasons)) == (3, 3 if is_bad else 0)
