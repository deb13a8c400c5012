"""Exactness on pages with labels: the sample pages, the real dumps and their publish lines.

``python -m evaluation.golden`` prints one JSON object a line. The aims stand in the notes; tests
hold what is reached.
"""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from etl.bangla.dateline.parse import parse_dateline
from etl.bangla.text import normal_form
from etl.extract.page import extract_page
from etl.ingest.files.reader import FileReader
from etl.outlets.profiles import load_outlets
from etl.schema.records import Page
from etl.settings import PROJECT, Settings

SHARED = PROJECT.parent / "shared"
_NOW = datetime(2026, 11, 1, tzinfo=UTC)
# Joiners are compared nowhere: labels and pages write them differently.
_JOINERS = dict.fromkeys(map(ord, "\u200c\u200d"))

Label = dict[str, Any]


def labelled_pages() -> Iterator[tuple[Label, Page]]:
    """Every article with a label, as it is read: the sample pages, then the real dumps."""
    settings = Settings()
    outlets = load_outlets(settings.outlets)
    for folder, file, body in (
        (PROJECT / "seeds" / "pages", "golden.json", "paragraphs"),
        (SHARED / "seeds", "gold.json", "body"),
    ):
        if not folder.is_dir():
            continue
        labels = json.loads((folder / file).read_text(encoding="utf-8"))
        for item in FileReader((folder,), _NOW, settings.page_max_bytes).captures():
            label = labels[item.source]
            if label.get(body):
                page = extract_page(item.as_capture(), outlets, settings.page_max_bytes)
                yield {**label, "paragraphs": label[body]}, page


def _form(text: str | None) -> str | None:
    return None if text is None else normal_form(text).translate(_JOINERS)


def _minute(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC).replace(second=0, microsecond=0) if moment else None


def report(name: str, value: float, unit: str, n: int, note: str) -> None:
    """Print one measure."""
    line = {"name": name, "value": round(value, 4), "unit": unit, "baseline": None, "ratio": None}
    print(json.dumps({**line, "n": n, "note": note}, ensure_ascii=False))


def measure_pages() -> None:
    """Body paragraphs, title, byline and publish time."""
    right: Counter[str] = Counter()
    shared = labelled = found = count = 0
    for label, page in labelled_pages():
        count += 1
        truth = Counter(_form(text) for text in label["paragraphs"])
        read = Counter(_form(text) for text in page.paragraphs)
        shared += (truth & read).total()
        labelled += truth.total()
        found += read.total()
        at = label["published_at"]
        right["title"] += _form(page.title) == _form(label["title"])
        right["byline"] += _form(page.byline) == _form(label["byline"])
        right["published_at"] += _minute(page.published_at) == _minute(
            datetime.fromisoformat(at) if at else None
        )
    f1 = 2 * shared / (labelled + found)
    report("golden_body_f1", f1, "F1 of whole paragraphs", count, "aim 0.995")
    for name in ("title", "byline", "published_at"):
        report(f"golden_{name}", right[name] / count, "share", count, "aim 0.99")


def measure_datelines() -> None:
    """Publish lines as printed: right ones, and wrong dates given."""
    path = SHARED / "gold" / "datelines_dev.jsonl"
    if not path.is_file():
        return
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    right = wrong = 0
    for row in rows:
        dateline = parse_dateline(row["raw"])
        at = dateline.published_at or dateline.published_date
        found = at.isoformat() if at else None
        right += found == row["published_at"]
        wrong += found is not None and found != row["published_at"]
    report("datelines_right", right / len(rows), "share", len(rows), "aim 0.99")
    report("datelines_wrong", wrong / len(rows), "share", len(rows), "aim 0")


if __name__ == "__main__":
    measure_pages()
    measure_datelines()
