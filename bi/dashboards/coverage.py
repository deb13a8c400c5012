"""Dashboard: which outlet published what and when, and how much of it is held."""

from bi.datasets import ARTICLE, DECLARED, SOURCE_HEALTH
from bi.model import Bars, Dashboard, HeatMap, Number, Row, Table, TimeBars

COVERAGE = Dashboard(
    "khobor-coverage",
    "প্রকাশনা",
    "Coverage",
    "Which outlet published what and when, and how much of it is held.",
    (
        Row(
            26,
            (
                (
                    Number(
                        title_bn="সংবাদ",
                        title="Articles",
                        note_bn="প্রতিটি একবার, বর্তমান সংস্করণে; তারিখহীনসহ",
                        note="Each once, in its current version; undated ones too.",
                        dataset=ARTICLE,
                        metrics=("articles",),
                    ),
                    3,
                ),
                (
                    Number(
                        title_bn="মাধ্যম",
                        title="Outlets",
                        note_bn="অন্তত একটি সংবাদ আছে এমন",
                        note="Outlets with an article.",
                        dataset=ARTICLE,
                        metrics=("outlets",),
                    ),
                    3,
                ),
                (
                    Number(
                        title_bn="তারিখসহ",
                        title="Dated articles",
                        note_bn="যেসব সংবাদের প্রকাশের দিন জানা, তাদের অংশ",
                        note="Share of articles whose day of publication is known.",
                        dataset=ARTICLE,
                        metrics=("dated_share",),
                    ),
                    3,
                ),
                (
                    Number(
                        title_bn="ঘোষিত পাতা আনা",
                        title="Pages fetched",
                        note_bn="ফিড ও সাইটম্যাপে ঘোষিত ঠিকানার যত অংশ আনা হয়েছে; আর্কাইভে ঘোষণা নেই",
                        note="Of the URLs that feeds, sitemaps and listings "
                        "declared; archives declare none.",
                        dataset=DECLARED,
                        metrics=("fetched_share",),
                    ),
                    3,
                ),
            ),
        ),
        Row(
            50,
            (
                (
                    TimeBars(
                        title_bn="সময় ও মাধ্যম ধরে সংবাদ",
                        title="Articles over time by outlet",
                        note_bn="ঢাকার দিন ধরে, তারিখহীন বাদে; সময়ের পরিসর বড় হলে সপ্তাহ বা মাস",
                        note="By day of publication in Dhaka, without undated "
                        "articles; by week or month in a longer range.",
                        dataset=ARTICLE,
                        metrics=("articles",),
                        where=("published_date IS NOT NULL",),
                        series="outlet",
                    ),
                    12,
                ),
            ),
        ),
        Row(
            58,
            (
                (
                    Bars(
                        title_bn="বিভাগ",
                        title="Sections",
                        note_bn="পাতায় লেখা বিভাগের প্রথম ধাপ",
                        note="First level of the section that the page names.",
                        dataset=ARTICLE,
                        metrics=("articles",),
                        category="section",
                        limit=15,
                    ),
                    6,
                ),
                (
                    Bars(
                        title_bn="কতটা আনা হয়েছে",
                        title="Completeness",
                        note_bn="ঘোষিত ঠিকানা, আনা হয়েছে কি না",
                        note="Declared URLs, fetched or not, and why not.",
                        dataset=DECLARED,
                        metrics=("urls",),
                        category="outlet",
                        series="fetch_state",
                    ),
                    6,
                ),
            ),
        ),
        Row(
            66,
            (
                (
                    HeatMap(
                        title_bn="মাধ্যম ও বিভাগ",
                        title="Sections by outlet",
                        note_bn="নিচে বিভাগ, পাশে মাধ্যম; ঘরে সংবাদের সংখ্যা",
                        note="Across: sections; down: outlets; articles in each cell.",
                        dataset=ARTICLE,
                        metrics=("articles",),
                        x="section",
                        y="outlet",
                    ),
                    12,
                ),
            ),
        ),
        Row(
            62,
            (
                (
                    Table(
                        title_bn="কে কবে শেষ লিখেছে",
                        title="Freshness",
                        note_bn="দিন গোনা সবার সর্বশেষ সংবাদ থেকে; বিলম্ব প্রকাশ থেকে প্রথম সংগ্রহ পর্যন্ত",
                        note="Days behind the newest article of all; lag "
                        "is from publication to our first capture.",
                        dataset=ARTICLE,
                        metrics=(
                            "articles",
                            "last_published_at",
                            "last_captured_at",
                            "days_behind",
                            "lag_median",
                        ),
                        columns=("outlet",),
                        order_by="days_behind",
                    ),
                    12,
                ),
            ),
        ),
        Row(
            46,
            (
                (
                    TimeBars(
                        title_bn="সময় ধরে ঘোষিত পাতা",
                        title="Declared pages over time",
                        note_bn="প্রথম ঘোষণার দিন ধরে",
                        note="By the day they were first declared.",
                        dataset=DECLARED,
                        metrics=("urls",),
                        series="fetch_state",
                    ),
                    12,
                ),
            ),
        ),
        Row(
            54,
            (
                (
                    Table(
                        title_bn="ফিড ও সাইটম্যাপ",
                        title="Sources",
                        note_bn="শেষ কয়েকবার পড়ার ফল; বিভাগ ও দেশের বাছাই এখানে খাটে না",
                        note="Feeds, sitemaps and listings by their last readings; section and "
                        "country say nothing of them.",
                        empty_bn="কোনো ফিড বা সাইটম্যাপ পড়া হয়নি · no source was read",
                        dataset=SOURCE_HEALTH,
                        metrics=("failed_reads", "entries", "last_good_read", "failing_since"),
                        columns=("outlet", "source", "declaration_kind", "state", "problems"),
                        order_by="failed_reads",
                        limit=1000,
                    ),
                    12,
                ),
            ),
        ),
    ),
)
