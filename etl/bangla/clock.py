"""The zone that days and times of Bangla outlets are in, and instants in UTC."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

# Six hours ahead of UTC, but for summer time from 20 June to 31 December 2009.
# Source: IANA time zone database.
DHAKA = ZoneInfo("Asia/Dhaka")

# So much is left at either end of the calendar that an instant has a clock time in every zone.
_MARGIN = timedelta(days=2)
_FIRST = datetime.min.replace(tzinfo=UTC) + _MARGIN
_LAST = datetime.max.replace(tzinfo=UTC) - _MARGIN


def to_utc(moment: datetime | None) -> datetime | None:
    """Convert a time to UTC, whatever it is.

    Returns:
        The instant; None without one, for a time that has no zone, and for one in the first or
        last days of the calendar, whose clock time doesn't exist in every zone.
    """
    if moment is None or moment.tzinfo is None:
        return None
    try:
        instant = moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return instant if _FIRST <= instant <= _LAST else None


def from_epoch(seconds: float) -> datetime | None:
    """The instant so many seconds after 1970; None outside of the calendar."""
    try:
        return to_utc(datetime.fromtimestamp(seconds, UTC))
    except (OverflowError, ValueError, OSError):
        return None


def in_dhaka(moment: datetime | None) -> datetime | None:
    """Convert a time to Dhaka's clock; None where ``to_utc`` gives none."""
    instant = to_utc(moment)
    return instant.astimezone(DHAKA) if instant else None
