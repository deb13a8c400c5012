"""What a page takes in the lake's ``raw.page_capture``, beside gzip -9 of the page."""

import gzip
from collections.abc import Iterator

from benchmarks.measure import Measure, main, scratch
from etl.lake.connection import open_lake
from etl.settings import Settings
from etl.workflows.collect.files import ingest_files
from etl.workflows.run_ids import new_run_id
from evaluation.extraction import BENCH, real_pages

SIZE = 300


def measures(size: int) -> Iterator[Measure]:
    """``size`` pages of ``../shared/bench``; nothing where they are absent.

    Made pages say nothing of it: they are so much alike that they take a tenth of gzip's bytes.
    """
    if not BENCH.is_dir():
        return
    with scratch() as folder:
        pages = folder / "pages"
        pages.mkdir()
        for name, content in real_pages(size):
            (pages / f"{name}.html").write_bytes(content)
        files = list(pages.rglob("*.html"))
        settings = Settings(home=folder / "home")
        taken = ingest_files(settings, [pages], new_run_id())
        assert taken.captures_new == len(files)
        with open_lake(settings, read_only=True) as lake:
            row = lake.execute(
                "SELECT file_size_bytes FROM ducklake_table_info('lake') "
                "WHERE table_name = 'page_capture'"
            ).fetchone()
            lost = lake.execute(
                "SELECT count(*) FROM lake.raw.page_capture WHERE sha256(content) <> content_sha256"
            ).fetchone()
        assert row is not None
        assert lost == (0,)
        packed = sum(len(gzip.compress(path.read_bytes(), 9)) for path in files)
        plain = sum(path.stat().st_size for path in files) // len(files)
    count = len(files)
    note = f"real pages of {plain // 1000} KB; baseline: gzip -9"
    yield Measure("storage", row[0] / count, "bytes a page", packed / count, count, note)


if __name__ == "__main__":
    main(measures, SIZE)
