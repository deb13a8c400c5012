"""Captures written to a WARC archive and restored from it: nothing is lost, nothing changes."""

import gzip
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from etl.cli.app import main
from etl.errors import LakeError, UsageError
from etl.ingest.capture import NewCapture
from etl.schema.problems import Problem
from etl.schema.vocabulary import CaptureTimeSource, ProblemCode
from etl.settings import PROJECT, Settings
from etl.workflows import export
from etl.workflows.build import chain
from etl.workflows.collect.captures import store_captures
from etl.workflows.collect.files import ingest_files
from etl.workflows.run_ids import new_run_id
from tests.lake_rows import facts_of, rows_of

PAGES = sorted((PROJECT / "seeds" / "pages" / "kalbela").glob("*.html"))[:4]
# All that a capture is; the batch and the run are those of the command that stored it.
CAPTURES = "SELECT * EXCLUDE (batch_id, run_id) FROM lake.raw.page_capture ORDER BY capture_id"

PAGE = b"<html><p>page</p></html>"
MORNING = datetime(2026, 1, 1, 23, 30, 0, 123456, tzinfo=UTC)  # 05:30 of the next day in Dhaka
ODD = (
    NewCapture(
        "https://x.example/খবর?a=1 b",
        PAGE,
        MORNING,
        CaptureTimeSource.HTTP,
        url="https://x.example/খবর?a=1 b",
        outlet_id="kalbela",
        http_status=200,
        http_headers='{"Content-Type": "text/html", "Content-Encoding": "br", "X-Odd": "ক\\r\\nখ"}',
        content_type="text/html",
    ),
    NewCapture(
        "below/পাতা.html.gz",
        gzip.compress(PAGE, mtime=0),
        MORNING - timedelta(days=10),
        CaptureTimeSource.FILE_TIME,
        content_type="text/html",
        content_encoding="gzip",
    ),
    NewCapture(
        "gone.html",
        b"",
        MORNING,
        CaptureTimeSource.FILE_TIME,
        read_error=Problem(ProblemCode.MISSING, "no file\nthere"),
    ),
    NewCapture(
        "a.warc.gz#1",
        b"\x00\xff not found\r\n\r\n",
        MORNING.astimezone(timezone(timedelta(hours=6))).astimezone(UTC),
        CaptureTimeSource.WARC,
        url="https://x.example/gone",
        http_status=599,
        http_headers="{}",
        read_error=Problem(ProblemCode.HTTP_STATUS, "599"),
    ),
    NewCapture(
        "b.html", PAGE, MORNING, CaptureTimeSource.SIDECAR, outlet_id="samakal", content_type="ক/খ"
    ),
)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Sample pages and odd captures, built."""
    settings = Settings(home=tmp_path_factory.mktemp("origin"))
    store_captures(settings, ODD, new_run_id())
    ingest_files(settings, PAGES, new_run_id())
    chain.build(settings, new_run_id())
    return settings


@pytest.mark.parametrize("name", ["out.warc.gz", "out.warc"])
def test_raw_is_restored_from_an_exported_archive(
    tmp_path: Path, lake: Settings, name: str
) -> None:
    report = export.export_warc(lake, tmp_path / name)
    stored = rows_of(lake, CAPTURES)
    assert report.captures == len(stored)
    assert report.bytes == (tmp_path / name).stat().st_size

    restored = replace_home(lake, tmp_path / "restored")
    ingest = ingest_files(restored, [tmp_path / name], new_run_id())
    assert (ingest.captures_new, dict(ingest.skipped_records), dict(ingest.anomalies)) == (
        len(stored),
        {},
        {},
    )
    assert rows_of(restored, CAPTURES) == stored
    again = ingest_files(restored, [tmp_path / name], new_run_id())
    assert (again.captures_new, again.captures_known) == (0, len(stored))
    if name.endswith(".gz"):
        chain.build(restored, new_run_id())
        assert facts_of(restored) == facts_of(lake)


def replace_home(settings: Settings, home: Path) -> Settings:
    return settings.model_copy(update={"home": home})


def test_other_readers_read_it(tmp_path: Path, lake: Settings) -> None:
    export.export_warc(lake, tmp_path / "out.warc.gz")
    pages, kinds = {}, []
    with (tmp_path / "out.warc.gz").open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            kinds.append(record.rec_type)
            if record.rec_type in ("response", "resource"):
                pages[record.rec_headers.get_header("WARC-Record-ID")] = (
                    record.http_headers and record.http_headers.get_statuscode(),
                    record.content_stream().read(),
                )
    assert kinds[0] == "warcinfo"
    assert kinds.count("metadata") == len(pages)
    stored = rows_of(lake, "SELECT capture_id, content FROM lake.raw.page_capture")
    assert {key.strip("<>").removeprefix("urn:uuid:").replace("-", "") for key in pages} == {
        capture_id for capture_id, _ in stored
    }
    # A gzipped file is no HTTP answer, so it stays as it is; what an answer said of its transfer
    # is renamed, or the reader would undo a compression that isn't there any more.
    assert sorted(content for _, content in pages.values()) == sorted(c for _, c in stored)
    assert {status for status, _ in pages.values()} == {None, "200", "599"}


def test_a_part_is_exported(tmp_path: Path, lake: Settings) -> None:
    output = tmp_path / "part.warc.gz"

    def exported(outlet: str | None, since: date | None, until: date | None) -> int:
        return export.export_warc(lake, output, outlet, since, until).captures

    second = date(2026, 1, 2)
    everything = len(rows_of(lake, CAPTURES))
    odd_of_the_day = len(ODD) - 1
    assert exported(None, second, second) == odd_of_the_day
    assert exported(None, None, date(2026, 1, 1)) + exported(None, second, None) == everything
    assert exported("samakal", None, None) == 1
    # The ledger knows the outlet of pages whose origin doesn't name it.
    assert exported("kalbela", None, None) >= len(PAGES)
    assert exported("dwbangla", None, None) == 0


def test_wrong_wishes(tmp_path: Path, lake: Settings) -> None:
    for output, outlet, since, until in (
        ("out.zip", None, None, None),
        ("out.warc", "nobody", None, None),
        ("out.warc", None, date(2026, 2, 1), date(2026, 1, 1)),
    ):
        with pytest.raises(UsageError):
            export.export_warc(lake, tmp_path / output, outlet, since, until)
    with pytest.raises(LakeError, match="can't be written"):
        export.export_warc(lake, tmp_path / "nowhere" / "out.warc")
    assert list(tmp_path.iterdir()) == []


def test_a_spoilt_export_is_told(tmp_path: Path, lake: Settings) -> None:
    """Neither wrong bytes nor a capture whose page is gone pass for what was stored."""
    output = tmp_path / "out.warc"
    export.export_warc(lake, output, None, date(2026, 1, 2), date(2026, 1, 2))
    data = output.read_bytes()
    output.write_bytes(data.replace(b"<p>page</p>", b"<p>paqe</p>", 1)[:-300])
    restored = replace_home(lake, tmp_path / "restored")
    ingest_files(restored, [output], new_run_id())
    found = rows_of(restored, "SELECT read_error FROM lake.raw.page_capture")
    errors = [error for (error,) in found if error]
    assert any(error.startswith("wrong_digest: ") for error in errors), errors
    assert any(error.startswith("broken_record: ") for error in errors), errors


def test_the_commands(tmp_path: Path, lake: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    archive, home = str(tmp_path / "a.warc.gz"), ["--home", str(lake.home)]
    assert main(["export", "warc", archive, "--since", "2026-01-02", *home]) == 0
    assert f"written to {archive}" in capsys.readouterr().out
    assert main(["export", "warc", archive, "--since", "soon", *home]) == 2
    assert main(["export", "warc", str(tmp_path / "a.tar"), *home]) == 2
    other = ["--home", str(tmp_path / "other")]
    capsys.readouterr()
    assert main(["ingest", "archive", archive, "--host", "x.example", *other]) == 0
    out = capsys.readouterr().out
    assert "captures: 2 new" in out
    assert "other host" in out
    assert main(["ingest", "archive", archive, "--language", "klingon", *other]) == 2
