"""Pages with addresses and dates that nobody can read: they end, and builds go on."""

import json
from pathlib import Path

from etl.settings import PROJECT, Settings
from etl.workflows.build import chain
from etl.workflows.collect.files import ingest_files
from tests.lake_rows import rows_of

_BODY = "".join(
    f"<p>The new ferry opened on Monday at the old harbour, where {number} people had waited "
    "since the early morning to see it cross the river with its first passengers.</p>"
    for number in (100, 200, 300)
)
_SIDECAR_URLS = {
    "bracket": "http://[http//www.shurjomukhi.example/a/1",
    "port": "https://www.shurjomukhi.example:99999/a/1",
    "sign": "https://www.shurjo\u2100mukhi.example/a/1",
}
_DATES = {"late": "9999-12-31T23:59:59-04:00", "early": "0001-01-01T00:00:00+14:00"}


def _page(path: Path, published: str, url: str | None = None) -> None:
    data = {
        "@type": "NewsArticle",
        "headline": f"Ferry opens at the old harbour: {path.stem}",
        "datePublished": published,
        "articleSection": "\ud83d",
    }
    path.write_text(
        '<html lang="en"><script type="application/ld+json">'
        f"{json.dumps(data)}</script><h1>{data['headline']}</h1><article>{_BODY}</article></html>",
        "utf-8",
    )
    if url:
        path.with_name(f"{path.name}.meta.json").write_text(json.dumps({"url": url}), "utf-8")


def test_no_page_stops_a_build(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    for name, url in _SIDECAR_URLS.items():
        _page(pages / f"{name}.html", "2026-02-20T06:00:00Z", url)
    for name, date in _DATES.items():
        _page(pages / f"{name}.html", date)
    _page(pages / "good.html", "2026-02-20T06:00:00Z")
    settings = Settings(home=tmp_path / "home", workers=1)
    chain.run(settings, [pages], "first")
    found = {
        source: (outcome, (reason or "").partition(":")[0])
        for source, outcome, reason in rows_of(
            settings, "SELECT source, outcome, reason FROM lake.core.fact_capture"
        )
    }
    assert found == {
        **{f"{name}.html": ("failed", "bad_url") for name in _SIDECAR_URLS},
        **{f"{name}.html": ("loaded", "") for name in (*_DATES, "good")},
    }
    warnings = rows_of(
        settings, "SELECT list_contains(warnings, 'time_out_of_range:json_ld'), published_at "
        "FROM lake.core.fact_article WHERE title LIKE '%: late'"
    )  # fmt: skip
    assert warnings == [(True, None)]
    ingest_files(settings, [PROJECT / "seeds" / "pages" / "kalbela"], "second")
    assert chain.build(settings, "second")["loaded"] > 0
