"""Rows of a batch become Arrow as they come: all of them, in order, once."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from etl.outlets.profiles import load_outlets
from etl.schema.problems import Problem
from etl.schema.records import Article, Capture, DeclaredLink, Page
from etl.schema.vocabulary import CaptureTimeSource, PageKind, ProblemCode, TimeSource
from etl.settings import Settings
from etl.transform.rows import CaptureRow, Staging, with_failed

AT = datetime(2026, 3, 1, 6, tzinfo=UTC)


def test_every_capture_has_one_row_in_the_order_in_which_it_came() -> None:
    staging = Staging(load_outlets(Settings().outlets), "batch-1", "run", "1")
    names = [f"{number}.html" for number in range(450)]
    for name in names:
        capture = Capture(name, name, None, None, AT, CaptureTimeSource.HTTP, b"")
        staging.add(CaptureRow(capture, "0" * 64), Problem(ProblemCode.EMPTY, ""))
    tables = staging.tables()
    assert tables["capture"]["capture_id"].to_pylist() == names
    assert tables["article"].num_rows == 0


def _capture(name: str, **values: Any) -> CaptureRow:
    capture = Capture(name, name, None, None, AT, CaptureTimeSource.HTTP, b"")
    return CaptureRow(replace(capture, **values), "0" * 64)


def _article(**values: Any) -> Article:
    page = Page(kind=PageKind.ARTICLE, title="A title", paragraphs=("A text.",))
    return Article(replace(page, **values))


def _staging() -> Staging:
    return Staging(load_outlets(Settings().outlets), "batch-1", "run", "1")


@pytest.mark.parametrize(
    "hostile",
    [
        {"title": "half a letter \ud83d"},  # refused by Arrow, not before
        {"paragraphs": ("half a letter \ud83d",)},
        {"keywords": (object(),)},
        {"sidebar": (None,)},
    ],
)
def test_a_capture_whose_rows_cannot_be_made_fails_alone(hostile: dict[str, Any]) -> None:
    staging = _staging()
    staging.add(_capture("a"), _article())
    staging.add(_capture("b"), _article(**hostile))
    listing = Page(
        kind=PageKind.LISTING,
        links=(DeclaredLink(1, "https://x.example/1", "half \ud83d"),),
    )
    staging.add(_capture("c"), listing)
    staging.add(_capture("d"), _article(title="Another"))
    tables = staging.tables()
    capture = tables["capture"]
    assert capture["outcome"].to_pylist() == ["loaded", "failed", "failed", "loaded"]
    reasons = capture["reason"].to_pylist()
    assert all(reasons[n].startswith("internal_error: ") for n in (1, 2))
    assert tables["article"]["capture_id"].to_pylist() == ["a", "d"]
    assert tables["declared"].num_rows == 0


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-04:00", "0001-01-01T00:00:00+14:00"])
def test_a_time_that_is_no_instant_is_left_out_with_a_warning(text: str) -> None:
    at = datetime.fromisoformat(text)
    staging = _staging()
    staging.add(
        _capture("a", declared_published_at=at, declared_time_source=TimeSource.FEED),
        _article(published_at=at, published_at_source=TimeSource.JSON_LD, updated_at=at),
    )
    (row,) = staging.tables()["article"].to_pylist()
    assert (row["published_at"], row["published_date"], row["updated_at"]) == (None, None, None)
    assert row["published_at_source"] == "none"
    assert row["warnings"] == ["published_at_unusable", "updated_at_unusable"]


def test_captures_that_fail_later_keep_their_row_alone() -> None:
    staging = _staging()
    for name in ("a", "b"):
        staging.add(_capture(name), _article(title=name))
    tables = with_failed(staging.tables(), {"a": Problem(ProblemCode.INTERNAL_ERROR, "X")})
    assert tables["article"]["capture_id"].to_pylist() == ["b"]
    first, second = tables["capture"].to_pylist()
    assert (first["outcome"], first["reason"]) == ("failed", "internal_error: X")
    assert (first["article_id"], first["content_hash"]) == (None, None)
    assert second["outcome"] == "loaded"
