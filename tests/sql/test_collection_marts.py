"""Given rows and expected rows of the marts of volume, collection, quality and the build."""

from datetime import date, datetime

from etl.schema.tables import dimensions
from etl.schema.tables.facts import BRIDGE_STORY, FACT_HEADLINE_EXPOSURE
from etl.schema.tables.ledgers import (
    ETL_RUN,
    FACT_DECLARED,
    FACT_FETCH,
    FACT_SOURCE_READ,
    FACT_VALIDATION,
    REJECTED_ARTICLE,
)
from etl.schema.tables.raw import PAGE_CAPTURE

clock = datetime.fromisoformat  # of Dhaka, or UTC in columns …_utc


def test_capture_outcome(lake):
    lake.capture(
        "c1",
        outlet_id="kalbela",
        url="https://www.kalbela.com/x",
        outcome="failed",
        reason="binary: a PNG picture",
        captured_at="2025-01-20 20:00:00+00",
        run_id="r1",
    )
    assert lake.mart(
        "capture_outcome",
        "capture_id, outlet_id, url, captured_at, captured_at_utc, outcome, reason, reason_word, "
        "run_id",
    ) == [
        (
            "c1",
            "kalbela",
            "https://www.kalbela.com/x",
            clock("2025-01-21 02:00"),
            clock("2025-01-20 20:00"),
            "failed",
            "binary: a PNG picture",
            "binary",
            "r1",
        )
    ]


def test_daily_volume_counts_versions_and_stories_once(lake):
    lake.insert(
        dimensions.DIM_DATE,
        date="2025-01-20",
        weekday_name_bn="সোমবার",
        bangla_day=6,
        bangla_month_name="মাঘ",
        bangla_year=1431,
    )
    lake.article("kalbela:1", version_no=1, is_current=False, word_count=100)
    lake.article("kalbela:1", version_no=2, word_count=120)
    lake.article("kalbela:2", word_count=50)
    lake.article("samakal:3", published_at="2025-01-20 23:00:00+06", word_count=70)
    lake.article("samakal:4", published_at="2025-01-21 09:00:00+06", word_count=30)
    lake.article("samakal:5", published_at=None)
    for article_id in ("kalbela:1", "samakal:3", "samakal:4"):
        lake.insert(BRIDGE_STORY, story_id="kalbela:1", article_id=article_id)
    rows = lake.mart(
        "daily_volume",
        "published_date, outlet_id, weekday_name_bn, bangla_date, article_count, "
        "story_count, revised_article_count, word_count",
    )
    assert rows == [
        (date(2025, 1, 20), "kalbela", "সোমবার", "6 মাঘ 1431", 2, 2, 1, 170),
        (date(2025, 1, 20), "samakal", "সোমবার", "6 মাঘ 1431", 1, 0, 0, 70),
        (date(2025, 1, 21), "samakal", None, None, 1, 0, 0, 30),
    ]


def test_completeness_by_day_of_collection(lake):
    # Published 20 January 10:00; captured 30 and 90 minutes later; the third's capture time is
    # that of a file.
    lake.article("kalbela:1", url="https://kalbela.com/1")
    lake.article("kalbela:2", valid_from="2025-01-20 11:30:00+06")
    lake.article("kalbela:3", captured_at_source="file_time")
    day = {"outlet_id": "kalbela", "captured_at": "2025-01-20 12:00:00+06"}
    lake.capture("c4", outcome="failed", url="https://kalbela.com/broken", **day)
    lake.capture("c5", outcome="duplicate", article_id="kalbela:1", **day)
    lake.capture(
        "c6", outcome="unchanged", captured_at="2025-01-20 19:00:00+00", outlet_id="kalbela"
    )
    for declared_in, url, article_id, declared_at in (
        ("feed", "https://kalbela.com/1", None, "2025-01-20 10:00:00+06"),
        ("sitemap", "https://kalbela.com/1", None, "2025-01-21 10:00:00+06"),
        ("feed", "https://kalbela.com/other-address-of-2", "kalbela:2", "2025-01-20 10:00:00+06"),
        ("feed", "https://kalbela.com/broken", None, "2025-01-20 10:00:00+06"),
        ("feed", "https://kalbela.com/missed", "kalbela:9", "2025-01-20 10:00:00+06"),
        ("feed", "https://samakal.com/missed", None, "2025-01-20 10:00:00+06"),
    ):
        lake.insert(
            FACT_DECLARED,
            declared_in=declared_in,
            url=url,
            article_id=article_id,
            declared_at=declared_at,
            outlet_id="samakal" if "samakal" in url else "kalbela",
        )
    rows = lake.mart(
        "completeness",
        "collected_date, outlet_id, declared_count, never_fetched_count, captured_count, "
        "loaded_count, unchanged_count, duplicate_count, quarantined_count, "
        "not_article_count, failed_count, lag_article_count, lag_minutes_median, "
        "round(lag_minutes_p95, 6)",
    )
    assert rows == [
        (date(2025, 1, 20), "kalbela", 4, 1, 5, 3, 0, 1, 0, 0, 1, 2, 60.0, 87.0),
        (date(2025, 1, 20), "samakal", 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, None, None),
        (date(2025, 1, 21), "kalbela", 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, None, None),
    ]


def test_why_a_declared_url_has_no_capture(lake):
    tries: dict[str, list[tuple[str, str | None]]] = {
        "captured": [("failed", None), ("captured", "c1")],
        "gone": [("gone", "c2")],
        "lost_later": [("captured", "c3"), ("blocked", None)],
        "blocked": [("failed", None), ("blocked", None)],
        "broken": [("blocked", None), ("failed", None)],
        "unchanged": [("captured", "c4"), ("not_modified", None)],
        "waiting": [],
    }
    for name, outcomes in tries.items():
        url = f"https://kalbela.com/{name}"
        lake.insert(FACT_DECLARED, url=url, outlet_id="kalbela")
        for hour, (outcome, capture_id) in enumerate(outcomes):
            lake.insert(
                FACT_FETCH,
                url=url,
                outcome=outcome,
                capture_id=capture_id,
                fetched_at=f"2025-01-01 0{hour}:00:00+00",
            )
    assert lake.mart("declared_url", "url, is_fetched, fetch_state") == [
        ("https://kalbela.com/blocked", False, "blocked"),
        ("https://kalbela.com/broken", False, "unreachable"),
        ("https://kalbela.com/captured", True, "fetched"),
        ("https://kalbela.com/gone", True, "fetched"),
        ("https://kalbela.com/lost_later", True, "fetched"),
        ("https://kalbela.com/unchanged", True, "fetched"),
        ("https://kalbela.com/waiting", False, "never_fetched"),
    ]
    assert lake.mart(
        "completeness", "declared_count, blocked_count, unreachable_count, never_fetched_count"
    ) == [(7, 1, 1, 1)]
    assert lake.mart("outlet_scorecard", "declared_count, fetched_declared_count") == [(7, 4)]


def test_source_health_by_the_last_readings(lake):
    readings: dict[str, list[tuple[str, int, str | None]]] = {
        "good": [("failed", 0, "tls: x"), ("read", 20, None), ("unchanged", 0, None)],
        "failing": [
            ("read", 9, None),
            ("failed", 0, "http_status: 503"),
            ("put_off", 0, "asked_to_wait: 90 s"),
            ("failed", 0, "not_a_feed: x"),
        ],
        "empty": [("read", 5, None), ("read", 0, None)],
        "never": [("failed", 0, "tls: x"), ("failed", 0, "tls: x")],
        "waits": [("put_off", 0, "host_taken: x")],
    }
    for name, outcomes in readings.items():
        for hour, (outcome, entries, reason) in enumerate(outcomes):
            lake.insert(
                FACT_SOURCE_READ,
                source=name,
                outlet_id="kalbela",
                read_at=f"2025-01-01 0{hour}:00:00+00",
                outcome=outcome,
                entry_count=entries,
                off_site_count=0,
                reason=reason,
            )
    assert lake.mart(
        "source_health",
        "source, state, entry_count, hour(failing_since_at_utc), failed_read_count, problem_word",
    ) == [
        ("empty", "empty", 0, None, 0, None),
        ("failing", "failing", 9, 1, 2, "not_a_feed"),
        ("good", "good", 20, None, 0, None),
        ("never", "failing", 0, 0, 2, "tls"),
        ("waits", "put_off", 0, None, 0, "host_taken"),
    ]
    found = dict(lake.mart("source_health", "source, problems"))
    assert found["failing"] == "asked_to_wait 1, http_status 1, not_a_feed 1"
    assert found["never"] == "tls 2"


def test_declared_url_once_by_what_named_it_first(lake):
    lake.article("kalbela:1", url="https://kalbela.com/1")
    lake.article("kalbela:2", url="https://kalbela.com/2")
    for declared_in, url, article_id, declared_at, title in (
        ("feed", "https://kalbela.com/1", None, "2025-01-20 23:00:00+00", None),
        ("sitemap", "https://kalbela.com/1", None, "2025-01-22 10:00:00+06", "প্রথম"),
        ("feed", "https://kalbela.com/other-address", "kalbela:2", "2025-01-20 10:00:00+06", None),
        ("feed", "https://kalbela.com/missed", "kalbela:9", "2025-01-20 10:00:00+06", None),
    ):
        lake.insert(
            FACT_DECLARED,
            declared_in=declared_in,
            declaration_kind=declared_in,
            url=url,
            article_id=article_id,
            declared_at=declared_at,
            title=title,
            outlet_id="kalbela",
        )
    assert lake.mart(
        "declared_url", "url, declared_at, declaration_kind, title, article_id, is_fetched"
    ) == [
        (
            "https://kalbela.com/1",
            clock("2025-01-21 05:00"),
            "feed",
            "প্রথম",
            "kalbela:1",
            True,
        ),
        (
            "https://kalbela.com/missed",
            clock("2025-01-20 10:00"),
            "feed",
            None,
            "kalbela:9",
            False,
        ),
        (
            "https://kalbela.com/other-address",
            clock("2025-01-20 10:00"),
            "feed",
            None,
            "kalbela:2",
            True,
        ),
    ]


def test_rejected_article_has_its_rules_and_review(lake):
    lake.insert(
        ETL_RUN, run_id="r1", step="build", batch_id="b1", started_at="2025-01-20 20:00:00+00"
    )
    lake.insert(
        REJECTED_ARTICLE,
        capture_id="c1",
        run_id="r1",
        outlet_id="kalbela",
        rules=["title.length", "body.min"],
        row_json='{"section": "বিশ্ব > এশিয়া"}',
        review_state="discarded",
        reviewer="রিমা",
        reviewed_at="2025-01-21 10:00:00+06",
    )
    assert lake.mart(
        "rejected_article",
        "capture_id, outlet_name_bn, section, rules, rejected_at, review_state, reviewer, "
        "reviewed_at",
    ) == [
        (
            "c1",
            "কালবেলা",
            "বিশ্ব > এশিয়া",
            "body.min, title.length",
            clock("2025-01-21 02:00"),
            "discarded",
            "রিমা",
            clock("2025-01-21 10:00"),
        )
    ]


def test_outlet_scorecard_takes_shares_over_articles(lake):
    lake.insert(dimensions.DIM_BYLINE, byline_id="b", byline="ইউএনবি", byline_kind="agency")
    lake.article("kalbela:1", version_no=1, is_current=False)
    lake.article("kalbela:1", version_no=2, is_current=False)
    lake.article("kalbela:1", version_no=3, word_count=10)
    lake.article("kalbela:2", valid_from="2025-01-20 11:30:00+06", word_count=20)
    lake.article("kalbela:3", byline_id="b", valid_from="2025-01-21 12:00:00+06", word_count=90)
    lake.article("kalbela:4", published_at=None, word_count=100)
    lake.insert(FACT_DECLARED, outlet_id="samakal", url="https://samakal.com/1")
    rows = lake.mart(
        "outlet_scorecard",
        "outlet_id, article_count, undated_share, revised_share, revision_count, "
        "agency_share, lag_article_count, lag_minutes_median, declared_count, "
        "fetched_share, capture_count, word_count_median, first_published_date",
    )
    assert rows == [
        ("kalbela", 4, 0.25, 0.25, 2, 0.25, 3, 90.0, 0, None, 6, 55.0, date(2025, 1, 20)),
        ("samakal", 0, None, None, 0, None, 0, None, 1, 0.0, 0, None, None),
    ]


def test_outlet_scorecard_shows_a_profile_that_begins_to_miss(lake):
    for number, (day, warnings) in enumerate(
        (
            ("2025-01-06", []),
            ("2025-01-07", ["zone_assumed:meta"]),
            ("2025-01-13", ["selector_missing:body", "selector_missing:title"]),
            ("2025-01-14", []),
        )
    ):
        lake.article(f"kalbela:{number}", valid_from=f"{day} 12:00:00+06", warnings=warnings)
    assert lake.mart(
        "outlet_scorecard",
        "selector_missing_share, last_captured_week, selector_missing_last_week_share, "
        "selector_missing_by_week",
    ) == [(0.25, date(2025, 1, 13), 0.5, "2025-01-06: 0.00, 2025-01-13: 0.50")]


def test_headline_exposure_holds_from_first_to_last_capture(lake):
    for capture_id, outcome, captured_at, rank in (
        ("c1", "loaded", "2025-01-20 10:00:00+06", 3),
        ("c2", "loaded", "2025-01-20 11:30:00+06", 1),
        ("c3", "duplicate", "2025-01-20 15:00:00+06", 1),
    ):
        lake.capture(capture_id, outlet_id="kalbela", outcome=outcome, captured_at=captured_at)
        for list_kind in ("latest", "most_read") if capture_id == "c1" else ("latest",):
            lake.insert(
                FACT_HEADLINE_EXPOSURE,
                capture_id=capture_id,
                outlet_id="kalbela",
                captured_at=captured_at,
                list_kind=list_kind,
                headline_rank=rank,
                headline="শিরোনাম",
            )
    rows = lake.mart(
        "headline_exposure",
        "list_kind, headline, first_listed_at, last_listed_at, listed_minutes, "
        "capture_count, best_rank, worst_rank",
    )
    first, last = clock("2025-01-20 10:00"), clock("2025-01-20 11:30")
    assert rows == [
        ("latest", "শিরোনাম", first, last, 90.0, 2, 1, 3),
        ("most_read", "শিরোনাম", first, first, 0.0, 1, 3, 3),
    ]


def test_data_quality_adds_up_batches_of_a_run(lake):
    lake.insert(ETL_RUN, run_id="r1", step="build", started_at="2025-01-20 04:00:00+00")
    for batch_id, evaluated, unexpected in (("b1", 10, 0), ("b2", 30, 4)):
        lake.insert(
            FACT_VALIDATION,
            run_id="r1",
            batch_id=batch_id,
            suite="article",
            rule="title_length",
            column_name="title",
            severity="warning",
            is_success=unexpected == 0,
            evaluated_count=evaluated,
            unexpected_count=unexpected,
        )
    lake.insert(
        FACT_VALIDATION,
        run_id="r2",
        suite="event",
        rule="x",
        evaluated_count=0,
        is_success=True,
        unexpected_count=0,
    )
    rows = lake.mart(
        "data_quality",
        "run_id, run_started_at, suite, rule, severity, batch_count, failed_batch_count, "
        "evaluated_count, unexpected_count, unexpected_share",
    )
    assert rows == [
        (
            "r1",
            clock("2025-01-20 10:00"),
            "article",
            "title_length",
            "warning",
            2,
            1,
            40,
            4,
            0.1,
        ),
        ("r2", None, "event", "x", "critical", 1, 0, 0, 0, None),
    ]


def test_build_info(lake):
    lake.article("kalbela:1", version_no=1, is_current=False)
    lake.article("kalbela:1", version_no=2)
    lake.article("samakal:2", published_at=None)
    lake.insert(PAGE_CAPTURE, capture_id="still to be built")
    lake.insert(REJECTED_ARTICLE, capture_id="r1", review_state="open")
    lake.insert(REJECTED_ARTICLE, capture_id="r2", review_state="discarded")
    rows = lake.mart(
        "build_info",
        "build_id, built_at, built_at_utc, lake_id, lake_snapshot_id, capture_count, "
        "pending_capture_count, article_count, undated_article_count, version_count, "
        "open_rejected_count, outlet_count, first_published_date",
    )
    assert rows == [
        (
            "20250201T000000000000Z-abcdef",
            clock("2025-02-01 06:00"),
            clock("2025-02-01 00:00"),
            "0e1a38ff-8d5b-4af6-b5af-40854c0cb149",
            7,
            3,
            1,
            2,
            1,
            3,
            1,
            2,
            date(2025, 1, 20),
        ),
    ]
