"""Every sample page of the project gives what its golden expectation says."""

import json
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from etl.extract.page import extract_page
from etl.outlets.profiles import Outlets, load_outlets
from etl.schema.problems import UnreadablePageError
from etl.schema.records import Capture, Page
from etl.schema.vocabulary import CaptureTimeSource
from etl.settings import PROJECT
from etl.transform.identity import native_article_id

PAGES = PROJECT / "seeds" / "pages"
GOLDEN: dict[str, dict[str, Any]] = json.loads((PAGES / "golden.json").read_text(encoding="utf-8"))
MAX_BYTES = 10_000_000
FIELDS = (
    "outlet_id",
    "url",
    "title",
    "kicker",
    "byline",
    "edition",
    "section",
    "published_at_source",
    "language",
    "photo_credit",
    "signoff",
    "image_url",
    "paragraphs",
    "captions",
    "keywords",
    "warnings",
)
MOMENTS = ("published_at", "updated_at", "page_date")
# Every key an expectation must have, by what becomes of the page: a value that is not stated would
# be a value that is not tested. Those of CODED are held by test_coding_floors.py.
ALWAYS = {"outcome", "reason", "outlet_id", "url", "captured_at"}
CODED = {"countries", "cited_sources", "events", "story"}
ARTICLE_KEYS = ALWAYS | CODED | {*FIELDS, *MOMENTS, "article_id", "sidebar"}
KEYS = {
    "loaded": ARTICLE_KEYS,
    "quarantined": ARTICLE_KEYS,
    "unchanged": ARTICLE_KEYS,
    "duplicate": ALWAYS | {"same_as"},
    "not_article": ALWAYS | {"links"},
    "failed": ALWAYS,
}


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_an_expectation_states_every_field(name: str) -> None:
    assert GOLDEN[name].keys() - {"note"} == KEYS[GOLDEN[name]["outcome"]]


def test_every_page_has_an_expectation() -> None:
    files = {
        path.relative_to(PAGES).as_posix()
        for path in PAGES.glob("*/*")
        if not path.name.endswith(".meta.json")
    }
    assert files == set(GOLDEN)


@pytest.fixture(scope="module")
def outlets() -> Outlets:
    return load_outlets(PROJECT / "seeds" / "outlets.yml")


def capture(name: str, expected: dict[str, Any]) -> Capture:
    """The page as ingest would hand it over, its sidecar read."""
    path = PAGES / name
    sidecar = Path(f"{path}.meta.json")
    meta = json.loads(sidecar.read_text(encoding="utf-8")) if sidecar.exists() else {}
    at = expected.get("captured_at")
    return Capture(
        capture_id="sample",
        source=name,
        url=meta.get("url"),
        outlet_id=meta.get("outlet_id"),
        captured_at=datetime.fromisoformat(at) if at else datetime(2026, 4, 1, tzinfo=UTC),
        captured_at_source=CaptureTimeSource.SIDECAR,
        content=path.read_bytes(),
        content_type=meta.get("content_type"),
        content_encoding="gzip" if name.endswith(".gz") else None,
    )


def folded(value: Any) -> Any:
    """NFC with white space folded, inside lists and objects too."""
    if isinstance(value, str):
        return " ".join(unicodedata.normalize("NFC", value).split())
    if isinstance(value, (list, tuple)):
        return [folded(item) for item in value]
    if isinstance(value, dict):
        return {key: folded(item) for key, item in value.items()}
    return value


def sidebar(page: Page) -> list[dict[str, Any]]:
    return [
        {"kind": i.kind.value, "rank": i.rank, "headline": i.headline, "kicker": i.kicker}
        for i in page.sidebar
    ]


def by_place(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(items, key=lambda item: (item["kind"], item["rank"]))


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_sample_page(name: str, outlets: Outlets) -> None:
    expected = GOLDEN[name]
    page = capture(name, expected)
    if expected["outcome"] == "failed":
        with pytest.raises(UnreadablePageError) as caught:
            extract_page(page, outlets, MAX_BYTES)
        assert caught.value.problem.code == expected["reason"]
        return
    found = extract_page(page, outlets, MAX_BYTES)
    if expected["outcome"] == "not_article":
        assert found.kind == expected["reason"]
        assert found.outlet_id == expected["outlet_id"]
        assert [link.url for link in found.links] == expected["links"]
        return
    assert found.kind == "article"
    if expected["outcome"] == "duplicate":
        expected = GOLDEN[expected["same_as"]]
    for field in FIELDS:
        assert folded(getattr(found, field)) == folded(expected[field]), field
    for field in MOMENTS:
        value = getattr(found, field)
        assert (value.isoformat() if value else None) == expected[field], field
    assert folded(by_place(sidebar(found))) == folded(by_place(expected["sidebar"]))
    outlet = outlets.by_id.get(found.outlet_id or "")
    assert native_article_id(outlet, found.url) == expected["article_id"]


ARTICLES = [
    name
    for name, expected in sorted(GOLDEN.items())
    if ".html" in name and expected["outcome"] == "loaded"
]


@pytest.mark.parametrize("name", ARTICLES)
def test_generic_way_reads_profiled_pages(name: str) -> None:
    """Without its profile a page keeps title, text and time: no selector carries a page alone."""
    expected = GOLDEN[name]
    found = extract_page(capture(name, expected), Outlets(()), MAX_BYTES)
    assert folded(found.title) == folded(expected["title"])
    assert folded(found.paragraphs) == folded(expected["paragraphs"])
    at = datetime.fromisoformat(expected["published_at"]) if expected["published_at"] else None
    assert found.published_at == at
