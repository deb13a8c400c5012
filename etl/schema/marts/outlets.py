"""Marts of outlets: how much they publish, and what they put into their lists."""

from etl.schema import vocabulary
from etl.schema.marts.columns import (
    BOOLEAN,
    DAY,
    FLOAT,
    INTEGER,
    LAG,
    OUTLET,
    STRING,
    at,
    count,
    date,
    number,
    share,
    text,
)
from etl.schema.marts.upkeep import by_key
from etl.schema.model import Column, Lookup, Table
from etl.schema.vocabulary import values

DAILY_VOLUME = Table(
    "mart",
    "daily_volume",
    "One outlet on one day of publication.",
    ("published_date", "outlet_id"),
    (
        DAY,
        *OUTLET,
        text("weekday_name_bn", "Weekday in Bangla."),
        text("bangla_date", "The day in the Bangla calendar (`৮ মাঘ ১৪৩১`, digits Latin)."),
        Column("is_weekend", BOOLEAN, "Friday or Saturday.", null=None),
        Column("is_holiday", BOOLEAN, "A public holiday of fixed date.", null=None),
        Column("article_count", INTEGER, "Articles published.", minimum=1),
        count(
            "story_count",
            "Stories first published here; a lone article is a story. Sums over rows "
            "count every story once.",
        ),
        count("revised_article_count", "Articles that were seen changed later."),
        count("agency_article_count", "Articles that credit a news agency."),
        count("word_count", "Words of the bodies."),
    ),
    caveats="A day without a row is a day of which we hold no article, which is not a day without "
    "news: see `mart.completeness`. Undated articles are left out.",
)

OUTLET_SCORECARD = Table(
    "mart",
    "outlet_scorecard",
    "One outlet, over all that is held of it.",
    ("outlet_id",),
    (
        *OUTLET,
        count("article_count", "Articles, each once."),
        count("undated_article_count", "Articles without a day of publication."),
        share("undated_share", "Their share of the articles."),
        count("revised_article_count", "Articles that were seen changed."),
        share("revised_share", "Their share of the articles."),
        count("revision_count", "Changes seen."),
        count("agency_article_count", "Articles that credit a news agency."),
        share("agency_share", "Their share of the articles."),
        count("lag_article_count", "Articles whose lag is known."),
        number("lag_minutes_median", f"Median of {LAG}."),
        number("lag_minutes_p95", "95th percentile of the same."),
        count("declared_count", "URLs that feeds, sitemaps and listings declared."),
        count("fetched_declared_count", "Those of them that were captured, with any outcome."),
        share("fetched_share", "Their share of the URLs declared."),
        count("capture_count", "Captures of the outlet's pages."),
        number("word_count_median", "Median of the words of an article."),
        date("first_published_date", "Day of the earliest dated article."),
        date("last_published_date", "Day of the latest dated article."),
        share(
            "selector_missing_share",
            "Share of the versions on which a selector of the profile for title or body found "
            "nothing.",
        ),
        date("last_captured_week", "Monday of the last week in which a version was captured."),
        share("selector_missing_last_week_share", "The same share in that week."),
        text("selector_missing_by_week", "The same by week (`2026-02-09: 0.00, …`)."),
    ),
    caveats="Shares and medians are taken over articles, not over days. A revision is only seen "
    "where a page was captured twice.",
)

HEADLINE_EXPOSURE = Table(
    "mart",
    "headline_exposure",
    "One headline in one list of one outlet, with the article it links to where that is known.",
    ("outlet_id", "list_kind", "headline", "target_article_id"),
    (
        *OUTLET,
        Column("list_kind", STRING, "Which list.", values=values(vocabulary.ListKind)),
        Column("headline", STRING, "The headline as printed in the list."),
        text("target_article_id", "The article it links to."),
        text("url", "Where it links to."),
        *at("first_listed", "First capture that showed it in the list"),
        *at("last_listed", "Last capture that showed it there"),
        Column("listed_minutes", FLOAT, "Minutes between the two; 0 if captured once.", minimum=0),
        Column("capture_count", INTEGER, "Captures that showed it there.", minimum=1),
        Column("best_rank", INTEGER, "Best place it had, 1 is the top.", minimum=1),
        Column("worst_rank", INTEGER, "Worst place it had.", minimum=1),
    ),
    caveats="Lists are seen only when a page is captured: a headline held its list at least as "
    "long as `listed_minutes` unless it left and came back. Captures of equal bytes count once.",
    upkeep=by_key(
        "headline",
        "core.fact_headline_exposure",
        lookups=(
            Lookup(
                "mart.capture_outcome", "capture_id", "core.fact_headline_exposure", "capture_id"
            ),
        ),
    ),
)
