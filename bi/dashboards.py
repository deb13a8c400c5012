"""The four dashboards and their charts."""

from bi.datasets import (
    ARTICLE,
    CAPTURE,
    COUNTRY_PAIR,
    DECLARED,
    EVENT,
    REJECTED,
    REVISION,
    SOURCE,
    STORY,
    VALIDATION,
)
from bi.model import Bars, Dashboard, HeatMap, Number, Row, Table, TimeBars

DAY, MONTH = "P1D", "P1M"
DATED = "published_date IS NOT NULL"

COVERAGE = Dashboard(
    "khobor-coverage",
    "Coverage",
    "Which outlet published what and when, and how much of it is held.",
    (
        Row(
            17,
            (
                (
                    Number(
                        title="Articles",
                        note="Articles in their current version, each once.",
                        dataset=ARTICLE,
                        metrics=("articles",),
                    ),
                    3,
                ),
                (
                    Number(
                        title="Outlets",
                        note="Outlets with an article.",
                        dataset=ARTICLE,
                        metrics=("outlets",),
                    ),
                    3,
                ),
                (
                    Number(
                        title="Articles with a day of publication",
                        note="The rest is held, and kept out of every time series.",
                        dataset=ARTICLE,
                        metrics=("dated_share",),
                    ),
                    3,
                ),
                (
                    Number(
                        title="Declared pages that were fetched",
                        note="Of the URLs that feeds, sitemaps and listings declared.",
                        dataset=DECLARED,
                        metrics=("fetched_share",),
                    ),
                    3,
                ),
            ),
        ),
        Row(
            50,
            (
                (
                    TimeBars(
                        title="Articles by day and outlet",
                        note="Dated articles by the day of publication in Dhaka.",
                        dataset=ARTICLE,
                        metrics=("articles",),
                        where=(DATED,),
                        grain=DAY,
                        series="outlet",
                    ),
                    12,
                ),
            ),
        ),
        Row(
            58,
            (
                (
                    Bars(
                        title="Sections",
                        note="First level of the section that the page names.",
                        dataset=ARTICLE,
                        metrics=("articles",),
                        category="section",
                        limit=15,
                    ),
                    5,
                ),
                (
                    HeatMap(
                        title="Sections by outlet",
                        note="Articles by outlet and section.",
                        dataset=ARTICLE,
                        metrics=("articles",),
                        x="section",
                        y="outlet",
                    ),
                    7,
                ),
            ),
        ),
        Row(
            54,
            (
                (
                    Table(
                        title="Freshness",
                        note="When each outlet was last heard of, up to the time of the build; "
                        "lag is from publication to our first capture.",
                        dataset=ARTICLE,
                        metrics=(
                            "articles",
                            "last_published_at",
                            "last_captured_at",
                            "hours_without_news",
                            "lag_median",
                        ),
                        columns=("outlet",),
                        order_by="hours_without_news",
                    ),
                    7,
                ),
                (
                    Bars(
                        title="Completeness",
                        note="URLs declared by feeds, sitemaps and listings, fetched or never.",
                        dataset=DECLARED,
                        metrics=("urls",),
                        category="outlet",
                        series="fetch_state",
                    ),
                    5,
                ),
            ),
        ),
        Row(
            46,
            (
                (
                    TimeBars(
                        title="Declared pages by day",
                        note="URLs by the day they were first declared, fetched or never.",
                        dataset=DECLARED,
                        metrics=("urls",),
                        grain=DAY,
                        series="fetch_state",
                    ),
                    12,
                ),
            ),
        ),
    ),
)

RELATIONS = Dashboard(
    "khobor-relations",
    "Relations",
    "Which countries deal with which, as articles report it. Events are coded by rules and are "
    "reports of what articles say: each has its sentence.",
    (
        Row(
            56,
            (
                (
                    HeatMap(
                        title="Who deals with whom",
                        note="Events by the one who acts and the one towards whom.",
                        dataset=EVENT,
                        metrics=("events",),
                        x="actor2",
                        y="actor1",
                    ),
                    7,
                ),
                (
                    Bars(
                        title="Event categories",
                        note="Events by PLOVER category.",
                        dataset=EVENT,
                        metrics=("events",),
                        category="event_type",
                        series="event_class",
                    ),
                    5,
                ),
            ),
        ),
        Row(
            54,
            (
                (
                    TimeBars(
                        title="Country pairs by month",
                        note="Articles that name both countries, the twelve most frequent pairs. "
                        "An article counts in every pair it names.",
                        dataset=COUNTRY_PAIR,
                        metrics=("articles",),
                        where=(DATED,),
                        grain=MONTH,
                        series="pair",
                        series_limit=12,
                    ),
                    8,
                ),
                (
                    TimeBars(
                        title="Events by month",
                        note="Events by the month of the articles that report them.",
                        dataset=EVENT,
                        metrics=("events",),
                        where=(DATED,),
                        grain=MONTH,
                        series="event_class",
                    ),
                    4,
                ),
            ),
        ),
        Row(
            60,
            (
                (
                    Table(
                        title="Latest events",
                        note="With the sentence that reports each, and a link to the article.",
                        dataset=EVENT,
                        metrics=("reports",),
                        columns=(
                            "event_day",
                            "actor1",
                            "event_type",
                            "actor2",
                            "modality",
                            "evidence",
                            "link",
                        ),
                        order_by="event_day",
                    ),
                    12,
                ),
            ),
        ),
        Row(
            54,
            (
                (
                    Bars(
                        title="Countries in the news",
                        note="Articles that name the country.",
                        dataset=ARTICLE,
                        metrics=("articles",),
                        where=("country <> '(দেশ নেই)'",),
                        category="country",
                        limit=15,
                    ),
                    6,
                ),
                (
                    Bars(
                        title="Most frequent pairs",
                        note="Articles that name both countries.",
                        dataset=COUNTRY_PAIR,
                        metrics=("articles",),
                        category="pair",
                        limit=15,
                    ),
                    6,
                ),
            ),
        ),
    ),
)

STORIES = Dashboard(
    "khobor-stories",
    "Stories and sources",
    "Who had it first, who followed, whom they credit, and what was changed afterwards.",
    (
        Row(
            48,
            (
                (
                    Table(
                        title="Biggest stories",
                        note="Stories that at least two articles tell. With a filter, the "
                        "counts are of the articles it leaves.",
                        dataset=STORY,
                        metrics=(
                            "outlets",
                            "articles",
                            "agency_articles",
                            "lag_median",
                            "lag_longest",
                        ),
                        columns=("headline", "link", "first_outlet", "first_published_at"),
                        order_by="articles",
                    ),
                    12,
                ),
            ),
        ),
        Row(
            44,
            (
                (
                    Bars(
                        title="Who had it first",
                        note="Stories by the outlet that printed the earliest time.",
                        dataset=STORY,
                        metrics=("stories",),
                        where=("is_first",),
                        category="outlet",
                    ),
                    4,
                ),
                (
                    Bars(
                        title="How long the others took",
                        note="Median minutes behind the first outlet.",
                        dataset=STORY,
                        metrics=("lag_median",),
                        where=("lag_minutes IS NOT NULL",),
                        category="outlet",
                    ),
                    4,
                ),
                (
                    Bars(
                        title="Agency reliance",
                        note="Share of an outlet's articles that credit a news agency.",
                        dataset=ARTICLE,
                        metrics=("agency_share",),
                        category="outlet",
                    ),
                    4,
                ),
            ),
        ),
        Row(
            58,
            (
                (
                    Bars(
                        title="Sources credited",
                        note="Articles that credit the source.",
                        dataset=SOURCE,
                        metrics=("articles",),
                        category="source",
                        series="source_kind",
                        limit=20,
                    ),
                    5,
                ),
                (
                    HeatMap(
                        title="Who credits whom",
                        note="Articles by outlet and source.",
                        dataset=SOURCE,
                        metrics=("articles",),
                        x="source",
                        y="outlet",
                    ),
                    7,
                ),
            ),
        ),
        Row(
            44,
            (
                (
                    Table(
                        title="Edits after publication",
                        note="Changes that were seen between two captures of an article.",
                        dataset=REVISION,
                        metrics=("changed_share", "minutes"),
                        columns=(
                            "revised_at",
                            "outlet",
                            "link",
                            "version_no",
                            "title_before",
                            "title_after",
                            "changed_fields",
                        ),
                        order_by="revised_at",
                    ),
                    12,
                ),
            ),
        ),
    ),
)

TRUST = Dashboard(
    "khobor-trust",
    "Trust",
    "What became of every page, which rules were broken, and how far dates can be trusted.",
    (
        Row(
            20,
            (
                (
                    Table(
                        title="This build",
                        note="The build behind every chart, and what of it the filters leave.",
                        dataset=CAPTURE,
                        metrics=("captures", "articles", "loaded_share", "pending"),
                        columns=("build_id", "built_at", "lake_snapshot_id", "khobor_version"),
                        order_by="captures",
                    ),
                    12,
                ),
            ),
        ),
        Row(
            48,
            (
                (
                    Bars(
                        title="Outcomes",
                        note="Captures by their outcome; every capture has exactly one.",
                        dataset=CAPTURE,
                        metrics=("captures",),
                        category="outcome",
                    ),
                    4,
                ),
                (
                    Bars(
                        title="Outcomes by outlet",
                        note="Captures by outlet and outcome.",
                        dataset=CAPTURE,
                        metrics=("captures",),
                        category="outlet",
                        series="outcome",
                    ),
                    4,
                ),
                (
                    Bars(
                        title="Why pages were not loaded",
                        note="First word of the reason.",
                        dataset=CAPTURE,
                        metrics=("captures",),
                        where=("outcome <> 'loaded'",),
                        category="reason",
                        series="outcome",
                    ),
                    4,
                ),
            ),
        ),
        Row(
            46,
            (
                (
                    TimeBars(
                        title="Outcomes by day",
                        note="Captures by the day they were taken, in Dhaka.",
                        dataset=CAPTURE,
                        metrics=("captures",),
                        grain=DAY,
                        series="outcome",
                    ),
                    12,
                ),
            ),
        ),
        Row(
            60,
            (
                (
                    Table(
                        title="Validation by rule and run",
                        note="Rows that each rule looked at and that broke it. Results are of "
                        "whole runs; outlet, section and country choose runs that handled such "
                        "pages.",
                        dataset=VALIDATION,
                        metrics=("evaluated", "unexpected", "unexpected_share"),
                        columns=("run_started_at", "suite", "rule", "severity"),
                        order_by="unexpected",
                        limit=1000,
                    ),
                    7,
                ),
                (
                    Bars(
                        title="Rules broken",
                        note="Runs in which a row broke the rule.",
                        dataset=VALIDATION,
                        metrics=("runs",),
                        where=("unexpected_count > 0",),
                        category="rule",
                        series="severity",
                    ),
                    5,
                ),
            ),
        ),
        Row(
            50,
            (
                (
                    Bars(
                        title="Undated share",
                        note="Share of an outlet's articles without a day of publication, by the "
                        "time of their first capture.",
                        dataset=ARTICLE,
                        metrics=("undated_share",),
                        time="first_seen_at",
                        category="outlet",
                    ),
                    4,
                ),
                (
                    Bars(
                        title="Where times were read",
                        note="What gave the time of publication.",
                        dataset=ARTICLE,
                        metrics=("articles",),
                        time="first_seen_at",
                        category="published_at_source",
                    ),
                    3,
                ),
                (
                    Table(
                        title="Quarantine",
                        note="Rejected rows that wait for review, the longest first.",
                        dataset=REJECTED,
                        metrics=("waiting",),
                        where=("review_state = 'open'",),
                        columns=("rejected_at", "outlet", "title", "link", "rules"),
                        order_by="waiting",
                    ),
                    5,
                ),
            ),
        ),
    ),
)

DASHBOARDS = (COVERAGE, RELATIONS, STORIES, TRUST)
