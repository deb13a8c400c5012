"""What the report shows: its sections, each chart and table with the SQL that fills it."""

from dataclasses import dataclass
from typing import Literal

from bi.report import charts


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of the rows that ``sql`` gives; ``draw`` says which columns it needs."""

    caption_bn: str
    caption_en: str
    sql: str
    draw: charts.Draw
    legend_bn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``url`` names the column that holds where its text links to."""

    name: str
    heading_bn: str
    form: Literal["text", "number", "share", "minutes", "time"] = "text"
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The rows that ``sql`` gives."""

    caption_bn: str
    caption_en: str
    sql: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Charts and tables of one matter. ``note_en`` says how to read them, and their limits."""

    name: str
    title_bn: str
    title_en: str
    note_en: str
    charts: tuple[Chart, ...]
    tables: tuple[Table, ...]


FIGURES = """\
SELECT article_count, outlet_count, story_count, event_count, capture_count,
       undated_article_count / nullif(article_count, 0) AS undated_share,
       (SELECT count(*) FROM mart.article_revision) AS revision_count,
       build_id, built_at, khobor_version, first_published_date, last_published_date
FROM mart.build_info"""

_OUTLET = (
    "CASE outlet_id WHEN 'unknown' THEN 'অজানা মাধ্যম' "
    "ELSE coalesce(outlet_name_bn, outlet_name_en, outlet_id) END"
)
# Days, weeks or months: whichever gives at most about thirty columns, then the latest of them.
_PERIODS = f"""\
WITH span AS (
    SELECT min(published_date) AS first_date, max(published_date) AS last_date,
           CASE WHEN last_date - first_date <= 31 THEN 'day'
                WHEN last_date - first_date <= 217 THEN 'week' ELSE 'month' END AS unit,
           to_days(CASE unit WHEN 'day' THEN 1 WHEN 'week' THEN 7 ELSE 31 END) AS step
    FROM mart.daily_volume
), outlet AS (
    SELECT outlet_id FROM mart.daily_volume
    GROUP BY ALL ORDER BY sum(article_count) DESC, outlet_id LIMIT 20
), volume AS (
    SELECT {_OUTLET} AS label, outlet_id IN (FROM outlet) AS is_top, article_count,
           CAST(date_trunc(unit, published_date) AS DATE) AS start_date,
           CAST(date_trunc(unit, start_date + step) AS DATE) AS end_date
    FROM mart.daily_volume CROSS JOIN span
    WHERE published_date > last_date - INTERVAL 36 MONTH
)
"""
_TITLE = Column("title", "শিরোনাম", url="url")
_OUTLET_COLUMN = Column("outlet", "মাধ্যম")

COVERAGE = Section(
    "coverage",
    "প্রকাশনা",
    "Coverage",
    "By day of publication in Dhaka; undated articles are in no time series. "
    "A day without a column is one of which no article is held.",
    (
        Chart(
            "সময় অনুযায়ী সংবাদ",
            "Articles over time",
            _PERIODS + "SELECT start_date, end_date, CAST(sum(article_count) AS BIGINT) AS value "
            "FROM volume GROUP BY ALL ORDER BY start_date",
            charts.periods,
        ),
        Chart(
            "মাধ্যম ও সময় অনুযায়ী সংবাদ",
            "Articles per outlet over time; stronger colour: more",
            _PERIODS + "SELECT label, start_date, end_date, "
            "CAST(sum(article_count) AS BIGINT) AS value FROM volume WHERE is_top "
            "GROUP BY label, start_date, end_date "
            "ORDER BY sum(sum(article_count)) OVER (PARTITION BY volume.label) DESC, "
            "volume.label, start_date",
            charts.periods_by_label,
        ),
        Chart(
            "মাধ্যম অনুযায়ী সংবাদ",
            "Articles per outlet",
            f"""\
SELECT {_OUTLET} AS label,
       CAST(sum(article_count - undated_article_count) AS BIGINT) AS first,
       CAST(sum(undated_article_count) AS BIGINT) AS second
FROM mart.outlet_scorecard WHERE article_count > 0
GROUP BY ALL ORDER BY first + second DESC, label LIMIT 20""",
            charts.split_bars,
            ("তারিখসহ · dated", "তারিখহীন · undated"),
        ),
        Chart(
            "বিভাগ অনুযায়ী সংবাদ",
            "Articles per section, as the outlets name them",
            """\
SELECT coalesce(top_section, 'বিভাগ নেই') AS label, count(*) AS value
FROM mart.article GROUP BY ALL ORDER BY value DESC, label LIMIT 15""",
            charts.bars,
        ),
    ),
    (
        Table(
            "মাধ্যমগুলোর খতিয়ান",
            "Outlets",
            f"""\
SELECT {_OUTLET} AS outlet, article_count, undated_share, revised_share, agency_share,
       lag_minutes_median, first_published_date, last_published_date
FROM mart.outlet_scorecard WHERE article_count > 0 ORDER BY article_count DESC, outlet LIMIT 100""",
            (
                _OUTLET_COLUMN,
                Column("article_count", "সংবাদ", "number"),
                Column("undated_share", "তারিখহীন", "share"),
                Column("revised_share", "সম্পাদিত", "share"),
                Column("agency_share", "সংস্থার বরাতে", "share"),
                Column("lag_minutes_median", "সংগ্রহে বিলম্ব", "minutes"),
                Column("first_published_date", "প্রথম", "time"),
                Column("last_published_date", "সর্বশেষ", "time"),
            ),
        ),
        Table(
            "সর্বশেষ সংবাদ",
            "Latest articles",
            f"""\
SELECT published_at, {_OUTLET} AS outlet, title, url, section, word_count
FROM mart.article ORDER BY published_at_utc DESC NULLS LAST, article_id LIMIT 40""",
            (
                _TITLE,
                _OUTLET_COLUMN,
                Column("published_at", "প্রকাশ", "time"),
                Column("section", "বিভাগ"),
                Column("word_count", "শব্দ", "number"),
            ),
        ),
    ),
)

_PAIR = """coalesce(country1_name_bn, country1) || ' – ' || coalesce(country2_name_bn, country2)"""

RELATIONS = Section(
    "relations",
    "দেশ ও সম্পর্ক",
    "Countries and relations",
    "What articles say, coded by rules: check the sentence. An article counts for every country "
    "and pair that it names, so bars can't be added up.",
    (
        Chart(
            "সবচেয়ে বেশি উল্লিখিত দেশ",
            "Countries by articles that name them",
            """\
SELECT entity_name_bn AS label, CAST(sum(article_count) AS BIGINT) AS value
FROM mart.entity_daily WHERE entity_kind = 'country'
GROUP BY ALL ORDER BY value DESC, label LIMIT 15""",
            charts.bars,
        ),
        Chart(
            "সবচেয়ে বেশি উল্লিখিত দেশজোড়া",
            "Pairs of countries by articles that name both",
            f"""\
SELECT {_PAIR} AS label, CAST(sum(mention_article_count) AS BIGINT) AS value
FROM mart.country_pair_month GROUP BY ALL ORDER BY value DESC, sum(report_count) DESC, label
LIMIT 15""",
            charts.bars,
        ),
    ),
    (
        Table(
            "দেশজোড়া",
            "Pairs of countries",
            f"""\
SELECT {_PAIR} AS pair, CAST(sum(mention_article_count) AS BIGINT) AS articles,
       CAST(sum(report_count) AS BIGINT) AS reports, CAST(sum(event_count) AS BIGINT) AS events,
       CAST(sum(cooperation_count) AS BIGINT) AS cooperation,
       CAST(sum(conflict_count) AS BIGINT) AS conflict
FROM mart.country_pair_month GROUP BY ALL
ORDER BY reports DESC, articles DESC, pair LIMIT 20""",
            (
                Column("pair", "দেশ"),
                Column("articles", "সংবাদ", "number"),
                Column("reports", "প্রতিবেদন", "number"),
                Column("events", "ঘটনা", "number"),
                Column("cooperation", "সহযোগিতা", "number"),
                Column("conflict", "বিরোধ", "number"),
            ),
        ),
        Table(
            "সর্বশেষ ঘটনা",
            "Latest events, with the sentence that reports each",
            """\
SELECT first_reported_date, coalesce(actor1_name_bn, actor1) AS actor1, event_type,
       coalesce(actor2_name_bn, actor2) AS actor2, evidence, first_article_url AS url
FROM mart.event ORDER BY first_reported_at_utc DESC NULLS LAST, event_id LIMIT 25""",
            (
                Column("evidence", "বাক্য", url="url"),
                Column("actor1", "কে"),
                Column("event_type", "ধরন"),
                Column("actor2", "কার প্রতি"),
                Column("first_reported_date", "প্রকাশ", "time"),
            ),
        ),
    ),
)

# A number says which row of the table a line of the chart is: headlines are too long for a chart.
_STORIES = """\
WITH ranked AS (
    SELECT *, row_number() OVER (
        ORDER BY outlet_count DESC, article_count DESC, first_published_at_utc, story_id) AS place
    FROM mart.story
)
"""

STORIES = Section(
    "stories",
    "একই ঘটনা, নানা মাধ্যম",
    "Stories",
    "Stories that at least two articles tell. Who was first is by the times the outlets print.",
    (
        Chart(
            "অন্যরা কত পরে দিয়েছে",
            "How long after the first outlet the others came: first, median, last; "
            "numbers as in the table",
            _STORIES + "SELECT '#' || place AS label, lag_minutes_min AS low, "
            "lag_minutes_median AS middle, lag_minutes_max AS high FROM ranked "
            "WHERE place <= 20 AND lag_minutes_median IS NOT NULL ORDER BY place",
            charts.lags,
        ),
    ),
    (
        Table(
            "সবচেয়ে আলোচিত ঘটনা",
            "Biggest stories",
            _STORIES + "SELECT '#' || place AS place, coalesce(first_title, first_article_id) AS "
            "title, first_url AS url, coalesce(first_outlet_name_bn, first_outlet_name_en) AS "
            "outlet, first_published_at, outlet_count, article_count, lag_minutes_median "
            "FROM ranked WHERE place <= 20 ORDER BY ranked.place",
            (
                Column("place", "ক্রম"),
                _TITLE,
                Column("outlet", "প্রথম মাধ্যম"),
                Column("first_published_at", "প্রকাশ", "time"),
                Column("outlet_count", "মাধ্যম", "number"),
                Column("article_count", "সংবাদ", "number"),
                Column("lag_minutes_median", "মধ্যক ব্যবধান", "minutes"),
            ),
        ),
    ),
)

TRUST = Section(
    "trust",
    "কতটা ভরসা করা যায়",
    "Trust",
    "Every page taken in has exactly one outcome. Lag is from publication to the first capture, "
    "known only where the time of the capture is; a lag below a minute is drawn as one.",
    (
        Chart(
            "সংগৃহীত পাতার পরিণতি",
            "Captures by outcome",
            "SELECT outcome AS label, count(*) AS value FROM mart.capture_outcome "
            "GROUP BY ALL ORDER BY value DESC, label",
            charts.bars,
        ),
        Chart(
            "প্রকাশ থেকে সংগ্রহ পর্যন্ত বিলম্ব",
            "From publication to first capture: dot the median, line to the 95th percentile",
            f"""\
SELECT {_OUTLET} AS label, min(lag_minutes_median) AS low, min(lag_minutes_median) AS middle,
       min(lag_minutes_p95) AS high
FROM mart.outlet_scorecard WHERE lag_minutes_median IS NOT NULL
GROUP BY ALL ORDER BY low, label LIMIT 20""",
            charts.lags,
        ),
    ),
    (
        Table(
            "প্রকাশের পর বদলানো সংবাদ",
            "Latest edits seen after publication",
            f"""\
SELECT revised_at, {_OUTLET.replace("outlet_", "r.outlet_")} AS outlet, r.title_before,
       r.title_after AS title, a.url, r.changed_fields, r.changed_share
FROM mart.article_revision AS r LEFT JOIN mart.article AS a USING (article_id)
ORDER BY r.revised_at_utc DESC, article_id, r.version_no DESC LIMIT 25""",
            (
                _TITLE,
                Column("title_before", "আগের শিরোনাম"),
                _OUTLET_COLUMN,
                Column("revised_at", "দেখা গেছে", "time"),
                Column("changed_fields", "যা বদলেছে"),
                Column("changed_share", "শব্দে বদল", "share"),
            ),
        ),
        Table(
            "যেসব পাতা নেওয়া হয়নি",
            "Captures that were not loaded, and why",
            f"""\
SELECT captured_at, {_OUTLET} AS outlet, outcome, reason, source, url
FROM mart.capture_outcome WHERE reason IS NOT NULL
ORDER BY captured_at_utc DESC, capture_id LIMIT 40""",
            (
                Column("captured_at", "সংগ্রহ", "time"),
                _OUTLET_COLUMN,
                Column("outcome", "পরিণতি"),
                Column("reason", "কারণ"),
                Column("source", "পাতা", url="url"),
            ),
        ),
        Table(
            "যেসব নিয়ম ভেঙেছে",
            "Rules that rows broke",
            """\
SELECT run_started_at, suite, rule, severity, unexpected_count, evaluated_count
FROM mart.data_quality WHERE unexpected_count > 0
ORDER BY run_started_at_utc DESC NULLS LAST, unexpected_count DESC, suite, rule LIMIT 30""",
            (
                Column("run_started_at", "চালানো", "time"),
                Column("suite", "পরীক্ষা"),
                Column("rule", "নিয়ম"),
                Column("severity", "ফল"),
                Column("unexpected_count", "ভেঙেছে", "number"),
                Column("evaluated_count", "দেখা হয়েছে", "number"),
            ),
        ),
    ),
)

SECTIONS = (COVERAGE, RELATIONS, STORIES, TRUST)
