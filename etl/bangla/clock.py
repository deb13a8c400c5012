"""The zone that days and times of Bangla outlets are in."""

from zoneinfo import ZoneInfo

# Six hours ahead of UTC, but for summer time from 20 June to 31 December 2009.
# Source: IANA time zone database.
DHAKA = ZoneInfo("Asia/Dhaka")
