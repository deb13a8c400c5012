"""Dashboard: which countries deal with which."""

from bi.datasets import ARTICLE, COUNTRY_PAIR, EVENT
from bi.model import Bars, Dashboard, HeatMap, Row, Table, TimeBars

RELATIONS = Dashboard(
    "khobor-relations",
    "দেশ ও সম্পর্ক",
    "Relations",
    "Which countries deal with which, as articles report it. Events are coded by rules and are "
    "reports of what articles say: each has its sentence.",
    (
        Row(
            60,
            (
                (
                    Table(
                        title_bn="সর্বশেষ ঘটনা",
                        title="Latest events",
                        note_bn="নতুনটি আগে; বাক্যে চাপ দিলে মূল পাতা খোলে। "
                        "নিয়ম ধরে সাজানো, বাক্য মিলিয়ে দেখুন",
                        note="The newest first, each with the sentence "
                        "that reports it: coded by rules.",
                        dataset=EVENT,
                        metrics=("reports", "surest"),
                        columns=(
                            "event_day",
                            "actor1",
                            "event_type",
                            "actor2",
                            "modality",
                            "evidence",
                        ),
                        order_by="event_day",
                    ),
                    12,
                ),
            ),
        ),
        Row(
            54,
            (
                (
                    Bars(
                        title_bn="ঘটনার ধরন",
                        title="Event categories",
                        note_bn="PLOVER শ্রেণি ধরে",
                        note="Events by PLOVER category.",
                        dataset=EVENT,
                        metrics=("events",),
                        category="event_type",
                        series="event_class",
                    ),
                    6,
                ),
                (
                    TimeBars(
                        title_bn="সময় ধরে ঘটনা",
                        title="Events over time",
                        note_bn="যে সংবাদে এসেছে তার দিন ধরে",
                        note="Events by the day of the articles that report them.",
                        dataset=EVENT,
                        metrics=("events",),
                        where=("published_date IS NOT NULL",),
                        series="event_class",
                    ),
                    6,
                ),
            ),
        ),
        Row(
            54,
            (
                (
                    TimeBars(
                        title_bn="সময় ধরে দেশজোড়া",
                        title="Country pairs over time",
                        note_bn="দুটি দেশই আছে এমন সংবাদ; বেশি আসা বারো জোড়া; এক সংবাদ তার সব জোড়ায় গোনা",
                        note="Articles that name both countries, the twelve most frequent pairs.",
                        dataset=COUNTRY_PAIR,
                        metrics=("articles",),
                        where=("published_date IS NOT NULL",),
                        series="pair",
                        series_limit=12,
                    ),
                    12,
                ),
            ),
        ),
        Row(
            80,
            (
                (
                    HeatMap(
                        title_bn="কে কার সঙ্গে",
                        title="Who deals with whom",
                        note_bn="নিচে যার প্রতি, পাশে যে করে; ঘরে ঘটনার সংখ্যা",
                        note="Across: towards whom; down: who acts; events in each cell.",
                        dataset=EVENT,
                        metrics=("events",),
                        x="actor2",
                        y="actor1",
                    ),
                    12,
                ),
            ),
        ),
        Row(
            54,
            (
                (
                    Bars(
                        title_bn="সংবাদে দেশ",
                        title="Countries in the news",
                        note_bn="দেশটির নাম আছে এমন সংবাদ",
                        note="Articles that name the country.",
                        dataset=ARTICLE,
                        metrics=("articles",),
                        where=("country <> '(দেশ নেই)'",),
                        category="country",
                        limit=15,
                    ),
                    6,
                ),
                (
                    Bars(
                        title_bn="বেশি আসা দেশজোড়া",
                        title="Most frequent pairs",
                        note_bn="দুটি দেশই আছে এমন সংবাদ",
                        note="Articles that name both countries.",
                        dataset=COUNTRY_PAIR,
                        metrics=("articles",),
                        category="pair",
                        limit=15,
                    ),
                    6,
                ),
            ),
        ),
    ),
)
