"""Write the made-up press: ``python -m demo FOLDER [ARTICLES]``.

The folder gets ``press.warc.gz``, every captured page, and ``outlets.yml``, the outlets' profiles.
The same number of articles gives the same files.
"""

import csv
import sys
from collections.abc import Iterable
from pathlib import Path

import yaml
from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType

from demo.articles import articles
from demo.captures import CapturedPage, captures
from demo.happenings import happenings
from demo.pages import profile
from demo.templates import Press, load_kinds, load_press
from etl.bangla.clock import to_utc
from etl.resources import LEXICON

ARTICLES, SEED = 10_000, 71
_GZIP_LEVEL = 6
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"


def write_press(folder: Path, count: int) -> int:
    """Write the archive and the profiles.

    Args:
        folder: is created where it is missing.
        count: articles, about.

    Returns:
        The number of captured pages.
    """
    press = load_press()
    folder.mkdir(parents=True, exist_ok=True)
    _write_profiles(folder / "outlets.yml", press)
    events = happenings(press, load_kinds(), _districts(), count, SEED)
    return _write_archive(
        folder / "press.warc.gz", captures(articles(events, press, SEED), press, SEED)
    )


def _write_profiles(path: Path, press: Press) -> None:
    outlets = [
        profile(outlet).model_dump(mode="json", exclude_defaults=True) for outlet in press.outlets
    ]
    path.write_text(yaml.safe_dump({"outlets": outlets}, allow_unicode=True), "utf-8")


def _write_archive(path: Path, pages: Iterable[CapturedPage]) -> int:
    count = 0
    with path.open("wb") as file:
        archive = GzipWriter(file, compression_level=_GZIP_LEVEL)
        for count, page in enumerate(pages, start=1):
            captured_at = to_utc(page.captured_at)
            assert captured_at is not None
            record = WarcRecord()
            record.init_headers(WarcRecordType.response, f"khobor-demo:{count}".encode())
            record.headers["WARC-Date"] = f"{captured_at:%Y-%m-%dT%H:%M:%SZ}"
            record.headers["WARC-Target-URI"] = page.url
            record.headers["Content-Type"] = "application/http; msgtype=response"
            record.set_bytes_content(_HEAD + page.content.encode())
            record.write(archive, checksum_data=False)
            archive.finish()  # each record is a gzip member of its own
    return count


def _districts() -> list[str]:
    """Bangla names of the districts, those of the divisions first."""
    with (LEXICON / "places.csv").open(encoding="utf-8", newline="") as file:
        places = [row for row in csv.DictReader(file) if row["iso_code"] == "BD"]
    kinds = ("division", "district")
    return [row["name_bn"] for kind in kinds for row in places if row["place_kind"] == kind]


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: python -m demo FOLDER [ARTICLES]")
    articles_wanted = int(sys.argv[2]) if len(sys.argv) == 3 else ARTICLES
    print(f"{write_press(Path(sys.argv[1]), articles_wanted)} pages in {sys.argv[1]}")
