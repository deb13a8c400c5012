"""Questions that a fresh build answers at once, printed after a run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """A question in both languages and the SQL that answers it from the marts."""

    caption_bn: str
    caption_en: str
    sql: str


QUESTIONS: tuple[Question, ...] = (
    Question(
        "কোন মাধ্যম কোন মাসে কতগুলো সংবাদ প্রকাশ করেছে?",
        "How many articles did each outlet publish in each month?",
        """\
SELECT
    strftime(published_date, '%Y-%m') AS month,
    coalesce(outlet_name_bn, outlet_name_en) AS outlet,
    CAST(sum(article_count) AS BIGINT) AS articles,
    CAST(sum(story_count) AS BIGINT) AS stories,
    CAST(sum(agency_article_count) AS BIGINT) AS with_agency
FROM mart.daily_volume
GROUP BY ALL
ORDER BY month DESC, articles DESC, outlet
LIMIT 15""",
    ),
    Question(
        "কোন দেশগুলোর সম্পর্ক সবচেয়ে বেশি আলোচিত, আর তাদের মধ্যে কী ঘটেছে?",
        "Which pairs of countries are reported on most, and what happened between them?",
        """\
SELECT
    coalesce(country1_name_bn, country1) || ' – ' || coalesce(country2_name_bn, country2) AS pair,
    CAST(sum(mention_article_count) AS BIGINT) AS articles_naming_both,
    CAST(sum(report_count) AS BIGINT) AS reports,
    CAST(sum(event_count) AS BIGINT) AS events,
    CAST(sum(cooperation_count) AS BIGINT) AS cooperation,
    CAST(sum(conflict_count) AS BIGINT) AS conflict
FROM mart.country_pair_month
GROUP BY ALL
ORDER BY reports DESC, articles_naming_both DESC, pair
LIMIT 10""",
    ),
    Question(
        "কোন ঘটনার সংবাদ সবচেয়ে বেশি মাধ্যমে এসেছে, কে আগে দিয়েছে, অন্যরা কত পরে?",
        "Which stories did most outlets tell, who was first, and how long after came the others?",
        """\
SELECT
    first_title AS story,
    coalesce(first_outlet_name_bn, first_outlet_name_en) AS first_outlet,
    first_published_at,
    article_count AS articles,
    outlet_count AS outlets,
    round(lag_minutes_median) AS median_lag_minutes
FROM mart.story
ORDER BY outlets DESC, articles DESC, first_published_at
LIMIT 10""",
    ),
)
