"""Dashboard: who had it first, whom they credit, what was changed afterwards."""

from bi.datasets import ARTICLE, REVISION, SOURCE, STORY
from bi.model import Bars, Dashboard, HeatMap, Row, Table

STORIES = Dashboard(
    "khobor-stories",
    "ঘটনা ও সূত্র",
    "Stories and sources",
    "Who had it first, who followed, whom they credit, and what was changed afterwards.",
    (
        Row(
            48,
            (
                (
                    Table(
                        title_bn="সবচেয়ে বড় ঘটনা",
                        title="Biggest stories",
                        note_bn="অন্তত দুটি সংবাদে আসা ঘটনা; বাছাই থাকলে শুধু বাছাইয়ের সংবাদ গোনা",
                        note="Stories that at least two articles tell; with "
                        "a filter, counts are of what it leaves.",
                        dataset=STORY,
                        metrics=(
                            "outlets",
                            "articles",
                            "agency_articles",
                            "lag_median",
                            "lag_longest",
                        ),
                        columns=("headline", "first_outlet", "first_published_at"),
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
                        title_bn="কে আগে দিয়েছে",
                        title="Who had it first",
                        note_bn="ছাপা সময় ধরে যত ঘটনায় প্রথম",
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
                        title_bn="অন্যরা কত পরে",
                        title="How long the others took",
                        note_bn="প্রথম মাধ্যমের পর মধ্যক ব্যবধান, ঘণ্টা",
                        note="Median hours behind the first outlet.",
                        dataset=STORY,
                        metrics=("lag_hours",),
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
                        title_bn="সংস্থানির্ভরতা",
                        title="Agency reliance",
                        note_bn="মাধ্যমের যত অংশ সংবাদ কোনো বার্তা সংস্থার বরাতে",
                        note="Share of an outlet's articles that credit a news agency.",
                        dataset=ARTICLE,
                        metrics=("agency_share",),
                        category="outlet",
                    ),
                    6,
                ),
                (
                    Bars(
                        title_bn="উদ্ধৃত সূত্র",
                        title="Sources credited",
                        note_bn="সূত্রটির বরাত দেওয়া সংবাদ",
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
                        title_bn="কে কার বরাত দেয়",
                        title="Who credits whom",
                        note_bn="নিচে সূত্র, পাশে মাধ্যম; ঘরে সংবাদের সংখ্যা",
                        note="Across: sources; down: outlets; articles in each cell.",
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
                        title_bn="প্রকাশের পর বদল",
                        title="Edits after publication",
                        note_bn="দুই সংগ্রহের মধ্যে দেখা বদল; নতুনটি আগে",
                        note="Changes seen between two captures of an article; the newest first.",
                        dataset=REVISION,
                        metrics=("changed_share", "after"),
                        columns=(
                            "revised_at",
                            "outlet",
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
