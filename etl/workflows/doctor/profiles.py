"""Whether the outlets' profiles still fit their pages."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import duckdb

from etl.lake.queries.profiles import ProfileWeek, selector_misses
from etl.workflows.doctor.finding import Finding, Level, fine

# A week with fewer articles says little, and a page in fifty has an odd template at any time.
_LEAST_ARTICLES = 10
_LEAST_SHARE = 0.1
_TIMES_MORE = 3.0
_WEEKS_SHOWN = 4


def check_profiles(connection: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    """Find the outlets whose selectors have begun to miss in their last week."""
    is_fine = True
    weeks = selector_misses(connection)
    for outlet_id, group in groupby(weeks, key=lambda week: week.outlet_id):
        history = [week for week in group if week.article_count >= _LEAST_ARTICLES]
        if history and _has_begun_to_miss(history):
            is_fine = False
            shown = ", ".join(
                f"{week.missed_share:.0%} in the week of {week.week}"
                for week in history[-_WEEKS_SHOWN:]
            )
            yield Finding(
                "profiles",
                Level.WARN,
                f"{outlet_id}: selectors miss on {shown}",
                "mend its selectors in outlets.yml, and keep the former ones under earlier_html "
                "with valid_until; then `khobor reextract --outlet "
                f"{outlet_id} --since {history[-1].week}`",
            )
    if is_fine:
        yield fine("profiles", "selectors find what they name")


def _has_begun_to_miss(history: Sequence[ProfileWeek]) -> bool:
    *earlier, last = history
    articles = sum(week.article_count for week in earlier)
    before = sum(week.missed_count for week in earlier) / articles if articles else 0.0
    return last.missed_share >= max(_LEAST_SHARE, _TIMES_MORE * before)
