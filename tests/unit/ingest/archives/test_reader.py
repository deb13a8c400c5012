"""WARC and WET archives to captures: whatever is in them is a capture or is counted.

The archives are written by warcio, or by hand where they have to be wrong.
"""

import base64
import gzip
import hashlib
import zlib
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pyarrow as pa
import pytest

from etl.errors import UsageError
from etl.ingest.archives.filter import ALL_PAGES, PageFilter
from etl.ingest.archives.reader import ArchiveCounts, ArchiveReader
from etl.ingest.capture import NewCapture
from etl.schema.problems import Problem
from etl.schema.vocabulary import CaptureTimeSource, ProblemCode
from tests.factories.archives import HTML, PAGE, ArchiveFile

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> ArchiveFile:
    return ArchiveFile(tmp_path / "a.warc.gz")


def read(
    path: Path, only: PageFilter = ALL_PAGES, max_bytes: int = 100_000
) -> tuple[list[NewCapture], ArchiveCounts]:
    counts = ArchiveCounts()
    archive = ArchiveReader(path, path.name, NOW, max_bytes, counts, only)
    return list(archive.captures()), counts


def by_hand(block: bytes, *fields: str, kind: str = "response", size: int | None = None) -> bytes:
    """One record, exactly as given."""
    head = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: <urn:uuid:{hashlib.md5(block).hexdigest()}>",
        "WARC-Date: 2026-01-01T00:00:00Z",
        "WARC-Target-URI: https://x.example/by-hand",
        "Content-Type: application/http; msgtype=response",
        *fields,
        f"Content-Length: {len(block) if size is None else size}",
    ]
    return "\r\n".join([*head, "", ""]).encode() + block + b"\r\n\r\n"


def answer(body: bytes, *headers: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Type: {HTML}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def chunked(body: bytes) -> bytes:
    return b"7\r\n" + body[:7] + b"\r\n%x\r\n" % (len(body) - 7) + body[7:] + b"\r\n0\r\n\r\n"


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


def test_pages_of_each_kind_are_captures_and_the_rest_is_counted(archive: ArchiveFile) -> None:
    archive.add("https://x.example/answer")
    archive.add("https://x.example/text", "লেখা".encode(), kind="conversion", media="text/plain")
    archive.add("https://x.example/saved", kind="resource", media="text/html")
    archive.add("https://x.example/gone", status="404 Not Found")
    archive.add("https://x.example/a.png", b"\x89PNG", media="image/png")
    archive.add("https://x.example/b.webp", b"RIFF", media="image/webp")
    archive.add("https://x.example/moved", b"", status="301 Moved", headers=(("Location", "/"),))
    archive.add("https://x.example/asked", b"GET /", kind="request")
    archive.add("dns:x.example", b"1.2.3.4", kind="resource", media="text/dns")
    found, counts = read(archive.done())
    assert [(item.url, item.http_status, item.content_type, item.read_error) for item in found] == [
        ("https://x.example/answer", 200, HTML, None),
        ("https://x.example/text", None, "text/plain", None),
        ("https://x.example/saved", None, "text/html", None),
        ("https://x.example/gone", 404, HTML, Problem(ProblemCode.HTTP_STATUS, "404")),
    ]
    assert [item.content for item in found] == [PAGE, "লেখা".encode(), PAGE, PAGE]
    assert {item.captured_at for item in found} == {datetime(2026, 1, 1, tzinfo=UTC)}
    assert {item.captured_at_source for item in found} == {CaptureTimeSource.WARC}
    assert counts.skipped == {"image": 2, "redirect": 1, "request": 1, "text/dns": 1}
    assert not counts.anomalies


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(PAGE), ["Content-Encoding: gzip"]),
        (gzip.compress(PAGE), ["content-encoding: X-GZIP"]),
        (zlib.compress(PAGE), ["Content-Encoding: deflate"]),
        (raw_deflate(PAGE), ["Content-Encoding: deflate"]),
        (brotli.compress(PAGE), ["Content-Encoding: br"]),
        (pa.compress(PAGE, "zstd", asbytes=True), ["Content-Encoding: zstd"]),
        (brotli.compress(gzip.compress(PAGE)), ["Content-Encoding: gzip, br"]),
        (chunked(PAGE), ["Transfer-Encoding: chunked"]),
        (chunked(gzip.compress(PAGE)), ["Transfer-Encoding: chunked", "Content-Encoding: gzip"]),
        # Crawlers that undo both and keep the headers:
        (PAGE, ["Transfer-Encoding: chunked", "Content-Encoding: br"]),
        (PAGE, ["Content-Encoding: x-unknown"]),
    ],
    ids=[
        "gzip",
        "x-gzip",
        "zlib",
        "deflate",
        "br",
        "zstd",
        "two",
        "chunks",
        "chunks and gzip",
        "neither",
        "unknown",
    ],
)
def test_bodies_are_unwrapped(tmp_path: Path, body: bytes, headers: list[str]) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(by_hand(answer(body, *headers)))
    ((capture,), _) = read(path)
    assert (capture.content, capture.read_error) == (PAGE, None)


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        (answer(gzip.compress(PAGE)[:-20], "Content-Encoding: gzip"), "broken_compression: gzip: "),
        (answer(brotli.compress(PAGE)[:-9], "Content-Encoding: br"), "broken_compression: br: "),
        (answer(b"\x01\x02", "Content-Encoding: x-unknown"), "unknown_compression: "),
        (answer(chunked(b"no markup here")[:-9], "Transfer-Encoding: chunked"), "broken_chunks: "),
        (b"no HTTP at all", "broken_http: "),
        (
            answer(gzip.compress(bytes(10_000_000)), "Content-Encoding: gzip"),
            "too_large: over 1000",
        ),
        (answer(b"<p>" + bytes(2_000_000)), "too_large: 2000"),
    ],
    ids=["gzip", "br", "unknown", "chunks", "no http", "bomb", "large"],
)
def test_a_body_that_cannot_be_read_is_a_capture_that_says_so(
    tmp_path: Path, block: bytes, problem: str
) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip.compress(by_hand(block)) + gzip.compress(by_hand(answer(PAGE))))
    ((broken, good), _) = read(path)
    assert str(broken.read_error).startswith(problem)
    assert broken.url == "https://x.example/by-hand"
    assert good.read_error is None


def sha1(content: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(content).digest()).decode()


def test_digests_are_checked(tmp_path: Path) -> None:
    block, other = answer(PAGE), "sha1:" + 32 * "A"
    wrapped = answer(chunked(PAGE), "Transfer-Encoding: chunked")
    records = {
        "right": by_hand(
            block, f"WARC-Block-Digest: {sha1(block)}", f"WARC-Payload-Digest: {sha1(PAGE)}"
        ),
        "right in hexadecimal": by_hand(
            block, f"WARC-Block-Digest: sha256:{hashlib.sha256(block).hexdigest()}"
        ),
        "of the payload without its chunks": by_hand(wrapped, f"WARC-Payload-Digest: {sha1(PAGE)}"),
        "wrong block": by_hand(block, f"WARC-Block-Digest: {other}"),
        "wrong payload": by_hand(block, f"WARC-Payload-Digest: {other}"),
        "another idea of the payload": by_hand(
            block, f"WARC-Block-Digest: {sha1(block)}", f"WARC-Payload-Digest: {other}"
        ),
        "unknown": by_hand(block, "WARC-Payload-Digest: crc32:00000000"),
    }
    path = tmp_path / "a.warc"
    path.write_bytes(b"".join(records.values()))
    found, counts = read(path)
    problems = dict(zip(records, [item.read_error for item in found], strict=True))
    assert {name: str(problem) for name, problem in problems.items() if problem} == {
        "wrong block": f"wrong_digest: the bytes are not those of {other}",
        "wrong payload": f"wrong_digest: the page is not that of {other}",
    }
    assert {item.content for item in found} == {PAGE}, "the bytes are kept all the same"
    assert counts.anomalies == {
        "payload digests that differ, block digest right": 1,
        "digests that can't be checked": 1,
    }


@pytest.mark.parametrize("is_compressed", [True, False])
def test_a_broken_record_costs_itself_alone(tmp_path: Path, is_compressed: bool) -> None:
    archive = ArchiveFile(tmp_path / "a.warc", is_compressed=is_compressed)
    for number in range(5):
        archive.add(f"https://x.example/{number}")
    second, fourth = archive.offsets[1], archive.offsets[3]
    behind = 200 if is_compressed else 0

    def spoil(data: bytearray) -> None:
        for place in (second, fourth):
            data[place + behind : place + behind + 30] = bytes(30)

    found, _ = read(archive.done(spoil))
    assert [item.url for item in found if not item.read_error] == [
        f"https://x.example/{number}" for number in (0, 2, 4)
    ]
    broken = [item for item in found if item.read_error]
    # Where nothing is left of a record's start, the place is told by the record before it.
    places = (second, fourth) if is_compressed else (archive.offsets[0], archive.offsets[2])
    assert [item.source for item in broken] == [f"a.warc#offset-{place}" for place in places]
    for item in broken:
        assert str(item.read_error).startswith("broken_record: at byte ")


@pytest.mark.parametrize("is_compressed", [True, False])
def test_bytes_between_records_are_told(tmp_path: Path, is_compressed: bool) -> None:
    archive = ArchiveFile(tmp_path / "a.warc", is_compressed=is_compressed).add().add()

    def insert(data: bytearray) -> None:
        data[archive.offsets[1] : archive.offsets[1]] = b"\nnoise " * 300_000

    found, _ = read(archive.done(insert))
    assert [str(item.read_error or "good")[:13] for item in found] == [
        "good",
        "broken_record",
        "good",
    ]


def test_a_wrong_checksum_of_the_compression_is_told(archive: ArchiveFile) -> None:
    for number in range(3):
        archive.add(f"https://x.example/{number}")
    end = archive.offsets[2]

    def spoil(data: bytearray) -> None:
        data[end - 6] ^= 1

    found, _ = read(archive.done(spoil))
    assert [item.url for item in found if not item.read_error] == [
        "https://x.example/0",
        "https://x.example/2",
    ]
    assert [item.source for item in found if item.read_error] == [
        f"a.warc.gz#offset-{archive.offsets[1]}"
    ]


@pytest.mark.parametrize("wrong", [-100, 100])
def test_a_wrong_length_is_told_and_the_rest_is_read(tmp_path: Path, wrong: int) -> None:
    block = answer(PAGE)
    digest = f"WARC-Block-Digest: {sha1(block)}"
    path = tmp_path / "a.warc"
    path.write_bytes(
        by_hand(block, digest, size=len(block) + wrong)
        + by_hand(answer(PAGE + b"2"))
        + by_hand(answer(PAGE + b"3"))
    )
    found, _ = read(path)
    assert str(found[0].read_error).startswith("wrong_digest: ")
    assert found[-1].content == PAGE + b"3"
    assert (PAGE + b"2" in [item.content for item in found]) or any(
        str(item.read_error).startswith("broken_record") for item in found
    )


@pytest.mark.parametrize("is_compressed", [True, False])
@pytest.mark.parametrize("kind", ["response", "metadata"])
def test_a_cut_archive_keeps_what_came_before(
    tmp_path: Path, is_compressed: bool, kind: str
) -> None:
    archive = ArchiveFile(tmp_path / "a.warc", is_compressed=is_compressed)
    archive.add("https://x.example/whole").add("https://x.example/cut", kind=kind)

    def cut(data: bytearray) -> None:
        del data[-40 if is_compressed else -1000 :]

    found, _ = read(archive.done(cut))
    assert [item.url for item in found if not item.read_error] == ["https://x.example/whole"]
    assert len(found) == 2
    assert str(found[1].read_error).startswith(("truncated_record: ", "broken_record: "))


def test_what_the_crawler_cut_is_told(archive: ArchiveFile) -> None:
    ((capture,), _) = read(archive.add(fields={"WARC-Truncated": "length"}).done())
    assert str(capture.read_error) == "truncated: the archive says it was cut by length"
    assert capture.content == PAGE


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "no_records: "),
        (gzip.compress(b"", mtime=0), "no_records: "),
        (b"<html>no archive", "broken_archive: no record at byte 0: "),
        (gzip.compress(b"<html>no archive"), "broken_archive: no record at byte 0: "),
    ],
    ids=["empty", "empty gzip", "page", "gzipped page"],
)
def test_what_is_no_archive_says_so(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(content)
    ((capture,), _) = read(path)
    assert str(capture.read_error).startswith(problem)
    assert capture.source == "a.warc.gz"


def test_an_archive_compressed_as_one_is_read(tmp_path: Path) -> None:
    archive = ArchiveFile(tmp_path / "a.warc.gz", is_compressed=False)
    archive.add("https://x.example/1").add("https://x.example/2")
    path = archive.done()
    path.write_bytes(gzip.compress(path.read_bytes()))
    found, _ = read(path)
    assert [item.url for item in found] == ["https://x.example/1", "https://x.example/2"]


def test_only_wanted_hosts(archive: ArchiveFile) -> None:
    for host in ("www.kalbela.com", "kalbela.com:443", "notkalbela.com", "x.example"):
        archive.add(f"https://{host}/1")
    path = archive.done()
    found, counts = read(path, PageFilter.parse(("Kalbela.com",), ()))
    assert [item.url for item in found] == [
        "https://www.kalbela.com/1",
        "https://kalbela.com:443/1",
    ]
    assert counts.skipped == {"other host": 2}
    found, _ = read(path, PageFilter.parse(("https://x.example/news",), ()))
    assert [item.url for item in found] == ["https://x.example/1"]


def test_only_wanted_languages(archive: ArchiveFile) -> None:
    english = b"<html lang=bn><script>var x = 1</script><p>The government of the day said so.</p>"
    field = "WARC-Identified-Content-Language"
    archive.add("https://x.example/bn")
    archive.add("https://x.example/en", english)
    archive.add("https://x.example/said-bn", english, fields={field: "ben,eng"})
    archive.add("https://x.example/said-en", fields={field: "eng,ben"})
    archive.add("https://x.example/gone", english, status="500 Broken")
    path = archive.done()
    for asked in ("bn", "ben"):
        found, counts = read(path, PageFilter.parse((), (asked,)))
        assert [item.url for item in found] == [
            "https://x.example/bn",
            "https://x.example/said-bn",
            "https://x.example/gone",
        ]
        assert counts.skipped == {"other language": 2}


@pytest.mark.parametrize(
    ("hosts", "languages", "named"),
    [(("",), (), "--host"), ((), ("bangla",), "'bangla'"), ((), ("xx",), "'xx'")],
)
def test_a_wrong_wish_is_named(
    hosts: tuple[str, ...], languages: tuple[str, ...], named: str
) -> None:
    with pytest.raises(UsageError, match=named):
        PageFilter.parse(hosts, languages)
