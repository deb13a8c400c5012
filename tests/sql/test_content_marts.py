"""Given rows and expected rows of the marts of what articles say."""

from datetime import date, datetime

import pytest

from etl.schema.tables import dimensions
from etl.schema.tables.facts import (
    BRIDGE_STORY,
    FACT_ENTITY_MENTION,
    FACT_EVENT,
    FACT_FIGURE,
    FACT_QUOTE,
    FACT_SOURCE_CITATION,
)
from etl.schema.vocabulary import COUNTED_CONFIDENCE

clock = datetime.fromisoformat  # of Dhaka, or UTC in columns …_utc


@pytest.fixture
def world(lake):
    """Names of three countries and one person."""
    for kind, key, name_bn, name_en, iso_code in (
        ("country", "IR", "ইরান", "Iran", "IR"),
        ("country", "PK", "পাকিস্তান", "Pakistan", "PK"),
        ("country", "RU", "রাশিয়া", "Russia", "RU"),
        ("person", "আসিম মুনির", "আসিম মুনির", None, None),
    ):
        lake.insert(
            dimensions.DIM_ENTITY,
            entity_id=f"{kind}:{key}",
            entity_kind=kind,
            name_bn=name_bn,
            name_en=name_en,
            iso_code=iso_code,
        )
    return lake


def mention(lake, article_id, entity_id, count=1, in_title=False, content=None):
    lake.insert(
        FACT_ENTITY_MENTION,
        article_id=article_id,
        content_hash=content or f"{article_id}#1",
        entity_id=entity_id,
        mention_count=count,
        is_in_title=in_title,
    )


def event(lake, article_id, actor1, actor2, event_type, event_date=None, **given):
    lake.insert(
        FACT_EVENT,
        article_id=article_id,
        content_hash=f"{article_id}#1",
        outlet_id=article_id.split(":")[0],
        actor1=actor1,
        actor2=actor2,
        event_type=event_type,
        event_date=event_date,
        **given,
    )


def story(lake, story_id, *article_ids, link_kind="wire_copy"):
    for article_id in article_ids:
        lake.insert(BRIDGE_STORY, story_id=story_id, article_id=article_id, link_kind=link_kind)


def test_entity_daily_counts_current_versions_and_stories_once(world):
    world.article("kalbela:1")
    world.article("kalbela:2")
    world.article("samakal:3", published_at="2025-01-20 12:00:00+06")
    world.article("samakal:4", published_at=None)
    story(world, "kalbela:1", "kalbela:1", "samakal:3")
    mention(world, "kalbela:1", "country:IR", 3, in_title=True)
    mention(world, "kalbela:1", "country:IR", 9, content="an earlier version")
    mention(world, "kalbela:2", "country:IR", 2)
    mention(world, "samakal:3", "country:IR", 1)
    mention(world, "samakal:3", "person:আসিম মুনির", 4)
    mention(world, "samakal:4", "country:IR", 5)
    rows = world.mart(
        "entity_daily",
        "published_date, outlet_id, entity_id, entity_name_bn, iso_code, article_count, "
        "title_article_count, mention_count, story_count",
    )
    day = date(2025, 1, 20)
    assert rows == [
        (day, "kalbela", "country:IR", "ইরান", "IR", 2, 1, 5, 2),
        (day, "samakal", "country:IR", "ইরান", "IR", 1, 0, 1, 0),
        (day, "samakal", "person:আসিম মুনির", "আসিম মুনির", None, 1, 0, 4, 1),
    ]


def test_entity_daily_says_where_a_place_lies(world):
    world.insert(
        dimensions.DIM_ENTITY,
        entity_id="place:savar_dhaka",
        entity_kind="place",
        name_bn="সাভার",
        place_kind="upazila",
        country_code="BD",
        latitude=23.9,
        longitude=90.3,
    )
    world.article("kalbela:1")
    mention(world, "kalbela:1", "place:savar_dhaka")
    rows = world.mart("entity_daily", "entity_id, place_kind, latitude, longitude, iso_code")
    assert rows == [("place:savar_dhaka", "upazila", 23.9, 90.3, None)]


def test_event_joins_reports_of_one_day_whatever_the_order_of_mutual_actors(world):
    world.article("kalbela:1", title="প্রথম")
    world.article("samakal:2", title="পরে", published_at="2025-01-21 09:00:00+06")
    event(
        world,
        "samakal:2",
        "PK",
        "IR",
        "CONSULT",
        "2025-01-20",
        modality="done",
        confidence=0.9,
        place="ইসলামাবাদ",
    )
    event(
        world,
        "kalbela:1",
        "IR",
        "PK",
        "CONSULT",
        "2025-01-20",
        modality="planned",
        confidence=0.6,
        evidence="বৈঠক করবেন",
    )
    event(world, "kalbela:1", "IR", "PK", "CONSULT", "2025-01-20", modality="planned", event_no=2)
    event(world, "kalbela:1", "IR", "PK", "ACCUSE", "2025-01-20", event_no=3)
    event(world, "kalbela:1", "PK", "IR", "ACCUSE", "2025-01-20", event_no=4)
    rows = world.mart(
        "event",
        "event_id, actor1, actor1_name_bn, actor2_name_en, event_class, event_date, "
        "place, modality, article_count, outlet_count, first_reported_at, "
        "first_article_title, evidence, article_ids",
    )
    day, first = date(2025, 1, 20), clock("2025-01-20 10:00")
    assert rows == [
        (
            "IR-PK-ACCUSE-2025-01-20",
            "IR",
            "ইরান",
            "Pakistan",
            "conflict",
            day,
            None,
            "done",
            1,
            1,
            first,
            "প্রথম",
            "-",
            "kalbela:1",
        ),
        (
            "IR-PK-CONSULT-2025-01-20",
            "IR",
            "ইরান",
            "Pakistan",
            "cooperation",
            day,
            "ইসলামাবাদ",
            "done",
            2,
            2,
            first,
            "প্রথম",
            "বৈঠক করবেন",
            "kalbela:1, samakal:2",
        ),
        (
            "PK-IR-ACCUSE-2025-01-20",
            "PK",
            "পাকিস্তান",
            "Iran",
            "conflict",
            day,
            None,
            "done",
            1,
            1,
            first,
            "প্রথম",
            "-",
            "kalbela:1",
        ),
    ]


def test_events_below_the_counted_confidence_are_in_no_mart(world):
    world.article("kalbela:1")
    event(world, "kalbela:1", "IR", "PK", "ACCUSE", confidence=COUNTED_CONFIDENCE - 0.01)
    event(world, "kalbela:1", "IR", "IN", "CONSULT", event_no=2, confidence=COUNTED_CONFIDENCE)
    assert world.mart("event_article", "actor2") == [("IN",)]
    assert world.mart("event", "actor2, confidence") == [("IN", COUNTED_CONFIDENCE)]


def test_quotes_and_figures_are_those_of_the_current_version(world):
    world.article("kalbela:1", topic="sport", topic_source="section")
    for content in ("kalbela:1#1", "an earlier version"):
        world.insert(
            FACT_QUOTE,
            article_id="kalbela:1",
            content_hash=content,
            speaker="আসিম মুনির",
            speaker_entity_id="person:আসিম মুনির",
            quote="কাজ শেষ হবে",
        )
        world.insert(
            FACT_FIGURE,
            article_id="kalbela:1",
            content_hash=content,
            figure_kind="money",
            value=5_000_000.0,
            unit="BDT",
        )
    assert world.mart("quote", "article_id, speaker_name_bn, speaker_kind, quote") == [
        ("kalbela:1", "আসিম মুনির", "person", "কাজ শেষ হবে")
    ]
    assert world.mart("figure", "article_id, figure_kind, value, unit") == [
        ("kalbela:1", "money", 5_000_000.0, "BDT")
    ]
    assert world.mart("article", "topic, topic_source") == [("sport", "section")]


def test_event_article_is_one_row_for_each_article_and_event(world):
    world.article("kalbela:1", outlet_id="kalbela")
    world.article("samakal:2", published_at=None)
    event(world, "kalbela:1", "IR", "PK", "CONSULT", "2025-01-20", modality="planned", event_no=1)
    event(
        world,
        "kalbela:1",
        "PK",
        "IR",
        "CONSULT",
        "2025-01-20",
        modality="done",
        confidence=0.6,
        place="তেহরান",
        evidence="বৈঠক করেছেন",
        event_no=2,
    )
    event(world, "kalbela:1", "IR", "PK", "ACCUSE", event_no=3)
    event(world, "samakal:2", "PK", "IR", "CONSULT", "2025-01-20", confidence=0.5)
    rows = world.mart(
        "event_article",
        "event_id, article_id, outlet_id, published_date, actor1, actor2, event_date, place, "
        "modality, evidence, confidence",
    )
    day = date(2025, 1, 20)
    consult = "IR-PK-CONSULT-2025-01-20"
    assert rows == [
        (
            "IR-PK-ACCUSE-kalbela:1",
            "kalbela:1",
            "kalbela",
            day,
            "IR",
            "PK",
            None,
            None,
            "done",
            "-",
            1.0,
        ),
        (consult, "kalbela:1", "kalbela", day, "IR", "PK", day, "তেহরান", "done", "-", 1.0),
        (consult, "samakal:2", "samakal", None, "PK", "IR", day, None, "done", "-", 0.5),
    ]
    assert world.mart("event", "event_id, article_count, article_ids") == [
        ("IR-PK-ACCUSE-kalbela:1", 1, "kalbela:1"),
        (consult, 2, "kalbela:1, samakal:2"),
    ]


def test_event_without_a_day_goes_with_its_story(world):
    for article_id in ("kalbela:1", "samakal:2", "kalbela:3", "samakal:4", "kalbela:5"):
        world.article(article_id)
    story(world, "kalbela:1", "kalbela:1", "samakal:2")
    story(world, "kalbela:3", "kalbela:3", "samakal:4")
    event(world, "kalbela:1", "RU", "IR", "AID", "2025-01-19")
    event(world, "samakal:2", "RU", "IR", "AID")
    event(world, "kalbela:3", "RU", "IR", "AID")
    event(world, "samakal:4", "RU", "IR", "AID")
    event(world, "kalbela:5", "RU", "IR", "AID")
    assert world.mart("event", "event_id, event_date, article_count") == [
        ("RU-IR-AID-2025-01-19", date(2025, 1, 19), 2),
        ("RU-IR-AID-kalbela:3", None, 2),
        ("RU-IR-AID-kalbela:5", None, 1),
    ]


def test_country_pair_month_counts_events_and_reports_apart(world):
    world.article("kalbela:1")
    world.article("samakal:2", published_at="2025-02-01 00:30:00+06")
    world.article("samakal:3", published_at=None)
    for article_id in ("kalbela:1", "samakal:2", "samakal:3"):
        for code in ("IR", "PK"):
            mention(world, article_id, f"country:{code}")
        event(world, article_id, "IR", "PK", "CONSULT", "2025-01-20")
    mention(world, "kalbela:1", "country:RU")
    event(world, "kalbela:1", "PK", "IR", "AID", "2025-01-20", event_no=2, modality="denied")
    event(world, "kalbela:1", "IR", "PK", "THREATEN", "2025-01-20", event_no=3)
    event(world, "kalbela:1", "IR", "PK", "AGREE", "2025-01-20", event_no=4, modality="planned")
    event(world, "kalbela:1", "IR", "INT", "REJECT", "2025-01-20", event_no=5)
    rows = world.mart(
        "country_pair_month",
        "published_month, country1, country2, country1_name_bn, mention_article_count, "
        "report_count, event_count, planned_event_count, denied_event_count, "
        "consult_count, aid_count, threaten_count, cooperation_count, conflict_count, "
        "cooperation_minus_conflict",
    )
    january, february = date(2025, 1, 1), date(2025, 2, 1)
    assert rows == [
        (january, "IR", "PK", "ইরান", 1, 1, 2, 1, 1, 1, 0, 1, 1, 1, 0),
        (january, "IR", "RU", "ইরান", 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        (january, "PK", "RU", "পাকিস্তান", 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        (february, "IR", "PK", "ইরান", 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    ]


def test_story_lags_count_outlets_once(world):
    world.article("kalbela:1", title="প্রথম")
    world.article("kalbela:2", published_at="2025-01-20 10:05:00+06")
    world.article("samakal:3", published_at="2025-01-20 10:40:00+06")
    world.article("samakal:4", published_at="2025-01-20 18:00:00+06")
    world.article("ittefaq:5", published_at="2025-01-20 11:00:00+06")
    world.article("janakantha:6", published_at=None)
    members = ("kalbela:1", "kalbela:2", "samakal:3", "samakal:4", "ittefaq:5", "janakantha:6")
    story(world, "kalbela:1", *members[:4])
    story(world, "kalbela:1", *members[4:], link_kind="same_event")
    rows = world.mart(
        "story",
        "story_id, first_title, first_outlet_id, first_published_at, last_published_at, "
        "article_count, undated_article_count, outlet_count, follower_count, "
        "wire_copy_count, lag_minutes_min, lag_minutes_median, lag_minutes_max, followers",
    )
    assert rows == [
        (
            "kalbela:1",
            "প্রথম",
            "kalbela",
            clock("2025-01-20 10:00"),
            clock("2025-01-20 18:00"),
            6,
            1,
            4,
            3,
            4,
            40.0,
            50.0,
            60.0,
            "samakal +40 min, ittefaq +60 min, janakantha",
        ),
    ]


def test_source_reliance_divides_by_the_outlets_articles_of_the_month(world):
    world.insert(dimensions.DIM_SOURCE, source_id="reuters", source_kind="agency", name_bn="রয়টার্স")
    world.article("kalbela:1")
    world.article("kalbela:2")
    world.article("kalbela:3", published_at="2025-02-20 10:00:00+06")
    world.article("kalbela:4", published_at=None)
    for article_id, content, form in (
        ("kalbela:1", "kalbela:1#1", "source_line"),
        ("kalbela:1", "an earlier version", "source_line"),
        ("kalbela:3", "kalbela:3#1", "report"),
        ("kalbela:4", "kalbela:4#1", "report"),
    ):
        world.insert(
            FACT_SOURCE_CITATION,
            article_id=article_id,
            content_hash=content,
            source_id="reuters",
            credit_form=form,
        )
    rows = world.mart(
        "source_reliance",
        "published_month, outlet_id, source_name_bn, article_count, source_line_count, "
        "report_count, outlet_article_count, article_share",
    )
    assert rows == [
        (date(2025, 1, 1), "kalbela", "রয়টার্স", 1, 1, 0, 2, 0.5),
        (date(2025, 2, 1), "kalbela", "রয়টার্স", 1, 0, 1, 1, 1.0),
    ]


def test_article_entity_and_source_are_those_of_the_current_version(world):
    world.insert(dimensions.DIM_SOURCE, source_id="reuters", source_kind="agency", name_bn="রয়টার্স")
    world.article("kalbela:1")
    world.article("samakal:2", published_at=None)
    mention(world, "kalbela:1", "country:IR", 3, in_title=True)
    mention(world, "kalbela:1", "country:PK", content="an earlier version")
    mention(world, "samakal:2", "person:আসিম মুনির", 4)
    for content, form in (("kalbela:1#1", "source_line"), ("an earlier version", "report")):
        world.insert(
            FACT_SOURCE_CITATION,
            article_id="kalbela:1",
            content_hash=content,
            source_id="reuters",
            credit_form=form,
        )
    assert world.mart(
        "article_entity",
        "article_id, outlet_id, published_date, entity_name_bn, iso_code, mention_count, "
        "is_in_title, is_first_of_story",
    ) == [
        ("kalbela:1", "kalbela", date(2025, 1, 20), "ইরান", "IR", 3, True, True),
        ("samakal:2", "samakal", None, "আসিম মুনির", None, 4, False, False),
    ]
    assert world.mart("article_source", "article_id, source_name_bn, source_kind, credit_form") == [
        ("kalbela:1", "রয়টার্স", "agency", "source_line")
    ]


def test_articles_of_a_story_stand_in_order_of_time_with_their_links(world):
    world.article("kalbela:1", published_at="2025-01-20 10:00:00+06")
    world.article("samakal:2", published_at="2025-01-20 10:40:00+06")
    world.article("samakal:3", published_at=None)
    story(world, "kalbela:1", "samakal:3", "samakal:2", "kalbela:1", link_kind="same_event")
    rows = world.mart("story_article", "story_position, article_id, lag_minutes, link_kind, score")
    assert rows == [
        (1, "kalbela:1", 0.0, "same_event", 1.0),
        (2, "samakal:2", 40.0, "same_event", 1.0),
        (3, "samakal:3", None, "same_event", 1.0),
    ]
