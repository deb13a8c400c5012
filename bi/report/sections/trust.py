"""Section: what became of the captured pages, and which rules they broke."""

from bi.expressions import label
from bi.report import charts
from bi.report.model import Chart, Column, Section, Table
from bi.report.sections.columns import OUTLET

TRUST = Section(
    "trust",
    "কতটা ভরসা করা যায়",
    "Trust",
    "সংগৃহীত প্রতিটি পাতার পরিণতি ঠিক একটি। বিলম্ব মানে প্রকাশ থেকে প্রথম সংগ্রহ; সংগ্রহের সময় জানা থাকলে তবেই। "
    "এক মিনিটের কম বিলম্ব এক মিনিট হিসেবে আঁকা।",
    "Every page taken in has exactly one outcome. Lag is from publication to the first capture, "
    "known only where the time of the capture is; a lag below a minute is drawn as one.",
    (
        Chart(
            "সংগৃহীত পাতার পরিণতি",
            "Captures by outcome",
            (
                f"SELECT {label('outcome', 'outcome')} AS label, count(*) AS value FROM capture "
                "GROUP BY ALL ORDER BY value DESC, label"
            ),
            charts.bars,
        ),
        Chart(
            "প্রকাশ থেকে সংগ্রহ পর্যন্ত বিলম্ব",
            "From publication to first capture: dot the median, line to the 95th percentile",
            "SELECT outlet AS label, median(lag_minutes) AS low, median(lag_minutes) AS middle, "
            "quantile_cont(lag_minutes, 0.95) AS high "
            "FROM article WHERE lag_minutes IS NOT NULL GROUP BY ALL ORDER BY low, label",
            charts.lags,
            limit=20,
        ),
        Chart(
            "প্রকাশের সময় কোথা থেকে জানা",
            "Articles by where their time of publication was read, the most trusted on top",
            (
                f"SELECT {label('published_at_source', 'time_source')} AS label, count(*) AS value "
                "FROM article GROUP BY ALL ORDER BY value DESC, label"
            ),
            charts.bars,
        ),
    ),
    (
        Table(
            "যেসব পাতা নেওয়া হয়নি",
            "Captures that were not loaded, and why",
            (
                f"""\
SELECT captured_at, outlet, {label("outcome", "outcome")} AS outcome,
       {label("reason_word", "reason")} AS reason, coalesce(url, source) AS source, url
FROM capture WHERE outcome NOT IN ('loaded', 'unchanged', 'duplicate')
ORDER BY captured_at_utc DESC, capture_id"""
            ),
            (
                Column("source", "পাতা", url="url"),
                OUTLET,
                Column("outcome", "পরিণতি"),
                Column("reason", "কারণ"),
                Column("captured_at", "সংগ্রহ", "time"),
            ),
            limit=20,
        ),
        Table(
            "যেসব নিয়ম ভেঙেছে",
            "Rules that rows broke, over all runs of this warehouse",
            (
                f"""\
SELECT {label("suite", "suite")} AS suite, {label("rule", "rule")} AS rule_name,
       {label("severity", "severity")} AS severity, CAST(sum(unexpected_count) AS BIGINT) AS broken,
       CAST(sum(evaluated_count) AS BIGINT) AS evaluated
FROM mart.data_quality WHERE unexpected_count > 0
GROUP BY ALL ORDER BY broken DESC, suite, rule_name"""
            ),
            (
                Column("rule_name", "নিয়ম"),
                Column("suite", "কিসের"),
                Column("severity", "ফল"),
                Column("broken", "ভেঙেছে", "number"),
                Column("evaluated", "দেখা হয়েছে", "number"),
            ),
            limit=30,
        ),
    ),
)
