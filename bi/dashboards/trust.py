"""Dashboard: what became of every page, and how far the data can be trusted."""

from bi.datasets import ARTICLE, CAPTURE, REJECTED, VALIDATION
from bi.model import Bars, Dashboard, Row, Table, TimeBars

TRUST = Dashboard(
    "khobor-trust",
    "Trust",
    "What became of every page, which rules were broken, and how far dates can be trusted.",
    (
        Row(
            24,
            (
                (
                    Table(
                        title="This build",
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
                        title="Outcomes",
                        note="Captures by their outcome; every capture has exactly one.",
                        dataset=CAPTURE,
                        metrics=("captures",),
                        category="outcome",
                    ),
                    6,
                ),
                (
                    Bars(
                        title="Why pages were not loaded",
                        note="First word of the reason; the outcome where it needs none.",
                        dataset=CAPTURE,
                        metrics=("captures",),
                        where=("outcome <> 'loaded'",),
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
                        title="Outcomes by day",
                        note="Captures by the day they were taken, in Dhaka; without those of "
                        "which no more is known than the time of the file.",
                        dataset=CAPTURE,
                        metrics=("captures",),
                        where=("captured_at_source <> 'file_time'",),
                        grain="P1D",
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
                        title="Outcomes by outlet",
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
                        title="Undated share",
                        note="Share of an outlet's articles without a day of publication, by the "
                        "time of their first capture.",
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
                        title="Validation by rule and run",
                        note="Rows that each rule looked at and that broke it. Results are of "
                        "entire runs; outlet, section and country choose runs that handled such "
                        "pages.",
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
                        title="Rules broken",
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
                        title="Where times were read",
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
                        title="Quarantine",
                        note="Rejected rows that wait for review, the longest first.",
                        dataset=REJECTED,
                        metrics=("waiting",),
                        where=("review_state = 'open'",),
                        columns=("rejected_at", "outlet", "title", "link", "rules", "capture_id"),
                        order_by="waiting",
                    ),
                    12,
                ),
            ),
        ),
    ),
)
