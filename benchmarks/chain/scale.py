"""What a page costs: CPU and bytes of each step, for the estimate in ``docs/operator/scale.md``.

``python -m benchmarks.chain.scale [PAGES] --clock cpu``. There is no baseline: the figures are not
compared but multiplied.
"""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.measure import Measure, clocked, main, scratch
from etl.lake.connection import open_lake
from etl.settings import Settings
from etl.validate.gx import import_gx
from etl.workflows import publishing
from etl.workflows.build.batches import load_batch, pending_batches, stage_batch
from etl.workflows.build.stories import link_stories
from etl.workflows.collect.files import ingest_files
from etl.workflows.maintain import maintain
from evaluation.extraction import BENCH, real_pages
from tests.factories.pages import write_pages

SIZE = 500


def measures(size: int) -> Iterator[Measure]:
    """``size`` made pages of the outlets' size, then the real pages of ``../shared/bench``."""
    import_gx()
    with scratch() as folder:
        write_pages(folder / "pages", size)
        yield from _steps("made", folder)
    if BENCH.is_dir():
        with scratch() as folder:
            (folder / "pages").mkdir()
            for name, content in real_pages(size):
                (folder / "pages" / f"{name}.html").write_bytes(content)
            yield from _steps("real", folder)


def _steps(kind: str, folder: Path) -> Iterator[Measure]:
    settings = Settings(home=folder / "home")
    steps: dict[str, Callable[[], object]] = {
        "ingest": lambda: ingest_files(settings, [folder / "pages"], "run"),
        "stage": lambda: _each(stage_batch, settings),
        "load": lambda: _each(load_batch, settings),
        "stories": lambda: link_stories(settings, "run"),
        "publish": lambda: publishing.publish(settings, "run"),
    }
    spent = {}
    for name, step in steps.items():
        with clocked() as spent[name]:
            step()
    maintain(settings, "run")
    with open_lake(settings, read_only=True) as lake:
        pages, content = lake.execute(
            "SELECT count(*), sum(content_bytes)::BIGINT FROM lake.raw.page_capture"
        ).fetchall()[0]
        (count,) = lake.execute("SELECT count(*) FROM lake.core.fact_article").fetchall()[0]
        sizes = dict(
            lake.execute(
                "SELECT table_name, file_size_bytes FROM ducklake_table_info('lake')"
            ).fetchall()
        )
    for name, seconds in spent.items():
        yield Measure(f"{kind}_{name}", seconds, "pages a second", None, pages, rate=pages)
    raw = sizes.pop("page_capture")
    sizes.pop("dim_date")
    build = (settings.current_build / "warehouse.duckdb").stat().st_size
    yield Measure(f"{kind}_page", content / pages, "bytes a page as it came", None, pages)
    yield Measure(f"{kind}_raw", raw / pages, "bytes a page in raw", None, pages)
    yield Measure(f"{kind}_core", sum(sizes.values()) / count, "bytes an article", None, count)
    yield Measure(f"{kind}_build", build / count, "bytes an article", None, count)
    with sqlite3.connect(settings.lake_folder / "catalog.sqlite") as catalog:
        (used,) = catalog.execute(
            "SELECT (page_count - freelist_count) * page_size "
            "FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()"
        ).fetchone()
    yield Measure(f"{kind}_catalog", used / 1000, "kB", None, pages)


def _each(step: Callable[[Settings, str, str], object], settings: Settings) -> None:
    for batch_id in pending_batches(settings):
        step(settings, batch_id, "run")


if __name__ == "__main__":
    main(measures, SIZE)
