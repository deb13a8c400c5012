"""Versions of an article are a pure function of the set of its captures."""

import hashlib
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from etl.load.facts import load_rows
from etl.load.lake import open_lake, transaction, writer_lock
from etl.schema import core, staged
from etl.schema.arrow import arrow_schema
from etl.settings import Settings

START = datetime(2026, 1, 1, tzinfo=UTC)

# article, content, hours after START, whether the time is known, bytes
Seen = tuple[str, str, int, bool, str]

HISTORY: tuple[Seen, ...] = (
    ("kalbela:1", "A", 0, True, "a0"),
    ("kalbela:1", "A", 1, True, "a1"),
    ("kalbela:1", "B", 5, True, "b5"),
    ("kalbela:1", "B", 6, True, "b5"),  # same bytes, fetched later: unchanged
    ("kalbela:1", "A", 9, True, "a9"),  # the old text comes back: a version of its own
    ("kalbela:2", "C", 2, True, "c2"),
    ("kalbela:2", "C", 2, True, "c2"),  # the same bytes at the same time: a copy
    ("kalbela:3", "D", 3, False, "d3"),
    ("kalbela:3", "D", 4, False, "d3"),  # the same bytes, no time known: a copy
    ("kalbela:3", "E", 8, True, "e8"),
)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _staged(history: Sequence[tuple[int, Seen]], batch_id: str) -> dict[str, pa.Table]:
    """Staged tables of these captures; rows describe their capture, so mixing up shows."""
    rows: dict[str, list[dict[str, object]]] = {table.name: [] for table in staged.STAGED}
    for number, (article_id, content, hours, is_known, page) in history:
        capture_id = f"capture-{number:02d}"
        content_hash = _digest(f"{article_id} {content}")
        keys = {
            "capture_id": capture_id,
            "article_id": article_id,
            "content_hash": content_hash,
            "outlet_id": "kalbela",
            "published_at": START,
            "captured_at": START + timedelta(hours=hours),
            "captured_at_source": "http" if is_known else "file_time",
        }
        rows["capture"].append(
            {
                **keys,
                "batch_id": batch_id,
                "run_id": "run",
                "source": f"{number:02d}.html",
                "url": None,
                "content_sha256": _digest(page),
                "outcome": "loaded",
                "reason": None,
                "extractor_version": "1",
            }
        )
        rows["article"].append(
            dict.fromkeys(arrow_schema(staged.ARTICLE).names)
            | {
                **keys,
                "identity_source": "native_id",
                "title": content,
                "published_at_source": "json_ld",
                "word_count": 2,
                "character_count": 9,
                "paragraph_count": 1,
                "image_url": f"https://x.example/{number}.jpg",
                "keywords": [],
                "warnings": [],
                "extractor_version": "1",
                "body": content,
                "paragraphs": [content],
                "captions": [],
            }
        )
        rows["entity_mention"].append(
            {
                **keys,
                "entity_id": "country:BD",
                "mention_count": number + 1,
                "first_position": 0,
                "is_in_title": True,
                "evidence": content,
                "entity_kind": "country",
                "name_bn": "বাংলাদেশ",
                "name_en": "Bangladesh",
                "iso_code": "BD",
            }
        )
    return {
        table.name: pa.Table.from_pylist(
            [{k: v for k, v in row.items() if k in table.column_names} for row in rows[table.name]],
            schema=arrow_schema(table),
        )
        for table in staged.STAGED
    }


def _facts(home: Path, parts: Sequence[Sequence[tuple[int, Seen]]]) -> dict[str, list[object]]:
    """Load the parts as batches into a new lake; every row of the facts, in key order."""
    with open_lake(Settings(home=home)) as connection:
        for number, part in enumerate(parts):
            with writer_lock(Settings(home=home)), transaction(connection, f"batch {number}"):
                load_rows(connection, _staged(part, f"batch-{number}"), {})
        tables = (
            core.FACT_ARTICLE,
            core.ARTICLE_TEXT,
            core.FACT_ENTITY_MENTION,
            core.FACT_CAPTURE,
        )
        return {
            table.name: connection.execute(
                f"SELECT {', '.join(c for c in table.column_names if c != 'batch_id')} "
                f"FROM lake.{table.qualified_name} ORDER BY {', '.join(table.key)}"
            )
            .to_arrow_table()
            .to_pylist()
            for table in tables
        }


@pytest.fixture(scope="module")
def in_order(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[object]]:
    return _facts(tmp_path_factory.mktemp("in_order"), [list(enumerate(HISTORY))])


def test_versions_follow_the_times_of_the_captures(in_order: dict[str, list[object]]) -> None:
    versions = [
        (
            r["article_id"],
            r["version_no"],
            r["title"],
            (r["valid_from"] - START) // timedelta(hours=1),
        )
        for r in in_order["fact_article"]
    ]
    assert versions == [
        ("kalbela:1", 1, "A", 0),
        ("kalbela:1", 2, "B", 5),
        ("kalbela:1", 3, "A", 9),
        ("kalbela:2", 1, "C", 2),
        ("kalbela:3", 1, "D", 3),
        ("kalbela:3", 2, "E", 8),
    ]
    first, second, third = in_order["fact_article"][:3]
    assert first["valid_to"] == second["valid_from"]
    assert third["valid_to"] is None
    assert third["is_current"]
    assert not first["is_current"]
    assert first["last_seen_at"] == START + timedelta(hours=1)
    # A content that came back is described by its earliest capture.
    assert third["image_url"] == first["image_url"]
    assert [row["mention_count"] for row in in_order["fact_entity_mention"][:2]] in ([1, 3], [3, 1])


def test_each_capture_has_its_outcome(in_order: dict[str, list[object]]) -> None:
    assert [row["outcome"] for row in in_order["fact_capture"]] == [
        "loaded",
        "unchanged",
        "loaded",
        "unchanged",
        "loaded",
        "loaded",
        "duplicate",
        "loaded",
        "duplicate",
        "loaded",
    ]


@pytest.mark.parametrize("seed", range(6))
def test_any_order_and_any_split_give_the_same_facts(
    in_order: dict[str, list[object]], tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    captures = list(enumerate(HISTORY))
    chance.shuffle(captures)
    cuts = sorted(chance.sample(range(1, len(captures)), k=chance.randint(1, 6)))
    parts = [captures[a:b] for a, b in zip([0, *cuts], [*cuts, len(captures)], strict=True)]
    assert _facts(tmp_path, parts) == in_order
