"""Instants in UTC: total, whatever the time is."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.bangla.clock import from_epoch, in_dhaka, to_utc

_ZONES = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(timezones=st.none() | _ZONES))
def test_any_time_is_an_instant_of_every_zone_or_none(moment: datetime) -> None:
    instant = to_utc(moment)
    assert (instant is None) or instant == moment
    if instant is not None:
        instant.astimezone(timezone(timedelta(hours=23, minutes=59)))
        instant.astimezone(timezone(-timedelta(hours=23, minutes=59)))
    assert (in_dhaka(moment) is None) == (instant is None)


@pytest.mark.parametrize(
    "text",
    [
        "9999-12-31T23:59:59-04:00",
        "9999-12-31T12:00:00+00:00",  # one in UTC, but not in Dhaka
        "0001-01-01T00:00:00+14:00",
        "2026-01-01T00:00:00",
    ],
)
def test_times_that_are_no_instant(text: str) -> None:
    assert to_utc(datetime.fromisoformat(text)) is None


@given(st.floats() | st.integers())
def test_any_number_of_seconds_is_an_instant_or_none(seconds: float) -> None:
    instant = from_epoch(seconds)
    assert instant is None or instant.tzinfo is UTC
