"""Clocks that a page writes in another zone than it says, put right by its other clocks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from etl.extract.metadata.instant import Instant

# Clocks of servers and ours differ by some minutes.
_SKEW = timedelta(minutes=10)
# Zones lie a multiple of this apart, and at most so far from UTC to the west and east.
_STEP = timedelta(minutes=15)
_WEST, _EAST = timedelta(hours=-12), timedelta(hours=14)


def settle(
    chosen: Instant,
    others: Sequence[Instant],
    zone: tzinfo | None,
    captured_at: datetime | None,
) -> Instant:
    """Find the instant that a page's most trusted clock means.

    Args:
        chosen: that clock.
        others: the page's other clocks for the same event, the most trusted first.
        zone: the page's zone; None where it is not known.
        captured_at: when the page was fetched, where that is known for certain.

    Returns:
        The instant; as it was where nothing speaks against it.
    """
    if chosen.at is None or chosen.clock is None:
        return chosen
    if zone is None:
        return _in_local_zone(chosen, others)
    clock = chosen.at.astimezone(UTC).replace(tzinfo=None, second=0, microsecond=0)
    for other in others:
        if other.at is None or not other.is_naive:
            continue
        # The local clock, written with a Z.
        if chosen.is_utc and other.clock == clock:
            return other
        # The clock of a server that runs on UTC, written without a zone.
        if chosen.is_naive and other.at.astimezone(zone).replace(tzinfo=None) == _read_as_utc(
            chosen, zone
        ):
            return other
    local = chosen.at.astimezone(UTC).replace(tzinfo=zone)
    is_early = captured_at is not None and local <= captured_at + _SKEW < chosen.at
    if chosen.is_utc and is_early:  # published after it was fetched, unless the Z is wrong
        return Instant(local.date(), local, is_naive=True)
    return chosen


def _read_as_utc(naive: Instant, zone: tzinfo) -> datetime | None:
    """The page's clock at the minute that a naive clock means if it is in UTC."""
    if naive.clock is None:
        return None
    return naive.clock.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)


def _in_local_zone(chosen: Instant, others: Sequence[Instant]) -> Instant:
    """Show an instant on the clock of the page, whose zone its other clocks give away."""
    for other in others:
        if other.at is None or chosen.at is None:
            continue
        if chosen.is_zone_assumed and not other.is_zone_assumed and other.clock == chosen.clock:
            return Instant(other.day, chosen.at.replace(tzinfo=other.at.tzinfo))
        ahead = other.at.replace(second=0, microsecond=0) - chosen.at.replace(
            second=0, microsecond=0
        )
        is_offset = _WEST <= ahead <= _EAST and not ahead % _STEP
        if chosen.is_utc and other.is_zone_assumed and ahead and is_offset:
            at = chosen.at.astimezone(timezone(ahead))
            return replace(chosen, day=at.date(), at=at)
        if chosen.is_zone_assumed and other.is_utc and ahead and is_offset and -ahead <= _EAST:
            at = other.at.astimezone(timezone(-ahead))
            return Instant(at.date(), at)
    return chosen
