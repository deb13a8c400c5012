"""Extraction of pages of outlets with a profile: from bytes to finished staged rows."""

from collections.abc import Iterator

from benchmarks.measure import Measure, main
from benchmarks.pages.baseline import beside_trafilatura
from etl.outlets.profiles import load_outlets
from etl.schema.records import Article
from etl.settings import Settings
from etl.workflows.build.worker_pool import prepare, read_capture
from tests.factories.pages import generate_pages

SIZE = 300


def measures(size: int) -> Iterator[Measure]:
    """``size`` made pages, each read as it was made."""
    pages = list(generate_pages(size))
    settings = Settings()
    prepare(settings.outlets, settings.page_max_bytes, None)
    assert set(load_outlets(settings.outlets).by_id) >= {page.form.outlet_id for page in pages}
    for page in pages[:30]:
        result = read_capture(page.capture())
        assert isinstance(result, Article)
        assert result.page.title == page.title
        assert result.page.paragraphs == page.paragraphs
    captures = [page.capture() for page in pages]
    yield beside_trafilatura("extract_profiled", captures, "made pages in the forms of profiles")


if __name__ == "__main__":
    main(measures, SIZE)
