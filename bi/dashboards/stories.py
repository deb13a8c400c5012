"""Dashboard: who had it first, whom they credit, what was changed afterwards."""

from bi.datasets import ARTICLE, REVISION, SOURCE, STORY
from bi.model import Bars, Dashboard, HeatMap, Row, Table

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
            46,
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
                    6,
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
                    6,
                ),
            ),
        ),
        Row(
            58,
            (
                (
                    Bars(
                        title="Agency reliance",
                        note="Share of an outlet's articles that credit a news agency.",
                        dataset=ARTICLE,
                        metrics=("agency_share",),
                        category="outlet",
                    ),
                    6,
                ),
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
                    6,
                ),
            ),
        ),
        Row(
            60,
            (
                (
                    HeatMap(
                        title="Who credits whom",
                        note="Articles by outlet and source.",
                        dataset=SOURCE,
                        metrics=("articles",),
                        x="source",
                        y="outlet",
                    ),
                    12,
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
