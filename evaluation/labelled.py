"""Labelled articles: those written for this project, and real ones in ``../shared/gold``.

The real ones of the second set were labelled after the rules of November 2026 were written. Half A
of them was read while the rules that followed were written, half B only ever scored: figures of
half B are figures of articles nobody tuned to. The half of an article is a hash of its ``gid``.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from etl.bangla.dateline.parse import parse_dateline
from etl.schema.records import Page
from etl.schema.vocabulary import EventType, PageKind
from etl.settings import PROJECT
from evaluation.golden import sample_pages

CORPUS = Path(__file__).with_name("corpus")
SHARED = PROJECT.parent / "shared"
GOLD = SHARED / "gold"

Row = dict[str, Any]


class Half(StrEnum):
    """Which half of the second set an article is in."""

    READ = "A"
    UNSEEN = "B"


def half(gid: str) -> Half:
    """The half that an article of the second set belongs to."""
    odd = int(hashlib.sha256(gid.encode()).hexdigest(), 16) % 2
    return Half.UNSEEN if odd else Half.READ


def read_rows(path: Path) -> list[Row]:
    """Read a file of JSON objects, one a line."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def corpus_articles() -> Iterator[tuple[Page, Row]]:
    """Yield the articles written for this project, each with its labels."""
    for row in read_rows(CORPUS / "articles.jsonl"):
        yield _page(row, row["paragraphs"]), row


def sample_articles() -> Iterator[tuple[Page, Row]]:
    """Yield the sample pages with their labels, which name the main events and no persons."""
    for label, page in sample_pages():
        events = [
            {**event, "directed": event["type"] != EventType.CONSULT, "alt_types": []}
            for event in label["events"]
        ]
        yield page, {**label, "events": events, "events_optional": []}


def shared_articles() -> Iterator[tuple[Page, Row]]:
    """Yield the real development articles and the five page dumps, each with its labels."""
    for row in read_rows(GOLD / "articles_dev.jsonl"):
        yield _page(row, [row["body"]]), row
    dumps = json.loads((SHARED / "seeds" / "gold.json").read_text(encoding="utf-8"))
    for row in dumps.values():
        yield _page(row, row["body"]), row


def second_set() -> Iterator[tuple[Page, Row]]:
    """Yield the real articles of the second set, each with its labels."""
    for row in read_rows(GOLD / "articles_dev2.jsonl"):
        yield _page(row, row["body"].split("\n")), row


def unseen_articles() -> Iterator[tuple[Page, Row]]:
    """Yield the half of the second set that no rule was written against."""
    return (pair for pair in second_set() if half(pair[1]["gid"]) is Half.UNSEEN)


def _page(row: Row, paragraphs: list[str]) -> Page:
    return Page(
        kind=PageKind.ARTICLE,
        outlet_id=row["outlet"],
        title=row["title"],
        section=row.get("section"),
        paragraphs=tuple(paragraphs),
        published_at=_published(row["published_at"]),
    )


def _published(written: str | None) -> datetime | None:
    """The instant of an ISO time or of a dateline as it was printed."""
    if not written:
        return None
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return parse_dateline(written).published_at
