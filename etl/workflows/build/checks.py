"""What Great Expectations found in batches, in few words: for the event of their asset."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from etl.lake import CATALOG
from etl.lake.connection import open_lake
from etl.settings import Settings


@dataclass(frozen=True, slots=True)
class Checks:
    """Rules that were checked, and rows that broke each: ``suite.rule (severity)`` to a count."""

    rules: int
    broken: Mapping[str, int]


def summarise_checks(settings: Settings, batch_ids: Sequence[str]) -> Checks:
    """Sum up the results of the batches that were loaded.

    Args:
        settings: where the lake is.
        batch_ids: the batches; those that were not loaded have no results.

    Returns:
        The checks, the rules that most rows broke first.
    """
    with open_lake(settings, read_only=True) as lake:
        rows = lake.execute(
            f"""
            SELECT suite || '.' || rule || ' (' || severity || ')' AS rule,
                   sum(unexpected_count)::BIGINT AS broken
            FROM {CATALOG}.core.fact_validation
            WHERE batch_id IN (SELECT unnest(?::VARCHAR[]))
            GROUP BY suite, rule, severity ORDER BY broken DESC, rule
            """,  # noqa: S608  (constants)
            [list(batch_ids)],
        ).fetchall()
    return Checks(len(rows), {rule: broken for rule, broken in rows if broken})
