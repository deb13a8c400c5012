"""Exactness on pages with labels: the sample pages, the real dumps and their publish lines.

``python -m evaluation.golden`` prints one JSON object a line: first for the sample pages, which
were written for this project, then for real ones in ``../shared`` where that folder exists.
"""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from etl.bangla.dateline.parse import parse_dateline
from etl.bangla.text import normal_form
from etl.extract.page import extract_page
from etl.ingest.files.reader import FileReader
from etl.outlets.profiles import load_outlets
from etl.schema.records import Page
from etl.settings import PROJECT, Settings
from evaluation.extraction import body_f1
from evaluation.measure import Measure

SAMPLE_PAGES = PROJECT / "seeds" / "pages"
SHARED = PROJECT.parent / "shared"
_NOW = datetime(2026, 11, 1, tzinfo=UTC)
# Joiners are compared nowhere: labels and pages write them differently.
_JOINERS = dict.fromkeys(map(ord, "\u200c\u200d"))

Label = dict[str, Any]


def sample_pages() -> Iterator[tuple[Label, Page]]:
    """Yield every sample page that has a body, with its label."""
    yield from _pages(SAMPLE_PAGES, "golden.json", "paragraphs")


def shared_dumps() -> Iterator[tuple[Label, Page]]:
    """Yield the real page dumps, each with its label."""
    yield from _pages(SHARED / "seeds", "gold.json", "body")


def _pages(folder: Path, labels_name: str, body: str) -> Iterator[tuple[Label, Page]]:
    settings = Settings()
    outlets = load_outlets(settings.outlets)
    labels = json.loads((folder / labels_name).read_text(encoding="utf-8"))
    for item in FileReader((folder,), _NOW, settings.page_max_bytes).captures():
        label = labels[item.source]
        if label.get(body):
            page = extract_page(item.as_capture(), outlets, settings.page_max_bytes)
            yield {**label, "paragraphs": label[body]}, page


def _form(text: str | None) -> str | None:
    return None if text is None else normal_form(text).translate(_JOINERS)


def _minute(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC).replace(second=0, microsecond=0) if moment else None


def page_measures(prefix: str, pages: list[tuple[Label, Page]]) -> Iterator[Measure]:
    """Measure body paragraphs, title, byline and publish time.

    Args:
        prefix: first part of the measures' names.
        pages: what was extracted, each with its label.
    """
    right: Counter[str] = Counter()
    shared = labelled = found = 0
    bodies: list[tuple[str, str]] = []
    for label, page in pages:
        truth = Counter(_form(text) for text in label["paragraphs"])
        read = Counter(_form(text) for text in page.paragraphs)
        shared += (truth & read).total()
        labelled += truth.total()
        found += read.total()
        bodies.append(("\n".join(label["paragraphs"]), "\n".join(page.paragraphs)))
        at = label["published_at"]
        right["title"] += _form(page.title) == _form(label["title"])
        right["byline"] += _form(page.byline) == _form(label["byline"])
        right["published_at"] += _minute(page.published_at) == _minute(
            datetime.fromisoformat(at) if at else None
        )
    count = len(pages)
    f1 = 2 * shared / (labelled + found)
    yield Measure(
        f"{prefix}_paragraphs_f1", f1, "F1 of entire paragraphs", count, 0.995, "baseline: the aim"
    )
    yield Measure(f"{prefix}_body_f1", body_f1(bodies), "4-gram shingle F1", count)
    for name in ("title", "byline", "published_at"):
        yield Measure(
            f"{prefix}_{name}", right[name] / count, "share", count, 0.99, "baseline: the aim"
        )


def dateline_measures() -> Iterator[Measure]:
    """Measure real publish lines as printed: right ones, and wrong dates given."""
    text = (SHARED / "gold" / "datelines_dev.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    right = wrong = 0
    for row in rows:
        dateline = parse_dateline(row["raw"])
        at = dateline.published_at or dateline.published_date
        found = at.isoformat() if at else None
        right += found == row["published_at"]
        wrong += found is not None and found != row["published_at"]
    yield Measure(
        "datelines_right", right / len(rows), "share", len(rows), 0.99, "baseline: the aim"
    )
    yield Measure("datelines_wrong", wrong / len(rows), "share", len(rows), 0, "baseline: the aim")


def measures() -> Iterator[Measure]:
    """Yield all measures: of the sample pages, then of the real ones where they are present."""
    yield from page_measures("sample", list(sample_pages()))
    if SHARED.is_dir():
        yield from page_measures("dumps", list(shared_dumps()))
        yield from dateline_measures()


if __name__ == "__main__":
    for measure in measures():
        print(measure.line(), flush=True)
