"""The datasets: what their SELECTs hold, and the figures that are taken over them."""

from bi.expressions import span
from bi.model import SHARE, Dataset, Metric

DECIMAL = ",.1f"
ARTICLES = Metric("articles", "সংবাদ", "count(DISTINCT article_id)")


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


# Headings of columns, the same in all datasets.
_LABELS = {
    "outlet": "মাধ্যম",
    "section": "বিভাগ",
    "country": "দেশ",
    "period": "সময়",
    "published_at": "প্রকাশ",
    "published_date": "প্রকাশের দিন",
    "published_at_source": "সময় কোথা থেকে",
    "headline": "শিরোনাম",
    "title": "শিরোনাম",
    "url": "ঠিকানা",
    "byline": "লেখক",
    "word_count": "শব্দ",
    "story": "ঘটনার প্রথম শিরোনাম",
    "story_article_count": "একই ঘটনার সংবাদ",
    "fetch_state": "অবস্থা",
    "captured_at": "সংগ্রহ",
    "outcome": "পরিণতি",
    "reason": "কারণ",
    "build_id": "প্রকাশিত সংস্করণ",
    "built_at": "তৈরি",
    "lake_snapshot_id": "ভান্ডারের অবস্থা",
    "khobor_version": "খবর",
    "pair": "দেশজোড়া",
    "event_day": "দিন",
    "actor1": "কে",
    "actor2": "কার প্রতি",
    "event_type": "ধরন",
    "event_class": "শ্রেণি",
    "modality": "অবস্থা",
    "evidence": "বাক্য",
    "first_outlet": "প্রথম মাধ্যম",
    "first_published_at": "প্রথম প্রকাশ",
    "source": "সূত্র",
    "source_kind": "সূত্রের ধরন",
    "revised_at": "দেখা গেছে",
    "version_no": "সংস্করণ",
    "title_before": "আগের শিরোনাম",
    "title_after": "পরের শিরোনাম",
    "changed_fields": "যা বদলেছে",
    "run_started_at": "চালানো",
    "suite": "কিসের",
    "rule": "নিয়ম",
    "severity": "ফল",
    "rejected_at": "আটকেছে",
    "rules": "ভাঙা নিয়ম",
    "topic": "বিষয়",
    "declaration_kind": "ধরন",
    "state": "অবস্থা",
    "problems": "সপ্তাহের সমস্যা",
    "last_read_at": "শেষ পড়া",
    "confidence": "নিশ্চয়তা",
    "capture_id": "পাতার আইডি",
}

ARTICLE = Dataset(
    "article",
    "Articles in their current version, a row for each country that one names.",
    "published_date",
    (
        ARTICLES,
        Metric("outlets", "মাধ্যম", "count(DISTINCT outlet)"),
        Metric(
            "undated",
            "তারিখহীন সংবাদ",
            "count(DISTINCT CASE WHEN is_undated THEN article_id END)",
        ),
        Metric("dated_share", "তারিখসহ", _share("NOT is_undated"), SHARE),
        Metric("undated_share", "তারিখহীন, অংশ", _share("is_undated"), SHARE),
        Metric("agency_share", "সংস্থার বরাতে, অংশ", _share("is_agency_credited"), SHARE),
        Metric("revised_share", "পরে বদলেছে, অংশ", _share("revision_count > 0"), SHARE),
        Metric("last_published_at", "সর্বশেষ প্রকাশ", "max(published_at)", ""),
        Metric("last_captured_at", "সর্বশেষ সংগ্রহ", "max(first_seen_at)", ""),
        Metric(
            "days_behind",
            "সর্বশেষ সংবাদের পর, দিন",
            "date_diff('minute', max(published_at), max(newest_published_at)) / 1440.0",
            DECIMAL,
        ),
        Metric("lag_median", "সংগ্রহে মধ্যক বিলম্ব", span(_median("lag_minutes")), ""),
    ),
    _LABELS,
)

DECLARED = Dataset(
    "declared",
    "URLs that feeds, sitemaps and listings declared, and whether they were fetched.",
    "declared_at",
    (
        Metric("urls", "ঠিকানা", "count(DISTINCT url)"),
        Metric("fetched_share", "আনা হয়েছে", _share("is_fetched", "url"), SHARE),
        Metric(
            "never_fetched",
            "আনা হয়নি",
            "count(DISTINCT CASE WHEN NOT is_fetched THEN url END)",
        ),
    ),
    _LABELS,
)

SOURCE_HEALTH = Dataset(
    "source_health",
    "Feeds, sitemaps and listings of the outlets, and how they do by their last readings.",
    "last_read_at",
    (
        Metric("sources", "উৎস", "count(DISTINCT source)"),
        Metric(
            "failing_sources",
            "কিছু দেয় না",
            "count(DISTINCT CASE WHEN state_code <> 'good' THEN source END)",
        ),
        Metric("entries", "ঠিকানা", "max(entry_count)"),
        Metric("failed_reads", "ব্যর্থ পড়া", "max(failed_read_count)"),
        Metric("last_good_read", "শেষ সফল পড়া", "max(last_good_read_at)", ""),
        Metric("failing_since", "ব্যর্থ যখন থেকে", "min(failing_since_at)", ""),
    ),
    _LABELS,
)

CAPTURE = Dataset(
    "capture",
    "Captures and how they ended, with the build they are in.",
    "captured_at",
    (
        Metric("captures", "সংগৃহীত পাতা", "count(DISTINCT capture_id)"),
        ARTICLES,
        Metric("loaded_share", "গৃহীত, অংশ", _share("is_loaded", "capture_id"), SHARE),
        Metric("pending", "এখনো বাকি", "max(pending_capture_count)"),
    ),
    _LABELS,
)

COUNTRY_PAIR = Dataset(
    "country_pair",
    "Pairs of countries that one article names.",
    "published_date",
    (ARTICLES,),
    _LABELS,
)

EVENT = Dataset(
    "event",
    "Coded interactions between two actors, with the articles that report them.",
    "published_date",
    (
        Metric("events", "ঘটনা", "count(DISTINCT event_id)"),
        Metric("reports", "সংবাদ", "count(DISTINCT article_id)"),
        Metric("surest", "নিশ্চয়তা", "max(confidence)", SHARE),
    ),
    _LABELS,
)

STORY = Dataset(
    "story",
    "Articles of stories that at least two articles tell.",
    "published_date",
    (
        Metric("stories", "ঘটনা", "count(DISTINCT story_id)"),
        ARTICLES,
        Metric("outlets", "মাধ্যম", "count(DISTINCT outlet_id)"),
        Metric(
            "agency_articles",
            "সংস্থার বরাতে",
            "count(DISTINCT CASE WHEN is_agency_credited THEN article_id END)",
        ),
        Metric("lag_hours", "মধ্যক ব্যবধান, ঘণ্টা", f"{_median('lag_minutes')} / 60.0", DECIMAL),
        Metric("lag_median", "মধ্যক ব্যবধান", span(_median("lag_minutes")), ""),
        Metric("lag_longest", "সবচেয়ে দেরিতে", span("max(lag_minutes)"), ""),
    ),
    _LABELS,
)

SOURCE = Dataset(
    "source",
    "News sources that articles credit.",
    "published_date",
    (ARTICLES,),
    _LABELS,
)

REVISION = Dataset(
    "revision",
    "Changes of articles after publication.",
    "revised_at",
    (
        Metric("revisions", "বদল", "count(DISTINCT concat(article_id, '#', version_no))"),
        Metric("changed_share", "শব্দে বদল", "max(changed_share)", SHARE),
        Metric("after", "প্রকাশের পর", span("max(minutes_since_publication)"), ""),
    ),
    _LABELS,
)

VALIDATION = Dataset(
    "validation",
    "Results of the rules in the last 200 runs. Outlet, section and country choose the runs that "
    "handled such pages; results are of entire runs.",
    "run_started_at",
    (
        Metric("evaluated", "দেখা হয়েছে", "max(evaluated_count)"),
        Metric("unexpected", "ভেঙেছে", "max(unexpected_count)"),
        Metric("unexpected_share", "অংশ", "max(unexpected_share)", ".2%"),
        Metric("runs", "যত বার চালানোয় ভেঙেছে", "count(DISTINCT run_id)"),
    ),
    _LABELS,
)

REJECTED = Dataset(
    "rejected",
    "Rejected rows and how long they wait for review.",
    "rejected_at",
    (
        Metric("rows", "পাতা", "count(DISTINCT capture_id)"),
        Metric("waiting", "অপেক্ষায়", span("max(waiting_minutes)"), ""),
        Metric("waiting_days", "অপেক্ষায়, দিন", "max(waiting_minutes) / 1440.0", DECIMAL),
    ),
    _LABELS,
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
