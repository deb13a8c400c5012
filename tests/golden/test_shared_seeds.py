"""The real page dumps and publish lines that stand outside the repository, with their labels."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from etl.bangla.dateline.parse import Dateline, parse_dateline
from etl.bangla.text import normal_form
from etl.extract.dump.reader import read_dump
from etl.outlets.profiles import load_outlets
from etl.schema.records import Capture, Page
from etl.schema.vocabulary import CaptureTimeSource, PageKind
from etl.settings import PROJECT

SHARED = PROJECT.parent / "shared"
SEEDS = SHARED / "seeds"
DATELINES = SHARED / "gold" / "datelines_dev.jsonl"
# Share of publish lines read right; it only goes up.
DATELINE_FLOOR = 0.99
_JOINERS = dict.fromkeys(map(ord, "\u200c\u200d"))

pytestmark = pytest.mark.skipif(
    not SEEDS.is_dir(), reason=f"the real pages are not here: {SEEDS} is missing"
)


def _labels() -> dict[str, Any]:
    path = SEEDS / "gold.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _same_form(value: Any) -> Any:
    """As the labels compare: normal form, without joiners."""
    if isinstance(value, str):
        return normal_form(value).translate(_JOINERS)
    return [_same_form(each) for each in value] if isinstance(value, list | tuple) else value


def _iso(value: Any) -> str | None:
    return value.isoformat() if value is not None else None


def _read(name: str) -> Page:
    capture = Capture(
        name, name, None, None, datetime.now(UTC), CaptureTimeSource.FILE_TIME, b"", "text/plain"
    )
    text = (SEEDS / name).read_text(encoding="utf-8")
    return read_dump(text, capture, load_outlets(PROJECT / "seeds" / "outlets.yml"))


@pytest.mark.parametrize("name", sorted(_labels()))
def test_real_dump_agrees_with_its_labels(name: str) -> None:
    labels = _labels()[name]
    page = _read(name)
    sidebar: dict[str, int] = {}
    for item in page.sidebar:
        sidebar[item.kind.value] = sidebar.get(item.kind.value, 0) + 1
    found = {
        "outlet": page.outlet_id,
        "title": page.title,
        "byline": page.byline,
        "edition": page.edition,
        "section": page.section,
        "published_at": _iso(page.published_at),
        "updated_at": _iso(page.updated_at),
        "page_date": _iso(page.page_date),
        "signoff": page.signoff,
        "captions": list(page.captions),
        "photo_credit": page.photo_credit,
        "body": list(page.paragraphs),
        "sidebar": sidebar,
        "is_article": page.kind is PageKind.ARTICLE,
    }
    for field, value in found.items():
        assert _same_form(value) == _same_form(labels[field]), field


def test_ranks_count_up_inside_each_list() -> None:
    for name in _labels():
        page = _read(name)
        for kind in {item.kind for item in page.sidebar}:
            ranks = [item.rank for item in page.sidebar if item.kind is kind]
            assert ranks == list(range(1, len(ranks) + 1))


def _given(dateline: Dateline) -> tuple[str | None, str | None]:
    return _iso(dateline.published_at or dateline.published_date), _iso(dateline.updated_at)


def test_real_publish_lines() -> None:
    rows = [json.loads(line) for line in DATELINES.read_text(encoding="utf-8").splitlines()]
    right = 0
    wrong = []
    for row in rows:
        truth = (row["published_at"], row["updated_at"])
        found = _given(parse_dateline(row["raw"]))
        right += found == truth
        if any(value not in (None, true) for value, true in zip(found, truth, strict=True)):
            wrong.append((row["raw"], found))
    assert not wrong
    assert right >= DATELINE_FLOOR * len(rows)
