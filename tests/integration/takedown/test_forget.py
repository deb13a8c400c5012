"""A takedown: nothing of the article is left anywhere under home, and it does not come back."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize

import duckdb
import pytest

from etl.cli.app import main
from etl.settings import PROJECT, Settings
from etl.workflows import publishing, takedown
from etl.workflows.build import chain
from etl.workflows.collect.files import ingest_files
from etl.workflows.collect.inbox import ingest_inbox
from etl.workflows.restore import rebuild
from etl.workflows.run_ids import new_run_id
from tests.lake_rows import rows_of

PAGES = PROJECT / "seeds" / "pages" / "samakal"
COUNT = "SELECT count(DISTINCT article_id) FROM lake.core.fact_article"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a dozen articles, one of them also dropped into the inbox, and two builds."""
    home = tmp_path_factory.mktemp("loaded") / "home"
    settings = Settings(home=home, workers=1, inbox_settle_seconds=0)
    settings.inbox_folder.mkdir(parents=True)
    for suffix in ("", ".meta.json"):
        shutil.copy(f"{PAGES / 'export-earnings-january.html'}{suffix}", settings.inbox_folder)
    ingest_inbox(settings, new_run_id())
    chain.run(settings, [PAGES], new_run_id())
    publishing.publish(settings, new_run_id())
    return home


@pytest.fixture
def settings(loaded: Path, tmp_path: Path) -> Settings:
    shutil.copytree(loaded, tmp_path / "home", symlinks=True)
    return Settings(home=tmp_path / "home", workers=1, inbox_settle_seconds=0)


def article(settings: Settings) -> tuple[str, str, str, list[str]]:
    """Id, address, headline and paragraphs of the article that is taken down."""
    (found,) = rows_of(
        settings,
        "SELECT article_id, url, title, paragraphs FROM lake.core.fact_article "
        "JOIN lake.core.article_text USING (article_id, content_hash) "
        "WHERE url LIKE '%export-earnings%' OR capture_id IN (SELECT capture_id "
        "FROM lake.raw.page_capture WHERE source LIKE '%export-earnings%') LIMIT 1",
    )
    return found


def found_in(home: Path, words: list[str]) -> list[str]:
    """Files that have one of the words: as bytes, in Parquet, in DuckDB's and SQLite's files.

    Pages may write a letter with a dot as one sign, facts have it as two.
    """
    words = [normalize("NFC", word) for word in words]
    found = []
    for path in home.rglob("*"):
        if not path.is_file() or path.is_symlink():
            continue
        texts = [path.read_bytes().decode("utf-8", "ignore")]
        if path.suffix == ".parquet":
            rows = duckdb.execute("SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
            texts.append(
                " ".join(
                    value.decode("utf-8", "ignore") if isinstance(value, bytes) else str(value)
                    for row in rows
                    for value in row
                )
            )
        elif path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as build:
                for (table,) in build.execute(
                    "SELECT table_name FROM duckdb_tables() WHERE table_name <> 'takedown'"
                ).fetchall():
                    texts.append(str(build.execute(f"FROM mart.{table}").fetchall()))
        elif path.suffix == ".sqlite":
            texts.append("\n".join(sqlite3.connect(path).iterdump()))
        if any(word in normalize("NFC", text) for text in texts for word in words):
            found.append(path.relative_to(home).as_posix())
    return sorted(found)


def test_nothing_is_left_and_it_does_not_come_back(settings: Settings) -> None:
    article_id, url, title, paragraphs = article(settings)
    words = [text[:60] for text in paragraphs]
    before = found_in(settings.home, words)
    assert any(name.startswith("lake/data/raw") for name in before), before
    assert any(name.startswith("publish/") for name in before)
    assert any(name.startswith("inbox/done") for name in before)
    articles = rows_of(settings, COUNT)
    report = takedown.forget(settings, [article_id], "court order", "desk", new_run_id())
    assert (report.articles, report.remaining) == (1, ())
    assert found_in(settings.home, words) == []
    # Other pages list its headline: they stay, and are named.
    assert len(report.named_in) == 2
    assert all(name.startswith("lake/data/raw") for name in found_in(settings.home, [title]))
    # The address is in the takedown, and in the bytes of those pages.
    places = ("lake/data/raw", "publish/builds/" + settings.current_build.resolve().name)
    assert all(name.startswith(places) for name in found_in(settings.home, [url]))
    # The builds and the lake agree, and the ledger balances.
    chain.check_balance(settings)
    left = rows_of(settings, COUNT)
    assert left == [(articles[0][0] - 1,)]
    again = ingest_files(settings, [PAGES], new_run_id())
    assert (again.captures_new, again.taken_down) == (0, 1)
    rebuild.rebuild_core(settings, new_run_id())
    assert rows_of(settings, COUNT) == left
    assert found_in(settings.home, words) == []
    published = settings.current_build / "warehouse.duckdb"
    with duckdb.connect(str(published), read_only=True) as build:
        kept = build.execute("SELECT kind, taken_down_by, reason FROM mart.takedown").fetchall()
    assert {kind for kind, *_ in kept} == {
        "article", "url", "capture", "content", "headline",
    }  # fmt: skip
    assert {(by, reason) for _, by, reason in kept} == {("desk", "court order")}


@pytest.mark.slow
@pytest.mark.parametrize(
    "target",
    [
        lambda article_id, url, capture_id: url,
        lambda article_id, url, capture_id: f"{url}?utm_source=x",
        lambda article_id, url, capture_id: capture_id,
    ],
    ids=["url", "url with tracking", "capture"],
)
def test_an_address_and_a_capture_mean_the_article(
    settings: Settings, target: Callable[[str, str, str], str]
) -> None:
    article_id, url, *_ = article(settings)
    ((capture_id,), *_) = rows_of(
        settings,
        f"SELECT capture_id FROM lake.core.fact_capture WHERE article_id = '{article_id}'",
    )
    given = target(article_id, url, capture_id)
    report = takedown.forget(settings, [given], "asked", "desk", new_run_id())
    assert report.articles == 1
    gone = f"SELECT 1 FROM lake.core.fact_capture WHERE article_id = '{article_id}'"
    assert rows_of(settings, gone) == []


def test_the_command(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--home", str(settings.home)]
    assert main(["forget", "no-such-id", "--reason", "x", *home]) == 2
    assert "nothing is known by 'no-such-id'" in capsys.readouterr().err
    assert main(["forget", "--reason", "x", *home]) == 2
    assert main(["forget", article(settings)[0], "--reason", " ", *home]) == 2
    listed = tmp_path / "list.txt"
    listed.write_text(f"{article(settings)[0]}\n\nhttps://never.example/seen\n")
    assert main(["forget", "--list", str(listed), "--reason", "x", *home]) == 0
    assert "forgotten: 1 articles" in capsys.readouterr().out
    page = tmp_path / "page.html"
    shutil.copy(PAGES / "export-earnings-january.html", page)
    (tmp_path / "page.html.meta.json").write_text('{"url": "https://never.example/seen"}')
    assert main(["ingest", "files", str(page), *home]) == 0
    assert "left out: 1 captures" in capsys.readouterr().out


def test_purge_removes_what_is_older(settings: Settings) -> None:
    kept = "SELECT count(*) FROM lake.raw.page_capture"
    before = rows_of(settings, kept)
    home = ["--home", str(settings.home)]
    assert main(["purge", "--before", "2000-01-01", *home]) == 0
    assert rows_of(settings, kept) == before
    assert main(["purge", "--before", "2100-01-01", "--outlet", "nobody", *home]) == 2
    _, _, title, paragraphs = article(settings)
    assert main(["purge", "--before", "2100-01-01", "--outlet", "samakal", *home]) == 0
    assert rows_of(settings, kept) < before
    words = [title, *(text[:60] for text in paragraphs)]
    assert [name for name in found_in(settings.home, words) if "inbox" not in name] == []
    chain.check_balance(settings)
