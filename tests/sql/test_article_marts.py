"""Given rows and expected rows of the marts of articles, texts and revisions."""

from datetime import date, datetime

import pytest

from etl.schema.tables import dimensions
from etl.schema.tables.facts import FACT_SOURCE_CITATION

clock = datetime.fromisoformat  # of Dhaka, or UTC in columns …_utc


def test_article_is_the_current_version_once(lake):
    lake.article(
        "kalbela:1",
        version_no=1,
        is_current=False,
        title="পুরোনো",
        valid_to="2025-01-20 12:00:00+06",
    )
    lake.article(
        "kalbela:1",
        version_no=2,
        title="নতুন",
        valid_from="2025-01-20 12:00:00+06",
        first_seen_at="2025-01-20 10:30:00+06",
        updated_at="2025-01-20 11:50:00+06",
        keywords=["ইরান", "পাকিস্তান"],
    )
    rows = lake.mart(
        "article",
        "article_id, outlet_name_bn, title, version_no, revision_count, published_at, "
        "published_at_utc, published_date, updated_at, first_seen_at, lag_minutes, "
        "keywords, warnings, is_undated",
    )
    assert rows == [
        (
            "kalbela:1",
            "কালবেলা",
            "নতুন",
            2,
            1,
            clock("2025-01-20 10:00"),
            clock("2025-01-20 04:00"),
            date(2025, 1, 20),
            clock("2025-01-20 11:50"),
            clock("2025-01-20 10:30"),
            30.0,
            "ইরান, পাকিস্তান",
            None,
            False,
        )
    ]


def test_article_day_is_dhakas_and_a_day_without_time_is_dated(lake):
    lake.article("kalbela:1", published_at="2025-01-20 20:00:00+00")
    lake.article("kalbela:2", published_at=None, published_date="2025-01-19")
    lake.article("kalbela:3", published_at=None, published_at_source="none")
    assert lake.mart("article", "article_id, published_date, is_undated, lag_minutes") == [
        ("kalbela:1", date(2025, 1, 21), False, -930.0),
        ("kalbela:2", date(2025, 1, 19), False, None),
        ("kalbela:3", None, True, None),
    ]


def test_articles_of_a_day_lie_together(lake):
    for number, day in enumerate((21, 19, 20, 19)):
        lake.article(f"kalbela:{number}", published_at=f"2025-01-{day} 10:00:00+06")
    lake.mart("article", "article_id")
    days = lake.connection.execute("SELECT day(published_date) FROM build.mart.article").fetchall()
    assert days == [(19,), (19,), (20,), (21,)]


@pytest.mark.parametrize("source", ["masthead", "file_time"])
def test_article_has_no_lag_if_the_capture_time_is_a_guess(lake, source):
    lake.article("kalbela:1", captured_at_source=source)
    assert lake.mart("article", "lag_minutes") == [(None,)]


def test_article_names_of_dimensions_and_agency(lake):
    lake.insert(
        dimensions.DIM_SECTION,
        section_id="kalbela:বিশ্ব > এশিয়া",
        section="বিশ্ব > এশিয়া",
        top_section="বিশ্ব",
    )
    lake.insert(dimensions.DIM_BYLINE, byline_id="kalbela:বাসস", byline="বাসস", byline_kind="agency")
    lake.insert(dimensions.DIM_SOURCE, source_id="reuters", source_kind="agency", name_bn="রয়টার্স")
    lake.insert(dimensions.DIM_SOURCE, source_id="dawn", source_kind="paper", name_bn="ডন")
    lake.article("kalbela:1", section_id="kalbela:বিশ্ব > এশিয়া", byline_id="kalbela:বাসস")
    lake.article("example.com:2")
    lake.article("kalbela:3")
    lake.article("kalbela:4")
    for article_id, content, source in (
        ("example.com:2", "example.com:2#1", "reuters"),
        ("kalbela:3", "kalbela:3#1", "dawn"),
        ("kalbela:4", "an earlier version", "reuters"),
    ):
        lake.insert(
            FACT_SOURCE_CITATION,
            article_id=article_id,
            content_hash=content,
            source_id=source,
        )
    columns = "article_id, outlet_name_en, section, top_section, byline, is_agency_credited"
    assert lake.mart("article", columns) == [
        ("example.com:2", "example.com", None, None, None, True),
        ("kalbela:1", "Kalbela", "বিশ্ব > এশিয়া", "বিশ্ব", "বাসস", True),
        ("kalbela:3", "Kalbela", None, None, None, False),
        ("kalbela:4", "Kalbela", None, None, None, False),
    ]


def test_article_text_is_that_of_the_current_version(lake):
    lake.article("kalbela:1", "আগের কথা", version_no=1, is_current=False)
    lake.article("kalbela:1", "এখনের কথা", version_no=2)
    lake.connection.execute("UPDATE lake.core.article_text SET captions = ['এক', 'দুই']")
    assert lake.mart("article_text", "article_id, body, captions") == [
        ("kalbela:1", "এখনের কথা", "এক\nদুই")
    ]


def test_revision_says_what_changed_and_how_much(lake):
    lake.article("kalbela:1", "এক দুই তিন", version_no=1, is_current=False, title="ক", word_count=3)
    lake.article(
        "kalbela:1",
        "এক দুই\n\nচারটি",
        version_no=2,
        is_current=False,
        title="ক",
        word_count=3,
        valid_from="2025-01-20 11:00:00+06",
    )
    lake.article(
        "kalbela:1",
        "এক দুই\n\nচারটি",
        version_no=3,
        title="খ",
        word_count=3,
        updated_at="2025-01-20 12:00:00+06",
        valid_from="2025-01-20 13:00:00+06",
    )
    lake.article("kalbela:2")
    rows = lake.mart(
        "article_revision",
        "version_no, changed_fields, title_before, title_after, characters_added, "
        "characters_removed, round(changed_share, 3), minutes_since_publication",
    )
    # `তিন` (3) went, `চারটি` (5) came; 2 + 3 + 3 characters before, 2 + 3 + 5 after.
    assert rows == [
        (2, "body", "ক", "ক", 5, 3, round(8 / 18, 3), 60.0),
        (3, "title, updated_at", "ক", "খ", 0, 0, 0.0, 180.0),
    ]


def test_revision_back_to_an_earlier_content(lake):
    lake.article("kalbela:1", "এক", version_no=1, content_hash="a", is_current=False)
    lake.article("kalbela:1", "দুই", version_no=2, content_hash="b", is_current=False)
    lake.article("kalbela:1", "এক", version_no=3, content_hash="a")
    # A content that comes back is one row of text.
    lake.connection.execute(
        "DELETE FROM lake.core.article_text WHERE rowid = "
        "(SELECT max(rowid) FROM lake.core.article_text WHERE content_hash = 'a')"
    )
    assert lake.mart("article_revision", "version_no, changed_fields, changed_share") == [
        (2, "body", 1.0),
        (3, "body", 1.0),
    ]


def test_every_version_has_its_text_and_its_span(lake):
    one, two, three = (f"2025-01-20 1{hour}:30:00+06" for hour in range(3))
    lake.article("kalbela:1", "প্রথম", is_current=False, valid_from=one, valid_to=two, title="ক")
    lake.article("kalbela:1", "দ্বিতীয়", version_no=2, valid_from=two, first_seen_at=one, title="খ")
    lake.article("samakal:2", "একা", valid_from=three, title="গ")
    rows = lake.mart(
        "article_version",
        "article_id, version_no, title, body, is_current, seen_from_at, seen_to_at",
    )
    assert rows == [
        ("kalbela:1", 1, "ক", "প্রথম", False, clock("2025-01-20 10:30"), clock("2025-01-20 11:30")),
        ("kalbela:1", 2, "খ", "দ্বিতীয়", True, clock("2025-01-20 11:30"), None),
        ("samakal:2", 1, "গ", "একা", True, clock("2025-01-20 12:30"), None),
    ]
    assert len(lake.mart("earlier_version", "article_id")) == 1
