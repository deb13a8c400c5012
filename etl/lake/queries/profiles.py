"""How often the selectors of the outlets' profiles miss, week by week."""

from dataclasses import dataclass
from datetime import date

import duckdb

from etl.bangla.clock import DHAKA
from etl.lake import CATALOG


@dataclass(frozen=True, slots=True)
class ProfileWeek:
    """One outlet in one week.

    Attributes:
        outlet_id: the outlet.
        week: its Monday, in Dhaka.
        article_count: versions of articles that were first captured in it.
        missed_count: those on which a selector for title or body found nothing.
    """

    outlet_id: str
    week: date
    article_count: int
    missed_count: int

    @property
    def missed_share(self) -> float:
        """Their share, 0 to 1."""
        return self.missed_count / self.article_count


def selector_misses(connection: duckdb.DuckDBPyConnection) -> list[ProfileWeek]:
    """Count the articles on which a profile's selectors missed.

    Args:
        connection: has the lake attached.

    Returns:
        A row an outlet and week, in order of both.
    """
    rows = connection.execute(
        f"""
        SELECT
          outlet_id,
          date_trunc('week', valid_from AT TIME ZONE '{DHAKA}')::DATE AS week,
          count(*),
          count(*) FILTER (
            len(list_filter(warnings, lambda word: starts_with(word, 'selector_'))) > 0
          )
        FROM {CATALOG}.core.fact_article
        GROUP BY ALL ORDER BY ALL
        """
    ).fetchall()
    return [ProfileWeek(*row) for row in rows]
