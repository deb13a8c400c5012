"""Pages to staged rows in this process, beside trafilatura on the same pages."""

import logging
import time
from collections.abc import Sequence

from benchmarks.measure import Measure, Spent, clocked
from etl.extract.page import EXTRACTOR_VERSION
from etl.outlets.profiles import load_outlets
from etl.schema.records import Article, Capture
from etl.settings import Settings
from etl.transform.rows import CaptureRow, Staging
from etl.workflows.build.worker_pool import prepare, read_capture

_TURN = 20


def beside_trafilatura(name: str, captures: Sequence[Capture], note: str) -> Measure:
    """Pages a second from bytes to finished staged rows, against trafilatura with its metadata.

    The two take turns, a few pages each, so that what else the machine does weighs on both.
    """
    import trafilatura

    logging.disable(logging.CRITICAL)
    settings = Settings()
    outlets = load_outlets(settings.outlets)
    prepare(settings.outlets, settings.page_max_bytes, None)
    # What a process loads once is left out of both: staging brings pandas with pyarrow.
    staging = Staging(outlets, "batch", "run", EXTRACTOR_VERSION)
    staging.add(CaptureRow(captures[0], ""), read_capture(captures[0]))
    staging.tables()
    trafilatura.bare_extraction(captures[0].content, with_metadata=True)
    value, baseline, articles = Spent(), Spent(), 0
    staging = Staging(outlets, "batch", "run", EXTRACTOR_VERSION)
    for start in range(0, len(captures), _TURN):
        turn = captures[start : start + _TURN]
        with clocked(time.process_time) as spent:
            for capture in turn:
                result = read_capture(capture)
                staging.add(CaptureRow(capture, ""), result)
                articles += isinstance(result, Article)
        value += spent
        with clocked(time.process_time) as spent:
            for capture in turn:
                trafilatura.bare_extraction(capture.content, with_metadata=True)
        baseline += spent
    with clocked(time.process_time) as spent:
        tables = staging.tables()
    value += spent
    assert tables["capture"].num_rows == len(captures)
    assert articles == tables["article"].num_rows >= 0.95 * len(captures)
    size = sum(len(capture.content) for capture in captures) // len(captures)
    note = f"{note}, {size // 1000} KB a page; baseline: trafilatura with metadata"
    rate = len(captures)
    return Measure(name, value, "pages/s", baseline, len(captures), note, rate)
