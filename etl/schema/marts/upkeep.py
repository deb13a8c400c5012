"""Short ways to say how a mart is kept; see ``etl.schema.model.Upkeep``."""

from etl.schema.model import Lookup, Source, Upkeep


def by_article(*tables: str, lookups: tuple[Lookup, ...] = ()) -> Upkeep:
    """Replace the rows of changed articles; each of the tables has ``article_id``."""
    return by_key("article_id", *tables, lookups=lookups)


def by_key(key: str, *tables: str, lookups: tuple[Lookup, ...] = ()) -> Upkeep:
    """Replace the rows of changed keys; each of the tables has a column of that name."""
    return Upkeep(key, tuple(Source(table, key) for table in tables), lookups)


def by_day(key: str, *sources: Source) -> Upkeep:
    """Replace the rows of changed days; ``key`` is the day."""
    return Upkeep(key, sources, unit="day")


def by_month(key: str, *sources: Source, lookups: tuple[Lookup, ...] = ()) -> Upkeep:
    """Replace the rows of changed months; ``key`` is the first day of the month."""
    return Upkeep(key, sources, lookups, unit="month")


SAME_STORY = Lookup("mart.article", "story_id", "mart.article", "story_id")
"""Rows hang on the other articles of their story."""
