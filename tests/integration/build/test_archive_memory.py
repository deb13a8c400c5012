"""Archives are read in flat memory: the short form of ``make soak-archive``."""

from pathlib import Path

import pytest

from benchmarks.chain.archive_memory import peak_bytes, write_archive
from etl.settings import Settings
from tests.lake_rows import rows_of

pytestmark = pytest.mark.slow


def test_memory_does_not_grow_with_the_archive(tmp_path: Path) -> None:
    """Batches of 40 pages, 4 MB: both archives have more than one, the second six times as many."""
    peaks = []
    for size in (5_000_000, 30_000_000):
        archive = tmp_path / f"{size}.warc.gz"
        pages = write_archive(archive, size)
        home = tmp_path / str(size)
        peaks.append(peak_bytes(archive, home, KHOBOR_BATCH_ROWS="40"))
        counted = rows_of(Settings(home=home), "SELECT count(*) FROM lake.raw.page_capture")
        assert counted == [(pages,)]
    # Unpacked, the second archive has 45 MB more.
    assert peaks[1] - peaks[0] < 20_000_000, peaks
