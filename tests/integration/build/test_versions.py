"""Versions of an article are a pure function of the set of its captures."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from etl.lake.connection import open_lake
from etl.lake.lake import Lake
from etl.load.batch import load_facts
from etl.outlets.profiles import load_outlets
from etl.schema.derive.arrow import arrow_schema
from etl.schema.tables import dimensions, staged
from etl.schema.tables.facts import (
    ARTICLE_TEXT,
    FACT_ARTICLE,
    FACT_ENTITY_MENTION,
    FACT_SOURCE_CITATION,
)
from etl.schema.tables.ledgers import FACT_CAPTURE
from etl.settings import Settings

Facts = dict[str, list[dict[str, Any]]]  # by table

START = datetime(2026, 1, 1, tzinfo=UTC)

# article, content, hours after START, whether the time is known, bytes
Seen = tuple[str, str, int, bool, str]
Part = Sequence[tuple[int, Seen]]
_NUMBERS = count()
_PREFIXED = ("article_id", "capture_id", "source_id")

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


def _staged(
    history: Sequence[tuple[int, Seen]], batch_id: str, prefix: str = ""
) -> dict[str, pa.Table]:
    """Staged tables of these captures; rows describe their capture, so mixing up shows."""
    rows: dict[str, list[dict[str, object]]] = {table.name: [] for table in staged.STAGED}
    for number, (article_id, content, hours, is_known, page) in history:
        capture_id = f"{prefix}capture-{number:02d}"
        content_hash = _digest(f"{article_id} {content}")
        article_id = f"{prefix}{article_id}"
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
        rows["source_citation"].append(
            {
                **keys,
                "source_id": f"{prefix}source",
                "credit_form": "report",
                "evidence": content,
                "name_bn": f"বার্তা {number % 3}",
                "name_en": None,
                "source_kind": "other",
            }
        )
    return {
        table.name: pa.Table.from_pylist(
            [{k: v for k, v in row.items() if k in table.column_names} for row in rows[table.name]],
            schema=arrow_schema(table),
        )
        for table in staged.STAGED
    }


def _load(lake: Lake, parts: Sequence[Part], prefix: str) -> None:
    """Load the parts as batches; ids begin with the prefix, so that one lake holds many tries."""
    for number, part in enumerate(parts):
        tables = _staged(part, f"{prefix}batch-{number}", prefix)
        with lake.write(f"batch {number}"):
            load_facts(lake.connection, tables, (), load_outlets(Settings().outlets))


def _facts(lake: Lake, prefix: str) -> Facts:
    """Every row that begins with the prefix, without it, in key order."""
    tables = {
        FACT_ARTICLE: "article_id",
        ARTICLE_TEXT: "article_id",
        FACT_ENTITY_MENTION: "article_id",
        FACT_SOURCE_CITATION: "article_id",
        FACT_CAPTURE: "capture_id",
        dimensions.DIM_SOURCE: "source_id",
    }
    facts = {}
    for table, key in tables.items():
        columns = ", ".join(
            f"substr({name}, {len(prefix) + 1}) AS {name}" if name in _PREFIXED else name
            for name in table.column_names
            if name != "batch_id"
        )
        facts[table.name] = (
            lake.execute(
                f"SELECT {columns} FROM lake.{table.qualified_name} "
                f"WHERE starts_with({key}, ?) ORDER BY {', '.join(table.key)}",
                [prefix],
            )
            .to_arrow_table()
            .to_pylist()
        )
    return facts


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    with open_lake(Settings(home=tmp_path_factory.mktemp("lake"))) as lake:
        yield lake


@pytest.fixture(scope="module")
def in_order(lake: Lake) -> Facts:
    _load(lake, [list(enumerate(HISTORY))], "in-order:")
    return _facts(lake, "in-order:")


def test_versions_follow_the_times_of_the_captures(
    in_order: Facts,
) -> None:
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


def test_each_capture_has_its_outcome(in_order: Facts) -> None:
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


@given(
    captures=st.permutations(list(enumerate(HISTORY))),
    cuts=st.lists(st.booleans(), min_size=len(HISTORY) - 1, max_size=len(HISTORY) - 1),
)
@settings_of_hypothesis(max_examples=8, deadline=None, derandomize=True)
def test_any_order_and_any_split_give_the_same_facts(
    lake: Lake,
    in_order: Facts,
    captures: list[tuple[int, Seen]],
    cuts: list[bool],
) -> None:
    parts: list[list[tuple[int, Seen]]] = [[captures[0]]]
    for capture, is_cut in zip(captures[1:], cuts, strict=True):
        if is_cut:
            parts.append([capture])
        else:
            parts[-1].append(capture)
    prefix = f"{next(_NUMBERS):04d}:"
    _load(lake, parts, prefix)
    assert _facts(lake, prefix) == in_order


def test_the_same_content_again_moves_only_the_time_it_was_last_seen(
    lake: Lake,
) -> None:
    history = list(enumerate(HISTORY))
    _load(lake, [history[:1]], "again:")
    before = _facts(lake, "again:")
    _load(lake, [history[1:2]], "again:")
    after = _facts(lake, "again:")
    (article,) = after["fact_article"]
    assert article == {**before["fact_article"][0], "last_seen_at": START + timedelta(hours=1)}
    for name in ("article_text", "fact_entity_mention", "fact_source_citation"):
        assert after[name] == before[name]
    assert [row["outcome"] for row in after["fact_capture"]] == ["loaded", "unchanged"]


def test_a_load_leaves_no_relation_of_its_own(lake: Lake) -> None:
    _load(lake, [list(enumerate(HISTORY))], "tidy:")
    assert (
        lake.execute(
            "SELECT table_name FROM duckdb_tables() WHERE temporary "
            "UNION ALL SELECT view_name FROM duckdb_views() WHERE temporary AND NOT internal"
        ).fetchall()
        == []
    )
