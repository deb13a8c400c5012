"""Archives as other programs write them: odd headers, interim responses, records of their own."""

import gzip
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from etl.errors import UsageError
from etl.ingest.archives.filter import PageFilter
from etl.ingest.archives.reader import ArchiveCounts, ArchiveReader
from etl.ingest.capture import NewCapture

PAGE = "<html><body>খবর</body></html>".encode() * 20
RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE
SEEN = datetime(2026, 5, 1, tzinfo=UTC)


def record(block: bytes = RESPONSE, **changes: str) -> bytes:
    fields = {
        "WARC-Type": "response",
        "WARC-Record-ID": "<urn:uuid:00000000-0000-4000-8000-000000000001>",
        "WARC-Target-URI": "https://x.example/1",
        "WARC-Date": "2026-04-10T10:00:00Z",
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block)),
        **{name.replace("_", "-"): value for name, value in changes.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return b"WARC/1.0\r\n" + head.encode() + b"\r\n" + block + b"\r\n\r\n"


def with_names(data: bytes, change: str) -> bytes:
    """The record with the names of its fields in another case."""
    head, rest = data.split(b"\r\n\r\n", 1)
    lines = [line.split(b":", 1) for line in head.split(b"\r\n")[1:]]
    names = [getattr(name.decode(), change)().encode() + b":" + text for name, text in lines]
    return b"\r\n".join([b"WARC/1.0", *names]) + b"\r\n\r\n" + rest


def read(
    path: Path, content: bytes, wanted: PageFilter | None = None
) -> tuple[list[NewCapture], Counter[str]]:
    path.write_bytes(content)
    counts = ArchiveCounts()
    reader = ArchiveReader(path, path.name, SEEN, 10**6, counts, wanted or PageFilter())
    return list(reader.captures()), counts.skipped


TWO = record() + record(WARC_Target_URI="https://x.example/2")
UNUSUAL = {
    "lower case": with_names(record(), "lower") + with_names(record(), "lower"),
    "upper case": with_names(record(), "upper") * 2,
    "version in lower case": TWO.replace(b"WARC/1.0", b"warc/1.0"),
    "lines without returns": b"".join(
        one.split(b"\r\n\r\n", 1)[0].replace(b"\r\n", b"\n") + b"\n\n" + RESPONSE + b"\n\n"
        for one in (record(), record())
    ),
    "http in lower case": TWO.replace(b"Content-Type: text/html", b"content-type: text/html"),
    "usual": TWO,
}


@pytest.mark.parametrize("name", UNUSUAL)
@pytest.mark.parametrize("is_compressed", [False, True])
def test_headers_in_other_shapes(tmp_path: Path, name: str, is_compressed: bool) -> None:
    content = gzip.compress(UNUSUAL[name]) if is_compressed else UNUSUAL[name]
    captures, _ = read(tmp_path / "a.warc", content)
    assert [capture.read_error for capture in captures] == [None, None]
    assert [capture.content for capture in captures] == [PAGE, PAGE]
    assert captures[0].captured_at == datetime(2026, 4, 10, 10, tzinfo=UTC)


def test_damage_in_an_archive_with_unusual_headers_is_seen(tmp_path: Path) -> None:
    whole = with_names(record(), "lower") * 2
    captures, _ = read(tmp_path / "a.warc", whole[:-200])
    assert captures[0].read_error is None
    assert captures[-1].read_error is not None
    (broken,), _ = read(tmp_path / "a.warc.gz", gzip.compress(whole * 2000)[:-3000])
    assert str(broken.read_error).startswith("broken_archive")


@pytest.mark.parametrize("interim", ["100 Continue", "103 Early Hints", "102 Processing"])
def test_interim_responses_come_before_the_page(tmp_path: Path, interim: str) -> None:
    block = f"HTTP/1.1 {interim}\r\nLink: </a.css>\r\n\r\n".encode() * 2 + RESPONSE
    (capture,), _ = read(tmp_path / "a.warc", record(block))
    assert (capture.http_status, capture.content) == (200, PAGE)


@pytest.mark.parametrize(
    ("address", "kind", "reason"),
    [
        ("metadata://gnu.org/software/wget/warc/wget.log", "resource", "metadata: record"),
        (
            "metadata://gnu.org/software/wget/warc/wget_arguments.txt",
            "resource",
            "metadata: record",
        ),
        ("metadata://gnu.org/software/wget/warc/MANIFEST.txt", "metadata", "metadata"),
        ("dns:x.example", "resource", "dns: record"),
        ("urn:text:https://x.example/1", "resource", "urn: record"),
    ],
)
def test_records_of_the_crawler_are_no_pages(
    tmp_path: Path, address: str, kind: str, reason: str
) -> None:
    own = record(b"a log", WARC_Type=kind, WARC_Target_URI=address, Content_Type="text/plain")
    captures, skipped = read(tmp_path / "a.warc", own + record())
    assert [capture.url for capture in captures] == ["https://x.example/1"]
    assert skipped == {reason: 1}


def test_a_range_of_days(tmp_path: Path) -> None:
    days = b"".join(
        record(WARC_Target_URI=f"https://x.example/{day}", WARC_Date=f"2026-04-{day}T20:00:00Z")
        for day in (9, 10, 11)
    ).replace(b"2026-04-9T", b"2026-04-09T")
    since, until = datetime(2026, 4, 10, tzinfo=UTC), datetime(2026, 4, 10, 23, 59, tzinfo=UTC)
    for wanted, urls in (
        (PageFilter(since=since), ["10", "11"]),
        (PageFilter(until=until), ["9", "10"]),
        (PageFilter.parse(["x.example"], [], since, until), ["10"]),
    ):
        captures, skipped = read(tmp_path / "a.warc", days, wanted)
        assert [str(capture.url).rpartition("/")[2] for capture in captures] == urls
        assert skipped == {"other day": 3 - len(urls)}
    undated = record(WARC_Date="soon")
    assert read(tmp_path / "a.warc", undated, PageFilter(since=since))[1] == {"other day": 1}
    with pytest.raises(UsageError):
        PageFilter.parse([""], [])
