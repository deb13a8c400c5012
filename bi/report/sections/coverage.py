"""Section: which outlet published what and when."""

from bi.report import charts
from bi.report.maps import districts
from bi.report.model import Chart, Column, Section, Table
from bi.report.sections.columns import OUTLET, TITLE

# Days, weeks, months, quarters or years: whichever gives at most about thirty-six columns.
_PERIODS = """\
WITH span AS (
    SELECT min(published_date) AS first_date, max(published_date) AS last_date,
           CASE WHEN last_date - first_date <= 31 THEN 'day'
                WHEN last_date - first_date <= 217 THEN 'week'
                WHEN last_date - first_date <= 1100 THEN 'month'
                WHEN last_date - first_date <= 3300 THEN 'quarter' ELSE 'year' END AS unit,
           to_days(CASE unit WHEN 'day' THEN 1 WHEN 'week' THEN 7 WHEN 'month' THEN 31
                   WHEN 'quarter' THEN 92 ELSE 366 END) AS step
    FROM article
), volume AS (
    SELECT outlet AS label,
           CAST(date_trunc(unit, published_date) AS DATE) AS start_date,
           CAST(date_trunc(unit, start_date + step) AS DATE) AS end_date,
           count(*) AS value
    FROM article CROSS JOIN span
    WHERE NOT is_undated
    GROUP BY ALL
)
"""

COVERAGE = Section(
    "coverage",
    "প্রকাশনা",
    "Coverage",
    "ঢাকার সময়ে প্রকাশের দিন ধরে গোনা; তারিখহীন সংবাদ সময়ের ছবিতে নেই। কোনো দিনে স্তম্ভ না থাকলে সেদিনের কোনো "
    "সংবাদ সংগ্রহে নেই।",
    "By day of publication in Dhaka; undated articles are in no time series. Where a day has no "
    "column, no article of that day is held.",
    (
        Chart(
            "সময় অনুযায়ী সংবাদ",
            "Articles over time",
            _PERIODS + "SELECT start_date, end_date, CAST(sum(value) AS BIGINT) AS value "
            "FROM volume GROUP BY ALL ORDER BY start_date",
            charts.periods,
        ),
        Chart(
            "মাধ্যম ও সময় অনুযায়ী সংবাদ",
            "Articles per outlet over time; stronger colour: more",
            _PERIODS + "SELECT label, start_date, end_date, value FROM volume "
            "ORDER BY sum(value) OVER (PARTITION BY label) DESC, label, start_date",
            charts.periods_by_label,
            limit=20,
        ),
        Chart(
            "মাধ্যম অনুযায়ী সংবাদ",
            "Articles per outlet",
            """\
SELECT outlet AS label, count(*) FILTER (NOT is_undated) AS first,
       count(*) FILTER (is_undated) AS second
FROM article GROUP BY ALL ORDER BY first + second DESC, label""",
            charts.split_bars,
            ("তারিখসহ · dated", "তারিখহীন · undated"),
            limit=20,
        ),
        Chart(
            "বিভাগ অনুযায়ী সংবাদ",
            "Articles per section, as the outlets name them",
            "SELECT coalesce(top_section, 'বিভাগ নেই') AS label, count(*) AS value "
            "FROM article GROUP BY ALL ORDER BY value DESC, label",
            charts.bars,
            limit=15,
        ),
        Chart(
            "সংবাদে জেলা",
            "Districts by articles that name them or their town",
            """\
SELECT entity_name_bn AS label, any_value(latitude) AS latitude,
       any_value(longitude) AS longitude, count(DISTINCT article_id) AS value
FROM mention WHERE place_kind IN ('division', 'district')
GROUP BY ALL ORDER BY value DESC, label""",
            districts,
        ),
    ),
    (
        Table(
            "মাধ্যমগুলোর খতিয়ান",
            "Outlets; lag is from publication to the first capture",
            """\
SELECT outlet, count(*) AS article_count,
       count(*) FILTER (is_undated) / count(*) AS undated_share,
       count(*) FILTER (revision_count > 0) / count(*) AS revised_share,
       count(*) FILTER (is_agency_credited) / count(*) AS agency_share,
       median(lag_minutes) AS lag_minutes_median,
       min(published_date) AS first_published_date, max(published_date) AS last_published_date
FROM article GROUP BY outlet ORDER BY article_count DESC, outlet""",
            (
                OUTLET,
                Column("article_count", "সংবাদ", "number"),
                Column("undated_share", "তারিখহীন", "share"),
                Column("revised_share", "সম্পাদিত", "share"),
                Column("agency_share", "সংস্থার বরাতে", "share"),
                Column("lag_minutes_median", "সংগ্রহে বিলম্ব", "minutes"),
                Column("first_published_date", "প্রথম", "time"),
                Column("last_published_date", "সর্বশেষ", "time"),
            ),
            limit=50,
        ),
        Table(
            "সর্বশেষ সংবাদ",
            "Latest articles",
            "SELECT published_at, outlet, title, url, section, word_count FROM article "
            "ORDER BY published_at_utc DESC NULLS LAST, article_id",
            (
                TITLE,
                OUTLET,
                Column("published_at", "প্রকাশ", "time"),
                Column("section", "বিভাগ"),
                Column("word_count", "শব্দ", "number"),
            ),
            limit=25,
        ),
    ),
)
