"""Times of feeds and sitemaps: what is sure is read, what may mean two things is unknown."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from etl.ingest.sources.times import read_end, read_time

DHAKA, LONDON = ZoneInfo("Asia/Dhaka"), ZoneInfo("Europe/London")
EVENING = datetime(2026, 4, 10, 13, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-04-10T19:45:00+06:00",
        "2026-04-10T13:45Z",
        "2026-04-10T13:45:00.123456Z",
        "2026-04-10 19:45:00",
        "2026-04-10 19:45:00 +0600",
        "2026/4/10 19:45",
        "20260410T134500Z",
        "Fri, 10 Apr 2026 19:45:00 +0600",
        "Fri, 10 Apr 2026 13:45:00 GMT",
        "Fri,10 Apr 2026 13:45:00 UT",
        "10 Apr 26 13:45 UTC",
        "Fri, 10 April 2026 7:45 PM",
        "Fri, 10 Apr 2026 07:45:00 p.m. +06",
        "April 10, 2026 7:45 pm",
        "Apr 10, 2026, 19:45",
        "Fri Apr 10 19:45:00 2026",
        "Fri Apr 10 13:45:00 UTC 2026",
        "Fri, 10-Apr-2026 19:45:00",
        "Fri, 10 Apr 2026 19:45:00 BDT",
        "Fri, 10 Apr 2026 19:45:00 GMT+6",
        "Fri, 10 Apr 2026 09:45:00 EDT",
        "১০ Apr ২০২৬ ১৯:৪৫",
        "  2026-04-10T19:45:00+06:00\n",
    ],
)
def test_a_time_that_is_sure(text: str) -> None:
    assert read_time(text, DHAKA) == EVENING


@pytest.mark.parametrize(
    "text",
    [
        "10-04-2026 19:45:00",
        "04/10/2026 19:45",
        "10.04.2026 19:45",
        "2026-04-10T19:45:00 06:00",
        "Fri, 10 Apr 2026 19:45:00 IST",
        "Fri, 10 Apr 2026 19:45:00 BST",
        "Fri, 10 Apr 2026 13:45 PM",
        "Fri, 10 Apr 2026 0:45 PM",
        "Fri, 31 Apr 2026 19:45:00 GMT",
        "2026-04-10T25:45:00Z",
        "2026-04-10T24:00:00Z",
        "2026-04-10T19:45:60Z",
        "2026-04-10T19:45:00+99:00",
        "2026-04-10T19:45:00+05:75",
        "2026-02-30 10:00:00",
        "-0001-11-30T00:00:00+00:00",
        "0000-00-00 00:00:00",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59-14:00",
        "Thu, 01 Jan 1970 00:00:00 +0000",
        "Sun, 31 Dec 1989 23:59:59 GMT",
        "1775828700",
        "tomorrow",
        "2026-04-10",
        "",
        "x" * 10_000,
        None,
    ],
)
def test_a_time_that_is_not_sure_is_unknown(text: str | None) -> None:
    assert read_time(text, DHAKA) is None


def test_names_of_zones_and_times_without_one_are_by_the_outlet() -> None:
    assert read_time("Fri, 10 Apr 2026 19:45:00 BDT", LONDON) is None
    assert read_time("2026-04-10 14:45", LONDON) == EVENING


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-04-10", (2026, 4, 10)),
        ("2026-02", (2026, 2, 28)),
        ("2026", (2026, 12, 31)),
        ("Fri, 10 Apr 2026", (2026, 4, 10)),
    ],
)
def test_the_end_of_a_day_month_or_year(text: str, day: tuple[int, int, int]) -> None:
    assert read_end(text) == datetime(*day, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-13", "1970", "0000-00-00", "10-04-2026", "x", "", None])
def test_what_is_no_day_has_no_end(text: str | None) -> None:
    assert read_end(text) is None
