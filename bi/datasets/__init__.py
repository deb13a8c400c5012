"""The datasets: what their SELECTs hold, and the figures that are taken over them."""

from bi.model import SHARE, Dataset, Metric

DECIMAL = ",.1f"
ARTICLES = Metric("articles", "Articles", "count(DISTINCT article_id)")


def _share(condition: str, key: str = "article_id") -> str:
    """Return SQL for the share of distinct keys for which a condition holds."""
    return (
        f"count(DISTINCT CASE WHEN {condition} THEN {key} END) * 1.0 / "
        f"nullif(count(DISTINCT {key}), 0)"
    )


def _median(value: str, key: str = "article_id") -> str:
    """Return SQL for the median over distinct keys: each counts once, whatever its rows."""
    return (
        f"list_aggregate(map_values(map_from_entries(list(DISTINCT row({key}, {value})))), "
        "'median')"
    )


ARTICLE = Dataset(
    "article",
    "Articles in their current version, a row for each country that one names.",
    "published_date",
    (
        ARTICLES,
        Metric("outlets", "Outlets", "count(DISTINCT outlet)"),
        Metric("dated_share", "Dated", _share("NOT is_undated"), SHARE),
        Metric("undated_share", "Undated", _share("is_undated"), SHARE),
        Metric("agency_share", "Credit an agency", _share("is_agency_credited"), SHARE),
        Metric("revised_share", "Changed later", _share("revision_count > 0"), SHARE),
        Metric("last_published_at", "Last published", "max(published_at)", ""),
        Metric("last_captured_at", "Last captured", "max(first_seen_at)", ""),
        Metric(
            "hours_without_news",
            "Hours without news",
            "date_diff('minute', max(published_at), max(built_at)) / 60.0",
            DECIMAL,
        ),
        Metric("lag_median", "Median lag, minutes", _median("lag_minutes"), DECIMAL),
    ),
    {"published_at_source": "Time read from"},
)

DECLARED = Dataset(
    "declared",
    "URLs that feeds, sitemaps and listings declared, and whether they were fetched.",
    "declared_at",
    (
        Metric("urls", "URLs", "count(DISTINCT url)"),
        Metric("fetched_share", "Fetched", _share("is_fetched", "url"), SHARE),
        Metric(
            "never_fetched",
            "Never fetched",
            "count(DISTINCT CASE WHEN NOT is_fetched THEN url END)",
        ),
    ),
)

SOURCE_HEALTH = Dataset(
    "source_health",
    "Feeds, sitemaps and listings of the outlets, and how they do by their last readings.",
    "last_read_at",
    (
        Metric("sources", "Sources", "count(DISTINCT source)"),
        Metric(
            "failing_sources",
            "Give nothing",
            "count(DISTINCT CASE WHEN state <> 'good' THEN source END)",
        ),
        Metric("entries", "Entries", "max(entry_count)"),
        Metric("failed_reads", "Failed readings", "max(failed_read_count)"),
        Metric("last_good_read", "Last good reading", "max(last_good_read_at)", ""),
        Metric("failing_since", "Failing since", "min(failing_since_at)", ""),
    ),
    {"declaration_kind": "Kind", "problems": "Problems of a week"},
)

CAPTURE = Dataset(
    "capture",
    "Captures and how they ended, with the build they are in.",
    "captured_at",
    (
        Metric("captures", "Captures", "count(DISTINCT capture_id)"),
        ARTICLES,
        Metric("loaded_share", "Loaded", _share("outcome = 'loaded'", "capture_id"), SHARE),
        Metric("pending", "Still to be built", "max(pending_capture_count)"),
    ),
    {"lake_snapshot_id": "Lake snapshot", "khobor_version": "Khobor", "built_at": "Built"},
)

COUNTRY_PAIR = Dataset(
    "country_pair",
    "Pairs of countries that one article names.",
    "published_date",
    (ARTICLES,),
)

EVENT = Dataset(
    "event",
    "Coded interactions between two actors, with the articles that report them.",
    "published_date",
    (
        Metric("events", "Events", "count(DISTINCT event_id)"),
        Metric("reports", "Reports", "count(DISTINCT article_id)"),
    ),
    {"event_day": "Day", "actor1": "Who", "actor2": "Towards whom", "event_type": "Category"},
)

STORY = Dataset(
    "story",
    "Articles of stories that at least two articles tell.",
    "published_date",
    (
        Metric("stories", "Stories", "count(DISTINCT story_id)"),
        ARTICLES,
        Metric("outlets", "Outlets", "count(DISTINCT outlet_id)"),
        Metric(
            "agency_articles",
            "Credit an agency",
            "count(DISTINCT CASE WHEN is_agency_credited THEN article_id END)",
        ),
        Metric("lag_median", "Median lag, minutes", _median("lag_minutes"), DECIMAL),
        Metric("lag_longest", "Longest lag, minutes", "max(lag_minutes)", DECIMAL),
    ),
    {"first_outlet": "First published by", "first_published_at": "At"},
)

SOURCE = Dataset(
    "source",
    "News sources that articles credit.",
    "published_date",
    (ARTICLES,),
    {"source_kind": "Kind of source"},
)

REVISION = Dataset(
    "revision",
    "Changes of articles after publication.",
    "revised_at",
    (
        Metric("revisions", "Changes", "count(DISTINCT concat(article_id, '#', version_no))"),
        Metric("changed_share", "Words changed", "max(changed_share)", SHARE),
        Metric("minutes", "Minutes after publication", "max(minutes_since_publication)", ",.0f"),
    ),
    {"version_no": "Version", "title_before": "Headline before", "title_after": "Headline after"},
)

VALIDATION = Dataset(
    "validation",
    "Results of the rules in the last 200 runs. Outlet, section and country choose the runs that "
    "handled such pages; results are of entire runs.",
    "run_started_at",
    (
        Metric("evaluated", "Rows looked at", "max(evaluated_count)"),
        Metric("unexpected", "Rows that broke it", "max(unexpected_count)"),
        Metric("unexpected_share", "Share", "max(unexpected_share)", ".2%"),
        Metric("runs", "Runs that broke it", "count(DISTINCT run_id)"),
    ),
    {"run_started_at": "Run"},
)

REJECTED = Dataset(
    "rejected",
    "Rejected rows and how long they wait for review.",
    "rejected_at",
    (
        Metric("rows", "Rows", "count(DISTINCT capture_id)"),
        Metric("waiting", "Waiting", "max(waiting_ms)", "DURATION"),
    ),
    {"rejected_at": "Rejected", "capture_id": "Capture"},
)

DATASETS = (
    ARTICLE,
    CAPTURE,
    COUNTRY_PAIR,
    DECLARED,
    SOURCE_HEALTH,
    EVENT,
    REJECTED,
    REVISION,
    SOURCE,
    STORY,
    VALIDATION,
)
