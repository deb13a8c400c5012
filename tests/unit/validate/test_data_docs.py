"""Data Docs: pages of rules and counts, in their folder alone, the same each time."""

import re
import socket
from html.parser import HTMLParser
from pathlib import Path

import pyarrow as pa
import pytest
from playwright.sync_api import sync_playwright

from etl.errors import BatchRejectedError
from etl.resources import EXPECTATIONS
from etl.validate.batch import validate_batch
from etl.validate.data_docs import KEPT_BATCHES, build_docs
from tests.factories.rows import generate_rows

CHROMIUM = Path("/usr/bin/chromium")
MARK = "গোপনচিহ্ন"
MARKUP = f"<script>{MARK}</script>"


def marked(tables: dict[str, pa.Table], **article: object) -> dict[str, pa.Table]:
    """Rows with a mark in every text, broken in rules that look at texts."""
    rows = tables["article"].to_pylist()
    rows[0].update(
        title=f"{MARKUP}\n" * 40,
        url=f"javascript:{MARK}",
        body=MARKUP,
        paragraphs=[MARKUP],
        paragraph_count=1,
        language=MARK,
    )
    rows[0].update(article)
    events = tables["event"].to_pylist()
    events[0].update(evidence=MARK, place=MARK, confidence=2.0)
    headlines = tables["headline_exposure"].to_pylist()
    headlines[0].update(headline=MARK * 100, url=MARK)
    return {
        **tables,
        "article": pa.Table.from_pylist(rows, schema=tables["article"].schema),
        "event": pa.Table.from_pylist(events, schema=tables["event"].schema),
        "headline_exposure": pa.Table.from_pylist(
            headlines, schema=tables["headline_exposure"].schema
        ),
    }


def files_under(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def keep(docs: Path, number: int) -> None:
    tables = {name: generate_rows(2)[name] for name in ("capture", "article")}
    validate_batch(tables, f"batch-{number}", f"20250101T00000{number}-aaaa", EXPECTATIONS, docs)


def test_no_text_gets_out(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    docs = tmp_path / "docs"
    validation = validate_batch(
        marked(generate_rows(2)), "batch", "20250101T000000-aaaa", EXPECTATIONS, docs
    )
    assert len(validation.rejected["capture-00000000"]) >= 3
    with pytest.raises(BatchRejectedError) as caught:
        validate_batch(
            marked(generate_rows(2), article_id=None, outlet_id=None, paragraph_count=9),
            "batch",
            "20250101T000001-aaaa",
            EXPECTATIONS,
            docs,
        )
    index = build_docs(docs)
    assert index == docs / "index.html"
    files = files_under(docs)
    assert any(name.startswith("validations") for name in files)
    escaped = MARK.encode("unicode_escape")
    published = str(caught.value) + str(validation.results.to_pylist()) + str(validation.rejected)
    published += caplog.text + "".join(capfd.readouterr())
    assert MARK not in published
    assert not [name for name, content in files.items() if MARK.encode() in content]
    assert not [name for name, content in files.items() if escaped in content]


def test_pages_show_rules_and_counts(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    validate_batch(marked(generate_rows(2)), "batch", "20250101T000000-aaaa", EXPECTATIONS, docs)
    build_docs(docs)
    (page,) = (docs / "validations" / "article").rglob("*.html")
    text = page.read_text(encoding="utf-8")
    assert "published_after_capture_seconds" in text
    assert "50% unexpected" in text
    assert "batch.html" in (docs / "index.html").read_text(encoding="utf-8")
    assert not [name for name, content in files_under(docs).items() if b"capture-0000" in content]


def test_a_run_id_that_reads_as_half_a_time_has_its_pages(tmp_path: Path) -> None:
    run_id = "20261122T084156-3442a18a"  # dateutil takes -3442 for an offset
    validate_batch(generate_rows(2), f"{run_id}-000001", run_id, EXPECTATIONS, tmp_path)
    build_docs(tmp_path)
    assert list((tmp_path / "validations" / "article").rglob("*.html"))


def test_pages_are_the_same_each_time_and_of_the_latest_batches(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    for number in range(KEPT_BATCHES + 1):
        keep(docs, number)
    build_docs(docs)
    first = files_under(docs)
    build_docs(docs)
    assert files_under(docs) == first
    pages = [name for name in first if name.startswith("validations") and name.endswith(".html")]
    assert len(pages) == KEPT_BATCHES * 2
    assert not any("batch-0" in name for name in first)


def test_nothing_else_is_written_and_no_network_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError("network")

    for name in ("user", "here"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    keep(tmp_path / "docs", 1)
    build_docs(tmp_path / "docs")
    assert {path.name for path in tmp_path.iterdir()} == {"user", "here", "docs"}
    assert not [*(tmp_path / "user").iterdir(), *(tmp_path / "here").iterdir()]


def test_docs_without_results_are_a_page_all_the_same(tmp_path: Path) -> None:
    assert build_docs(tmp_path / "docs").is_file()


class Loaded(HTMLParser):
    """What a page loads: scripts, styles and pictures."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "link", "img"):
            found = dict(attrs)
            self.addresses += [at for name in ("src", "href") if (at := found.get(name))]


def test_pages_load_only_files_that_lie_next_to_them(tmp_path: Path) -> None:
    keep(tmp_path, 1)
    build_docs(tmp_path)
    for page in (tmp_path / "index.html", *(tmp_path / "validations").rglob("*.html")):
        text = page.read_text("utf-8")
        addresses = Loaded(text).addresses
        assert len(addresses) > 8
        assert [at for at in addresses if not (page.parent / at).is_file()] == []
        assert "integrity=" not in text
        assert not re.search(r"@import|url\(['\"]?https?:", text)
    fonts = tmp_path / "static/vendor/webfonts"
    assert "../webfonts/fa-solid-900.woff2" in (fonts.parent / "css/all.min.css").read_text()
    assert (fonts / "fa-solid-900.woff2").is_file()


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM.exists(), reason="no /usr/bin/chromium on this machine")
def test_a_browser_without_a_network_shows_the_table_of_results(tmp_path: Path) -> None:
    keep(tmp_path, 1)
    page = build_docs(tmp_path)
    asked = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        window = browser.new_page()
        window.on("request", lambda request: asked.append(request.url))
        window.goto(page.as_uri())
        assert window.locator("table tbody tr").count() == 2
        browser.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
