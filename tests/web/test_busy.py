"""Many outlets at once: politeness holds; short form of ``benchmarks/pages/fetch.py``."""

from pathlib import Path

import pytest

from benchmarks.pages import fetch

pytestmark = pytest.mark.slow


def test_many_outlets_are_kept_busy_and_politely(tmp_path: Path) -> None:
    outlets, articles, delay = 40, 6, 1.0
    report, log = fetch.crawl(tmp_path / "bench", outlets, articles, delay)
    fetch.check(report, log, outlets, articles, delay)
    # One outlet after the other would reach a fortieth of it. The benchmark asks for 0.95; this
    # machine runs other tests as well, and where seven programs wanted a core it was 0.83.
    assert fetch.allowed_share(log, delay) > 0.75


def test_memory_does_not_grow_with_the_number_of_pages(tmp_path: Path) -> None:
    outlets, few, many, batch_rows = 40, 10, 60, 200
    peaks = []
    for articles in (few, many):
        report, _ = fetch.crawl(tmp_path / str(articles), outlets, articles, 0.02, batch_rows)
        assert report["captured"] == outlets * articles
        peaks.append(report["peak_bytes"])
    added = outlets * (many - few) * len(fetch.PAGE)
    assert peaks[1] - peaks[0] < added / 2
