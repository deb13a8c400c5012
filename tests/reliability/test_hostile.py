"""Hostile pages through the whole chain and out of every exit."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from etl.cli.app import main
from etl.settings import PROJECT, Settings
from etl.workflows import publishing
from tests.lake_rows import rows_of
from tests.reliability.hostile_pages import write_pages
from tests.reliability.listing import listing

SECRET = "nobody-may-read-this"
CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def run(folders: Path) -> subprocess.CompletedProcess[str]:
    outside = folders / "outside"
    outside.mkdir()
    (outside / "secret.html").write_text(f"<h1>{SECRET}</h1>" + f"<p>{SECRET} text.</p>" * 20)
    (outside / "secret.json").write_text(json.dumps({"url": f"https://x.invalid/{SECRET}"}))
    write_pages(folders / "pages", outside)
    before = listing(outside)
    command = ["run", str(folders / "pages"), "--home", str(folders / "home")]
    done = subprocess.run(
        [sys.executable, "-m", "etl", *command],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert listing(outside) == before
    return done


@pytest.fixture
def settings(run: subprocess.CompletedProcess[str], folders: Path) -> Settings:
    return Settings(home=folders / "home")


def _has_controls(text: str) -> bool:
    return any(
        (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 or 0x202A <= ord(c) <= 0x202E
        for c in text
    )


def test_every_page_ends_in_the_ledger_and_the_run_comes_through(
    run: subprocess.CompletedProcess[str], settings: Settings, folders: Path
) -> None:
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in run.stderr
    assert not _has_controls(run.stdout + run.stderr)
    outcomes = dict(rows_of(settings, "SELECT source, outcome FROM lake.core.fact_capture"))
    reasons = dict(rows_of(settings, "SELECT source, reason FROM lake.core.fact_capture"))
    assert outcomes["page-0.html"] == "loaded"
    assert reasons["bomb.html.gz"].startswith("too_large")
    assert reasons["too-deep.html"].startswith("too_large")
    assert reasons["linked-sidecar.html"] == "bad_sidecar: a link out of the folder"
    for name in ("deep", "half-character", "early", "late", "long-number"):
        assert reasons[f"sidecar-{name}.html"].startswith("bad_sidecar"), name
    assert "skipped: 3 " in run.stdout  # the page and the sidecar that link out, and the pipe
    archived = [o for source, o in outcomes.items() if source.startswith("pages.warc.gz")]
    assert len(archived) == 3


def test_nothing_is_written_but_below_home(
    run: subprocess.CompletedProcess[str], folders: Path
) -> None:
    assert {path.name for path in folders.iterdir()} == {"pages", "outside", "home"}
    found = subprocess.run(
        ["grep", "-rl", SECRET, str(folders / "home")], capture_output=True, text=True, check=False
    )
    assert found.stdout == ""


MARTS = ("article", "article_text", "capture_outcome", "headline_exposure", "event")


@pytest.mark.parametrize("mart", MARTS)
def test_no_cell_of_a_csv_begins_with_a_formula(
    settings: Settings, mart: str, capsys: pytest.CaptureFixture[str]
) -> None:
    query = ["sql", f"FROM mart.{mart}", "--home", str(settings.home)]
    assert main([*query, "--format", "csv"]) == 0
    cells = [
        cell
        for row in csv.reader(io.StringIO(capsys.readouterr().out))
        for cell in row
        if not _is_number(cell)
    ]
    assert cells
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert main([*query, "--format", "table"]) == 0
    assert not _has_controls(capsys.readouterr().out)
    assert main([*query, "--format", "json"]) == 0
    text = capsys.readouterr().out
    assert not _has_controls(text)
    assert json.loads(text)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_extract_prints_no_controls(folders: Path, run: object) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "etl", "extract", str(folders / "pages" / "page-1.html")],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not _has_controls(done.stdout)
    json.loads(done.stdout)


@pytest.fixture(scope="module")
def titles(folders: Path, run: object) -> dict[str, str]:
    if not CHROMIUM.exists():
        pytest.skip("no Chromium at /usr/bin/chromium")
    from playwright.sync_api import sync_playwright

    settings = Settings(home=folders / "home")
    pages = [publishing.report(settings), settings.data_docs / "index.html"]
    pages += sorted((settings.data_docs / "validations").rglob("*.html"))[:4]
    found = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        tab = browser.new_page()
        tab.route("http*://**", lambda route: route.abort())
        for page in pages:
            tab.goto(page.as_uri(), wait_until="domcontentloaded", timeout=180_000)
            tab.wait_for_timeout(200)
            links = tab.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
            found[str(page)] = tab.title()
            # The pager of the Data Docs' tables has links that do nothing.
            scripts = {link for link in links if link.startswith("javascript:")}
            assert scripts <= {"javascript:void(0)"}, page
            assert tab.locator("img[onerror]").count() == 0, page
        browser.close()
    return found


@pytest.mark.slow
def test_no_page_of_ours_runs_what_a_title_says(titles: dict[str, str]) -> None:
    assert len(titles) >= 3
    assert "owned" not in titles.values()
