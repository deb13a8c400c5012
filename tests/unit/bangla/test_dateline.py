"""Publish lines, mastheads and the calendar."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.bangla.calendar import (
    GREGORIAN_MONTHS,
    MONTHS,
    BanglaDate,
    to_bangla_date,
    weekday_name,
)
from etl.bangla.clock import DHAKA
from etl.bangla.dateline.parse import (
    Dateline,
    find_dateline,
    find_datelines,
    is_dateline,
    parse_dateline,
    parse_day,
)
from etl.bangla.text import to_bangla_digits
from etl.outlets.profiles import load_outlets
from etl.settings import PROJECT

PROFILES = PROJECT / "seeds" / "outlets.yml"
CAPTURED = datetime(2025, 12, 31, 12, 0, tzinfo=UTC)
JAN_22 = "2025-01-22T18:22:00+06:00"


def _published(line: str) -> str | None:
    dateline = parse_dateline(line)
    value = dateline.published_at or dateline.published_date
    return value.isoformat() if value else None


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("২২ জানুয়ারী ২০২৫, ০৬:২২ পিএম", JAN_22),
        ("প্রকাশিত : ০৬:২২ অপরাহ্ণ, ২২ জানুয়ারি ২০২৫, বুধবার", JAN_22),
        ("প্রকাশিতঃ বুধবার, ২২ জানুয়ারি, ২০২৫ ১৮:২২", JAN_22),
        ("প্রকাশের সময়: ২২ জানুয়ারি ২০২৫ | ১৮ : ২২", JAN_22),
        ("২২ জানুয়ারি ২০২৫ ১৮:২২ পিএম", JAN_22),
        ("সন্ধ্যা ৬টা ২২ মিনিট, ২২ জানুয়ারি ২০২৫", JAN_22),
        ("বিকেল ৩:১০, ২২ জানুয়ারি ২০২৫", "2025-01-22T15:10:00+06:00"),
        ("২২ জানুয়ারি ২০২৫, ১২:০৫ এএম", "2025-01-22T00:05:00+06:00"),
        ("২২ জানুয়ারি ২০২৫, ১২:০৫ পিএম", "2025-01-22T12:05:00+06:00"),
        ("২২ জানুয়ারি ২০২৫, ৯:০৫:৩১ পূর্বাহ্ন", "2025-01-22T09:05:31+06:00"),
        ("22 January 2025, 06:22 PM", JAN_22),
        ("January 22, 2025 at 6:22 p.m.", JAN_22),
        ("Published: Wednesday, Jan 22nd, 2025, 6.22 pm", JAN_22),
        ("Wed, 22 Jan 2025 12:22 GMT", JAN_22),
        ("22 January 2025, 7:22 AM EST", JAN_22),
        ("২২ জানুয়ারি ২০২৫, ১৭:৫২ ভারতীয় সময়", JAN_22),
        ("22 Jan 2025 17:52 GMT+5:30", JAN_22),
        ("22 Jan 2025 18:22 BdST", JAN_22),
        ("আপলোড সময় : ২২ জানুয়ারি ২০২৫, সন্ধ্যা ৬:২২ সময়", JAN_22),
        ("আপডেট টাইম : বুধবার, ২২ জানুয়ারি, ২০২৫", "2025-01-22"),
        ("2025-01-22T12:22:00Z", JAN_22),
        ("2025-01-22 18:22", JAN_22),
        ("২২/০১/২০২৫ ১৮:২২", JAN_22),
        ("Dec 30, 2025", "2025-12-30"),
        ("প্রকাশ: ২২শে জানুয়ারি ২০২৫", "2025-01-22"),
        ("১৫ অগস্ট ২০২২, ১০:১০", "2022-08-15T10:10:00+06:00"),
        ("১৫ আগষ্ট ২০০৯, ১০:১০", "2009-08-15T10:10:00+07:00"),  # summer time
        ("৩০ সেপ্টেম্বার ২০১৯ | ১২:১০", "2019-09-30T12:10:00+06:00"),
        ("কালবেলা ডেস্কপ্রকাশ : ২২ জানুয়ারি ২০২৫, ০৬:২২ পিএম", JAN_22),
        ("বুধবার, ২৩ জানুয়ারি ২০২৫ | প্রকাশ : ২২ জানুয়ারি ২০২৫, ১৮:২২", JAN_22),
    ],
)
def test_forms(line: str, published: str) -> None:
    assert _published(line) == published
    assert is_dateline(line)


@pytest.mark.parametrize(
    ("line", "warning"),
    [
        ("৩১ ফেব্রুয়ারি ২০২৫, ১০:১০", "impossible_date"),
        ("04/12/2022", "ambiguous_date"),
        ("২২ জানুয়ারি ২০২৫ ১০:১০ UTC+15", "zone_unknown"),
        ("২২ জানুয়ারি, ১০:১০", "year_missing"),
        ("২৬ এপ্রিল ২০২৪ ও ২৭ এপ্রিল ২০২৪", "several_dates"),
        ("ঢাকা, বুধবার, ২২ জানুয়ারি ২০২৫, ৮ মাঘ ১৪৩১, ২১ রজব ১৪৪৬ হিজরি", "masthead_date"),
        ("২১ জানুয়ারি ২০২৫ তিনি ঢাকায় আসেন।", "dateline_unparsable"),
        ("টিভিতে আজকের খেলা (২৭ এপ্রিল, ২০২৪)", "dateline_unparsable"),
        ("২২ জানুয়ারি ২০২৫ ১০:১০ BST", "zone_unknown"),
        ("২২ জানুয়ারি ২০২৫ ১০:১০ স্থানীয় সময়", "zone_unknown"),
        ("(১ বছর আগে)", "relative_time_unresolved"),
        ("২ ঘণ্টা আগে", "relative_time_unresolved"),
        ("", "dateline_unparsable"),
    ],
)
def test_unknown_rather_than_wrong(line: str, warning: str) -> None:
    dateline = parse_dateline(line)
    assert dateline.is_empty
    assert warning in dateline.warnings


@pytest.mark.parametrize(
    ("line", "zone", "published"),
    [
        ("22 January 2025, 12:22", "Europe/London", "2025-01-22T12:22:00+00:00"),
        ("22 July 2025, 12:22 BST", "Europe/London", "2025-07-22T12:22:00+01:00"),
        ("22 January 2025, 12:22 EST", "Europe/London", "2025-01-22T17:22:00+00:00"),
        ("22 January 2025, 12:22 IST", "Asia/Kolkata", "2025-01-22T12:22:00+05:30"),
        ("22.01.2025", "Europe/Berlin", "2025-01-22"),
        ("04.12.2022", "Europe/Berlin", "2022-12-04"),
    ],
)
def test_lines_of_pages_in_other_zones(line: str, zone: str, published: str) -> None:
    dateline = parse_dateline(line, None, ZoneInfo(zone))
    value = dateline.published_at or dateline.published_date
    assert value is not None
    assert value.isoformat() == published


@pytest.mark.parametrize(
    ("line", "warning"),
    [
        ("২২ জানুয়ারি ২০২৫, রাত ১২:১০", "ambiguous_time"),
        ("২২ জানুয়ারি ২০২৫, ২৫:১০", "impossible_time"),
        ("২২ জানুয়ারি ২০২৫, ১৮:২২ এএম", "impossible_time"),
    ],
)
def test_a_clock_that_cannot_be_read_leaves_the_day(line: str, warning: str) -> None:
    dateline = parse_dateline(line)
    assert dateline.published_at is None
    assert dateline.published_date == date(2025, 1, 22)
    assert dateline.warnings == (warning,)


@pytest.mark.parametrize(
    ("line", "warning"),
    [
        ("প্রকাশ: বৃহস্পতিবার, ২২ জানুয়ারি ২০২৫, ১৮:২২", "weekday_mismatch"),
        ("প্রকাশ: ২২ জানুয়ারি ২০২৫, ৯ মাঘ ১৪৩১, ১৮:২২", "bangla_date_mismatch"),
        (
            "প্রকাশ: ২২ জানুয়ারি ২০২৫, ১৮:২২ | আপডেট: ২১ জানুয়ারি ২০২৫, ১০:১০",
            "updated_before_published",
        ),
    ],
)
def test_contradictions_are_warnings(line: str, warning: str) -> None:
    dateline = parse_dateline(line)
    assert dateline.published_at is not None
    assert dateline.published_at.isoformat() == JAN_22
    assert dateline.warnings == (warning,)


def test_right_weekday_and_calendar_say_nothing() -> None:
    line = "প্রকাশ: বুধবার, ২২ জানুয়ারি ২০২৫, ৮ মাঘ ১৪৩১, ১৮:২২"
    assert parse_dateline(line).warnings == ()


def test_glued_update_and_times_out_of_bounds() -> None:
    glued = parse_dateline("০৪ ডিসেম্বর ২০২২, ২০:৩৭আপডেট : ০৫ ডিসেম্বর ২০২২, ০৮:০১")
    assert glued.updated_at == datetime(2022, 12, 5, 8, 1, tzinfo=DHAKA)
    late = parse_dateline("প্রকাশ : ২২ জানুয়ারি ২০৩৫, ০৬:২২ পিএম", CAPTURED)
    assert late.published_at is not None
    assert late.warnings == ("published_after_capture",)
    early = parse_dateline("প্রকাশ : ২২ জানুয়ারি ১৯২৫, ০৬:২২ পিএম")
    assert early.published_at is not None
    assert early.warnings == ("published_before_1995",)


def test_update_alone_is_no_publication() -> None:
    dateline = parse_dateline("আপডেট : ২৮ জুন ২০২২, ১১: ০৫")
    assert dateline == Dateline(None, datetime(2022, 6, 28, 11, 5, tzinfo=DHAKA))


def test_relative_times_count_from_the_capture() -> None:
    two_hours = parse_dateline("২ ঘণ্টা আগে", CAPTURED)
    assert two_hours.published_at == CAPTURED - timedelta(hours=2)
    assert parse_dateline("৩ দিন আগে", CAPTURED).published_date == date(2025, 12, 28)
    yesterday = parse_dateline("গতকাল ১০:১৫", CAPTURED)
    assert yesterday.published_at == datetime(2025, 12, 30, 10, 15, tzinfo=DHAKA)
    beside = parse_dateline("(৩ মাস আগে) ১২ অক্টোবর ২০২৩, বৃহস্পতিবার, ১:২২ অপরাহ্ন", CAPTURED)
    assert beside.published_at == datetime(2023, 10, 12, 13, 22, tzinfo=DHAKA)


def test_what_stands_around_a_publish_line() -> None:
    found = find_dateline("নিজস্ব প্রতিবেদক, ঢাকা | প্রকাশ: ২২ জানুয়ারি ২০২৫, ১৮: ২২")
    assert found is not None
    assert (found.before, found.text) == (
        "নিজস্ব প্রতিবেদক, ঢাকা",
        "প্রকাশ: ২২ জানুয়ারি ২০২৫, ১৮: ২২".replace("য়", "য\u09bc"),
    )
    lines = ["শিরোনাম", "প্রকাশ: ২২ জানুয়ারি ২০২৫, ১৮: ২২", "২১ জানুয়ারি ২০২৫ তিনি আসেন।"]
    assert [number for number, _ in find_datelines(lines)] == [1]


@pytest.mark.parametrize(
    "line",
    [
        "২১ জানুয়ারি : আজকের নামাজের সময়সূচি",
        "২০২৫ সালে সড়ক দুর্ঘটনায় প্রাণ গেছে ১০০৮ শিশুর",
        "মঙ্গলবার (২১ জানুয়ারি) এ তথ্য জানানো হয়েছে।",
        "শুক্রবার, ২৬ এপ্রিল ২০২৪, ১৩ বৈশাখ ১৪৩১",
        "১০:১৫",
        "প্রকাশক: কামাল উদ্দিন, ২২ নয়াপল্টন",
    ],
)
def test_other_lines_are_no_publish_lines(line: str) -> None:
    assert not is_dateline(line)


def test_mastheads() -> None:
    day = parse_day("শুক্রবার, ২৬ এপ্রিল ২০২৪ ১২ বৈশাখ ১৪৩১")
    assert day is not None
    assert (day.value, day.bangla) == (date(2024, 4, 26), BanglaDate(12, 1, 1431))
    assert day.warnings == ("bangla_date_mismatch",)
    assert parse_day("ঢাকা, শুক্রবার, ২৬ এপ্রিল ২০২৪") is not None
    assert parse_day("প্রকাশ: ২৬ এপ্রিল ২০২৪") is None
    assert parse_day("২৬ এপ্রিল ২০২৪, ১০:১০") is None


def test_every_form_of_the_profiles_is_read() -> None:
    for outlet in load_outlets(PROFILES).all:
        for line in outlet.datelines:
            dateline = parse_dateline(line)
            assert not dateline.is_empty, (outlet.id, line)
            assert dateline.warnings == (), (outlet.id, line)


@pytest.mark.parametrize(
    ("day", "bangla"),
    [
        (date(2024, 4, 26), BanglaDate(13, 1, 1431)),
        (date(2024, 2, 21), BanglaDate(8, 11, 1430)),
        (date(2024, 12, 16), BanglaDate(1, 9, 1431)),
        (date(2025, 3, 26), BanglaDate(12, 12, 1431)),
        (date(2019, 10, 16), BanglaDate(31, 6, 1426)),
        (date(2018, 12, 16), BanglaDate(2, 9, 1425)),
        (date(2016, 2, 29), BanglaDate(17, 11, 1422)),
        (date(2024, 3, 14), BanglaDate(30, 11, 1430)),
    ],
)
def test_calendar(day: date, bangla: BanglaDate) -> None:
    assert to_bangla_date(day) == bangla


def test_calendar_leaves_no_day_out() -> None:
    day = date(1996, 4, 14)
    before = to_bangla_date(day)
    while day < date(2031, 1, 1):
        day += timedelta(days=1)
        found = to_bangla_date(day)
        goes_on = found.day == before.day + 1 and found.month == before.month
        assert goes_on or (found.day == 1 and found.month == before.month % 12 + 1), day
        before = found
    assert before.month_name in MONTHS
    assert before.season == "শীত"


@given(
    st.datetimes(datetime(1995, 1, 1), datetime(2035, 1, 1)),  # noqa: DTZ001
    st.sampled_from(("{d} {m} {y}, {H}:{M}", "প্রকাশ : {w}, {d} {m} {y} | {H}:{M}")),
)
def test_every_day_is_read_as_printed(moment: datetime, form: str) -> None:
    line = form.format(
        d=moment.day,
        m=GREGORIAN_MONTHS[moment.month - 1],
        y=moment.year,
        H=f"{moment.hour:02}",
        M=f"{moment.minute:02}",
        w=weekday_name(moment.date()),
    )
    dateline = parse_dateline(to_bangla_digits(line))
    assert dateline.published_at is not None
    assert dateline.published_at.replace(tzinfo=None, fold=0) == moment.replace(
        second=0, microsecond=0, fold=0
    )
    assert dateline.warnings == ()


_WORDS = (
    "প্রকাশ|আপডেট|:|,|২২|২০২৫|জানুয়ারি|মে|31|১০:১৫|পিএম|am|আগে|ঘণ্টা|২|বুধবার|মাঘ|১৪৩১|রজব|GMT|"
    "2025-13-45|00/00/2000|৯৯৯৯|রাত|টা|ago|Published|(|)"
)
_PIECES = st.lists(st.one_of(st.sampled_from(_WORDS.split("|")), st.text(max_size=6)), max_size=12)


@given(_PIECES, st.sampled_from((" ", "", "\n")))
def test_never_raises_and_is_a_function_of_the_text(pieces: list[str], glue: str) -> None:
    line = glue.join(pieces)
    first = parse_dateline(line, CAPTURED)
    assert first == parse_dateline(line, CAPTURED)
    found = find_dateline(line)
    if found is not None:
        assert is_dateline(found.text)
    parse_day(line)
