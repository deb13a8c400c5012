"""What others put into the inbox: nothing of it reaches out of it or stops the other files."""

import os
import stat
from pathlib import Path

import pytest

from etl.settings import Settings
from etl.storage.locks import exclusive_lock
from etl.workflows.collect import inbox
from etl.workflows.reports import InboxReport
from etl.workflows.run_ids import new_run_id
from tests.lake_rows import rows_of

GOOD = "<html><body><h1>ভালো</h1></body></html>"
SECRET = "TOP-SECRET"


@pytest.fixture
def settings(home: Path) -> Settings:
    settings = Settings(home=home, inbox_settle_seconds=0)
    settings.inbox_folder.mkdir(parents=True)
    return settings


def take(settings: Settings) -> InboxReport:
    return inbox.ingest_inbox(settings, new_run_id())


def take_with_a_good_page(settings: Settings) -> InboxReport:
    """Run twice: whatever lies there, the good page is stored, and the second run has no work."""
    (settings.inbox_folder / "zz-good.html").write_text(GOOD)
    report = take(settings)
    assert (settings.inbox_folder / "done" / "zz-good.html").is_file()
    stored = rows_of(settings, "SELECT source, content, url FROM lake.raw.page_capture")
    assert "zz-good.html" in {source for source, *_ in stored}
    assert SECRET not in str(stored)
    again = take(settings)
    assert (again.files, again.bad) == (0, {})
    return report


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.warc", "a.txt.gz", "deep/er/a.html"])
def test_a_link_is_filed_unread(settings: Settings, tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text(SECRET)
    link = settings.inbox_folder / name
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(outside)
    report = take_with_a_good_page(settings)
    assert str(report.bad[name].problem) == "unreadable_file: a link, which is not followed"
    assert (settings.inbox_folder / "bad" / name).is_symlink()
    assert outside.read_text() == SECRET


def test_links_to_folders_and_to_themselves(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "page.html").write_text(SECRET)
    (settings.inbox_folder / "folder").symlink_to(tmp_path / "outside")
    (settings.inbox_folder / "loop.html").symlink_to("loop.html")
    report = take_with_a_good_page(settings)
    assert set(report.bad) == {"folder", "loop.html"}


@pytest.mark.parametrize("kind", ["link", "loop", "fifo", "folder"])
def test_a_sidecar_that_is_no_file_makes_its_page_bad(
    settings: Settings, tmp_path: Path, kind: str
) -> None:
    page = settings.inbox_folder / "a.html"
    page.write_text(GOOD)
    sidecar = settings.inbox_folder / "a.html.meta.json"
    if kind == "link":
        (tmp_path / "outside.json").write_text(f'{{"url": "https://x.example/{SECRET}"}}')
        sidecar.symlink_to(tmp_path / "outside.json")
    elif kind == "loop":
        sidecar.symlink_to(sidecar.name)
    elif kind == "fifo":
        os.mkfifo(sidecar)
    else:
        sidecar.mkdir()
    report = take_with_a_good_page(settings)
    assert report.bad["a.html"].problem.code == "bad_sidecar"
    assert SECRET not in (settings.inbox_folder / "bad" / "a.html.reason.txt").read_text()


def test_done_and_bad_as_links_or_files(settings: Settings, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (settings.inbox_folder / "done").symlink_to(elsewhere)
    (settings.inbox_folder / "bad").write_text("a file")
    report = take_with_a_good_page(settings)
    assert list(elsewhere.iterdir()) == []
    assert set(report.bad) == {"bad~2", "done~2"}


def test_a_link_below_done_is_not_followed(settings: Settings, tmp_path: Path) -> None:
    (settings.inbox_folder / "done").mkdir()
    (settings.inbox_folder / "done" / "x").symlink_to(tmp_path)
    (settings.inbox_folder / "x").mkdir()
    (settings.inbox_folder / "x" / "page.html").write_text(GOOD)
    take_with_a_good_page(settings)
    assert (settings.inbox_folder / "done" / "x~2" / "page.html").is_file()


def test_nothing_is_overwritten_through_planted_names(settings: Settings, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("kept")
    (settings.inbox_folder / "bad").mkdir()
    (settings.inbox_folder / "bad" / "a.html.reason.txt").symlink_to(victim)
    (settings.inbox_folder / "a.html").write_bytes(b"")
    (settings.inbox_folder / ".lock").symlink_to(victim)
    take_with_a_good_page(settings)
    assert victim.read_text() == "kept"
    assert (settings.inbox_folder / "bad" / "a~2.html").is_file()


@pytest.mark.parametrize(
    "name", [b"\xff.html", b"a\xff\xfe", b"\xe0\xa6.txt", b"line\nfeed.html", b"\x1b[31m.html"]
)
def test_names_of_any_bytes(settings: Settings, name: bytes) -> None:
    Path(os.fsdecode(os.fsencode(settings.inbox_folder) + b"/" + name)).write_bytes(b"")
    report = take_with_a_good_page(settings)
    assert len(report.bad) == 1


@pytest.mark.parametrize("length", [240, 246, 250, 255])
@pytest.mark.parametrize("content", ["", GOOD])
def test_long_names(settings: Settings, length: int, content: str) -> None:
    name = "অ" * ((length - 5) // 3)
    name = f"{name}{'a' * (length - 5 - len(name.encode()))}.html"
    assert len(name.encode()) == length
    (settings.inbox_folder / name).write_text(content)
    report = take_with_a_good_page(settings)
    assert len(report.bad) == (0 if content else 1)


def test_a_folder_where_a_bad_file_of_that_name_is(settings: Settings) -> None:
    (settings.inbox_folder / "x").write_text("no ending")
    take(settings)
    (settings.inbox_folder / "x").mkdir()
    (settings.inbox_folder / "x" / "y.bin").write_text("no page")
    take_with_a_good_page(settings)
    assert (settings.inbox_folder / "bad" / "x~2" / "y.bin").is_file()


def test_pipes_and_deep_folders(settings: Settings) -> None:
    os.mkfifo(settings.inbox_folder / "pipe.html")
    deep = settings.inbox_folder.joinpath(*["d"] * 60)
    deep.mkdir(parents=True)
    (deep / "page.html").write_text(GOOD)
    report = take_with_a_good_page(settings)
    assert {str(found.problem) for found in report.bad.values()} == {
        "unreadable_file: neither a file nor a folder",
        "unreadable_file: more than 20 folders in each other",
    }


def test_a_file_from_a_clock_that_was_ahead_is_taken(home: Path) -> None:
    settings = Settings(home=home, inbox_settle_seconds=5)
    settings.inbox_folder.mkdir(parents=True)
    page = settings.inbox_folder / "a.html"
    page.write_text(GOOD)
    os.utime(page, (4e9, 4e9))
    assert take(settings).files == 1


def test_a_lock_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.touch(0o666)
    with exclusive_lock(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
