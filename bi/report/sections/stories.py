"""Section: events that several articles report, and what changed after publication."""

from bi.report import charts
from bi.report.model import Chart, Column, Section, Table
from bi.report.sections.columns import OUTLET

_DRAWN = 15
# A number says which row of the table a line of the chart is: headlines are too long for a chart.
_STORIES = """\
WITH ranked AS (
    SELECT *, row_number() OVER (
        ORDER BY outlet_count DESC, article_count DESC, first_published_at_utc, story_id) AS place
    FROM story
)
"""

STORIES = Section(
    "stories",
    "একই ঘটনা, নানা মাধ্যম",
    "Stories",
    "অন্তত দুটি সংবাদে আছে, এমন ঘটনা। কে আগে দিয়েছে তা মাধ্যমের ছাপা সময় ধরে। "
    "যোগ হওয়া শব্দ দাগানো, বাদ পড়া শব্দ কাটা।",
    "Events that at least two articles report. Who was first is by the times the outlets print. "
    "In a changed headline, words that came are marked and words that went are struck out.",
    (
        Chart(
            "অন্যরা কত পরে দিয়েছে",
            "How long after the first outlet the others came: first, median, last; "
            "numbers as in the table",
            _STORIES + "SELECT place AS label, lag_minutes_min AS low, "
            "lag_minutes_median AS middle, lag_minutes_max AS high FROM ranked "
            f"WHERE place <= {_DRAWN} AND lag_minutes_median IS NOT NULL ORDER BY place",
            charts.lags,
        ),
    ),
    (
        Table(
            "সবচেয়ে আলোচিত ঘটনা",
            "Biggest stories",
            _STORIES + "SELECT place, coalesce(first_title, first_article_id) AS title, "
            "first_url AS url, coalesce(first_outlet_name_bn, first_outlet_name_en) AS outlet, "
            "first_published_at, outlet_count, article_count, lag_minutes_median "
            "FROM ranked ORDER BY ranked.place",
            (
                Column("place", "ক্রম", "number"),
                Column("title", "প্রথম শিরোনাম", url="url"),
                Column("outlet", "প্রথম মাধ্যম"),
                Column("first_published_at", "প্রকাশ", "time"),
                Column("outlet_count", "মাধ্যম", "number"),
                Column("article_count", "সংবাদ", "number"),
                Column("lag_minutes_median", "মধ্যক ব্যবধান", "minutes"),
            ),
            limit=_DRAWN,
        ),
        Table(
            "প্রকাশের পর বদলানো শিরোনাম",
            "Headlines that changed after publication, the latest first",
            """\
SELECT revised_at, revision.outlet, title_before, title_after, url, minutes_since_publication
FROM revision LEFT JOIN mart.article AS article USING (article_id)
WHERE is_title_changed AND title_before IS NOT NULL AND title_after IS NOT NULL
ORDER BY revised_at_utc DESC, article_id, revision.version_no DESC""",
            (
                Column("title_after", "শিরোনাম", "diff", url="url", before="title_before"),
                OUTLET,
                Column("revised_at", "দেখা গেছে", "time"),
                Column("minutes_since_publication", "প্রকাশের পর", "minutes"),
            ),
            limit=20,
        ),
    ),
)
