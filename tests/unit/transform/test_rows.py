"""Rows of a batch become Arrow as they come: all of them, in order, once."""

from datetime import UTC, datetime

from etl.outlets.profiles import load_outlets
from etl.schema.problems import Problem
from etl.schema.records import Capture
from etl.schema.vocabulary import CaptureTimeSource, ProblemCode
from etl.settings import Settings
from etl.transform.rows import CaptureRow, Staging

AT = datetime(2026, 3, 1, 6, tzinfo=UTC)


def test_every_capture_has_one_row_in_the_order_in_which_it_came() -> None:
    staging = Staging(load_outlets(Settings().outlets), "batch-1", "run", "1")
    names = [f"{number}.html" for number in range(450)]
    for name in names:
        capture = Capture(name, name, None, None, AT, CaptureTimeSource.HTTP, b"")
        staging.add(CaptureRow(capture, "0" * 64), Problem(ProblemCode.EMPTY, ""))
    tables = staging.tables()
    assert tables["capture"]["capture_id"].to_pylist() == names
    assert tables["article"].num_rows == 0
