"""Dashboard: which outlet published what and when, and how much of it is held."""

from bi.datasets import ARTICLE, DECLARED, SOURCE_HEALTH
from bi.model import Bars, Dashboard, HeatMap, Number, Row, Table, TimeBars

COVERAGE = Dashboard(
    "khobor-coverage",
    "Coverage",
    "Which outlet published what and when, and how much of it is held.",
    (
        Row(
            20,
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
                        title="Dated articles",
                        note="Those whose day of publication is known.",
                        dataset=ARTICLE,
                        metrics=("dated_share",),
                    ),
                    3,
                ),
                (
                    Number(
                        title="Pages fetched",
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
                        where=("published_date IS NOT NULL",),
                        grain="P1D",
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
                    6,
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
                    6,
                ),
            ),
        ),
        Row(
            66,
            (
                (
                    HeatMap(
                        title="Sections by outlet",
                        note="Articles by outlet and section.",
                        dataset=ARTICLE,
                        metrics=("articles",),
                        x="section",
                        y="outlet",
                    ),
                    12,
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
                    12,
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
                        grain="P1D",
                        series="fetch_state",
                    ),
                    12,
                ),
            ),
        ),
        Row(
            54,
            (
                (
                    Table(
                        title="Sources",
                        note="Feeds, sitemaps and listings by their last readings; section and "
                        "country say nothing of them.",
                        dataset=SOURCE_HEALTH,
                        metrics=("failed_reads", "entries", "last_good_read", "failing_since"),
                        columns=("outlet", "source", "declaration_kind", "state", "problems"),
                        order_by="failed_reads",
                        limit=1000,
                    ),
                    12,
                ),
            ),
        ),
    ),
)
