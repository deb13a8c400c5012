"""Files and archives to captures: nothing is lost, nothing stops the others."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from etl.ingest.batches import batches
from etl.ingest.capture import NewCapture
from etl.ingest.files.reader import FileReader
from etl.schema.vocabulary import CaptureTimeSource

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _walk(*paths: Path, max_bytes: int = 1_000) -> FileReader:
    return FileReader(paths, NOW, max_bytes)


def _captures(*paths: Path, max_bytes: int = 1_000) -> dict[str, NewCapture]:
    return {item.source: item for item in _walk(*paths, max_bytes=max_bytes).captures()}


def test_a_folder_is_walked_and_other_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "a.html").write_bytes(b"<p>a")
    (tmp_path / "below" / "B.TXT.gz").write_bytes(gzip.compress(b"b"))
    (tmp_path / "notes.md").write_bytes(b"x")
    (tmp_path / "a.html.meta.json").write_text("{}")
    walk = _walk(tmp_path)
    found = list(walk.captures())
    assert [item.source for item in found] == ["a.html", "below/B.TXT.gz"]
    assert [item.content_type for item in found] == ["text/html", "text/plain"]
    assert [item.content_encoding for item in found] == [None, "gzip"]
    assert walk.skipped == ["notes.md"]


def test_a_sidecar_tells_url_time_and_outlet(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(b"<p>a")
    sidecar = {
        "url": "https://www.kalbela.com/world/1",
        "fetched_at": "2026-01-02T03:04:05+06:00",
        "outlet_id": "kalbela",
    }
    (tmp_path / "a.html.meta.json").write_text(json.dumps(sidecar))
    capture = _captures(tmp_path)["a.html"]
    assert capture.url == sidecar["url"]
    assert capture.outlet_id == "kalbela"
    assert capture.captured_at == datetime(2026, 1, 1, 21, 4, 5, tzinfo=UTC)
    assert capture.captured_at_source is CaptureTimeSource.SIDECAR


@pytest.mark.parametrize(
    ("sidecar", "problem"),
    [
        ("{not json", "bad_sidecar: "),
        ("[]", "bad_sidecar: not a JSON object"),
        ('{"fetched_at": "yesterday"}', "bad_sidecar: fetched_at 'yesterday' is no ISO 8601 time"),
        ('{"fetched_at": "2026-01-01T00:00:00"}', "has no time zone"),
        ('{"url": 7}', "bad_sidecar: url is 7, not a text"),
    ],
)
def test_a_wrong_sidecar_is_a_capture_that_says_so(
    tmp_path: Path, sidecar: str, problem: str
) -> None:
    (tmp_path / "a.html").write_bytes(b"<p>a")
    (tmp_path / "a.html.meta.json").write_text(sidecar)
    capture = _captures(tmp_path)["a.html"]
    assert problem in str(capture.read_error)
    assert capture.content == b"<p>a"


def test_what_cannot_be_read_is_a_capture_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "big.html").write_bytes(b"x" * 11)
    (tmp_path / "locked.html").mkdir()
    missing = tmp_path / "nothing"
    found = _captures(tmp_path / "big.html", tmp_path / "locked.html", missing, max_bytes=10)
    assert str(found["big.html"].read_error) == "too_large: 11 bytes, at most 10"
    assert str(found["nothing"].read_error) == "missing: no file nothing"
    assert found["nothing"].captured_at == NOW


def test_a_files_time_is_no_part_of_its_identity(tmp_path: Path) -> None:
    import os

    page = tmp_path / "a.html"
    page.write_bytes(b"<p>a")
    first = _captures(tmp_path)["a.html"]
    os.utime(page, (1_000_000_000, 1_000_000_000))
    second = _captures(tmp_path)["a.html"]
    assert second.captured_at != first.captured_at
    assert second.capture_id == first.capture_id
    page.write_bytes(b"<p>b")
    assert _captures(tmp_path)["a.html"].capture_id != first.capture_id


def test_batches_are_bounded_and_hold_a_capture_once() -> None:
    captures = [
        NewCapture(f"{number}.html", b"x", NOW, CaptureTimeSource.FILE_TIME)
        for number in (1, 1, 2, 3, 4)
    ]
    assert [[item.source for item in batch] for batch in batches(captures, 2)] == [
        ["1.html", "2.html"],
        ["3.html", "4.html"],
    ]
    kept = list(batches(captures, 2))
    assert kept == [[], []]  # emptied, so that one is in memory at a time
