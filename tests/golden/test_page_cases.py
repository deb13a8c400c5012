"""Small pages of kinds that extraction once read wrong: all that is expected of each is read."""

import json
import re
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from etl.extract.page import extract_page
from etl.outlets.profiles import Outlets, load_outlets
from etl.schema.records import Capture, Page
from etl.schema.vocabulary import CaptureTimeSource, PageKind
from etl.settings import PROJECT

CASES = Path(__file__).parent / "cases"
_LINES = (CASES / "cases.jsonl").read_text(encoding="utf-8").splitlines()
_JOINERS = re.compile("[\u200b\u200c\u200d\ufeff\u00ad]")


@pytest.fixture(scope="module")
def outlets() -> Outlets:
    return load_outlets(PROJECT / "seeds" / "outlets.yml")


def folded(text: str | None) -> str:
    return " ".join(_JOINERS.sub("", unicodedata.normalize("NFC", text or "")).split())


def faults(page: Page, expected: dict[str, Any]) -> list[str]:
    text = folded(" \n ".join(page.paragraphs))
    both = text + " " + folded(" ".join(page.captions))
    found = [] if page.kind is PageKind.ARTICLE else [f"{page.kind}: {page.reason}"]
    found += [f"lacks {p}" for p in expected.get("paras", ()) if folded(p) not in text]
    found += [f"lacks {p}" for p in expected.get("paras_or_captions", ()) if folded(p) not in both]
    found += [f"lacks {p}" for p in expected.get("contain", ()) if folded(p) not in text]
    found += [f"holds {p}" for p in expected.get("not_in", ()) if folded(p) in text]
    found += [f"not once {p}" for p in expected.get("once", ()) if text.count(folded(p)) != 1]
    if folded(expected.get("title", page.title)) != folded(page.title):
        found.append(f"title {page.title}")
    if expected.get("byline", page.byline) != page.byline:
        found.append(f"byline {page.byline}")
    found += [f"no warning {w}" for w in expected.get("warns", ()) if w not in page.warnings]
    minute = page.published_at.isoformat()[:16] if page.published_at else ""
    if not (minute or str(page.published_date)).startswith(expected.get("day", "")):
        found.append(f"day {minute}")
    if expected.get("minute", minute) != minute:
        found.append(f"minute {minute}")
    return found


@pytest.mark.parametrize("line", _LINES, ids=lambda line: json.loads(line)["file"])
def test_case(line: str, outlets: Outlets) -> None:
    case = json.loads(line)
    capture = Capture(
        capture_id=case["file"],
        source=case["file"],
        url=None,
        outlet_id=None,
        captured_at=datetime(2026, 3, 1, tzinfo=UTC),
        captured_at_source=CaptureTimeSource.FILE_TIME,
        content=(CASES / "pages" / case["file"]).read_bytes(),
        content_type="text/html",
    )
    assert not faults(extract_page(capture, outlets, 1_000_000), case["expected"]), case["kind"]
