"""Dashboard: what became of every page, and how far the data can be trusted."""

from bi.datasets import ARTICLE, CAPTURE, REJECTED, VALIDATION
from bi.model import Bars, Dashboard, Row, Table, TimeBars

TRUST = Dashboard(
    "khobor-trust",
    "নির্ভরযোগ্যতা",
    "Trust",
    "What became of every page, which rules were broken, and how far dates can be trusted.",
    (
        Row(
            24,
            (
                (
                    Table(
                        title_bn="এই সংস্করণ",
                        title="This build",
                        note_bn="সব ছবির পেছনের প্রকাশিত সংস্করণ, আর বাছাইয়ে তার যতটা আছে",
                        note="The build behind every chart, and what of it the filters leave.",
                        dataset=CAPTURE,
                        metrics=("captures", "articles", "loaded_share", "pending"),
                        columns=("build_id", "built_at", "lake_snapshot_id", "khobor_version"),
                        order_by="captures",
                    ),
                    12,
                ),
            ),
        ),
        Row(
            50,
            (
                (
                    Bars(
                        title_bn="পরিণতি",
                        title="Outcomes",
                        note_bn="সংগৃহীত প্রতিটি পাতার পরিণতি ঠিক একটি",
                        note="Captures by their outcome; every capture has exactly one.",
                        dataset=CAPTURE,
                        metrics=("captures",),
                        category="outcome",
                    ),
                    6,
                ),
                (
                    Bars(
                        title_bn="কেন নেওয়া হয়নি",
                        title="Why pages were not loaded",
                        note_bn="কারণ; কারণ না লাগলে পরিণতি",
                        note="The reason, or the outcome where it needs none.",
                        dataset=CAPTURE,
                        metrics=("captures",),
                        where=("NOT is_loaded",),
                        category="reason",
                        series="outcome",
                    ),
                    6,
                ),
            ),
        ),
        Row(
            46,
            (
                (
                    TimeBars(
                        title_bn="সময় ধরে পরিণতি",
                        title="Outcomes over time",
                        note_bn="সংগ্রহের দিন ধরে; শুধু ফাইলের সময় জানা এমন পাতা বাদে",
                        note="By the day of capture, without those of which "
                        "only the time of the file is known.",
                        dataset=CAPTURE,
                        metrics=("captures",),
                        where=("captured_at_source <> 'file_time'",),
                        series="outcome",
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
                        title_bn="মাধ্যম ধরে পরিণতি",
                        title="Outcomes by outlet",
                        note_bn="মাধ্যম ও পরিণতি ধরে সংগৃহীত পাতা",
                        note="Captures by outlet and outcome.",
                        dataset=CAPTURE,
                        metrics=("captures",),
                        category="outlet",
                        series="outcome",
                    ),
                    6,
                ),
                (
                    Bars(
                        title_bn="তারিখহীন অংশ",
                        title="Undated share",
                        note_bn="প্রকাশের দিন জানা নেই, মাধ্যমের এমন সংবাদের অংশ; প্রথম সংগ্রহের সময় ধরে",
                        note="Share of an outlet's articles without a "
                        "day of publication, by first capture.",
                        dataset=ARTICLE,
                        metrics=("undated_share",),
                        time="first_seen_at",
                        category="outlet",
                    ),
                    6,
                ),
            ),
        ),
        Row(
            60,
            (
                (
                    Table(
                        title_bn="নিয়ম ও চালানো ধরে যাচাই",
                        title="Validation by rule and run",
                        note_bn="নিয়মটি যত সারি দেখেছে ও যত সারি ভেঙেছে; ফল পুরো চালানোর",
                        note="Rows that each rule looked at and that broke it, of entire runs.",
                        dataset=VALIDATION,
                        metrics=("evaluated", "unexpected", "unexpected_share"),
                        columns=("run_started_at", "suite", "rule", "severity"),
                        order_by="unexpected",
                        limit=1000,
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
                        title_bn="ভাঙা নিয়ম",
                        title="Rules broken",
                        note_bn="যত বার চালানোয় অন্তত এক সারি নিয়ম ভেঙেছে",
                        note="Runs in which a row broke the rule.",
                        dataset=VALIDATION,
                        metrics=("runs",),
                        where=("unexpected_count > 0",),
                        category="rule",
                        series="severity",
                    ),
                    6,
                ),
                (
                    Bars(
                        title_bn="প্রকাশের সময় কোথা থেকে",
                        title="Where times were read",
                        note_bn="যেখান থেকে প্রকাশের সময় জানা গেছে",
                        note="What gave the time of publication.",
                        dataset=ARTICLE,
                        metrics=("articles",),
                        time="first_seen_at",
                        category="published_at_source",
                    ),
                    6,
                ),
            ),
        ),
        Row(
            40,
            (
                (
                    Table(
                        title_bn="যাচাইয়ের অপেক্ষায়",
                        title="Quarantine",
                        note_bn="আটকে থাকা পাতা, সবচেয়ে পুরোনোটি আগে",
                        note="Rejected rows that wait for review, the longest first.",
                        dataset=REJECTED,
                        metrics=("waiting_days",),
                        where=("is_waiting",),
                        columns=("rejected_at", "outlet", "headline", "rules", "capture_id"),
                        order_by="waiting_days",
                        empty_bn="কিছুই অপেক্ষায় নেই · nothing waits",
                    ),
                    12,
                ),
            ),
        ),
    ),
)
