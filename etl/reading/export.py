"""Parts of a build that people take away as files."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from etl.reading.files import RowStream
from etl.reading.warehouse import Warehouse
from etl.schema.marts.warehouse import MARTS


@dataclass(frozen=True, slots=True)
class Kind:
    """What can be exported: rows of one mart, in order, narrowed by a column with the day."""

    name: str
    mart: str
    day: str
    sql: str
    description: str


_DECLARED = {table.name for table in MARTS}
_KINDS = (
    Kind(
        "articles",
        "article",
        "published_date",
        "SELECT article.*, text.body, text.captions FROM mart.article AS article "
        "INNER JOIN mart.article_text AS text USING (article_id)",
        "Articles in their current version, with their texts.",
    ),
    Kind(
        "versions",
        "article_version",
        "CAST(seen_from_at AS DATE)",
        "FROM mart.article_version",
        "Versions of articles with their texts, by the day they were first captured.",
    ),
    Kind(
        "events",
        "event",
        "coalesce(event_date, first_reported_date)",
        "FROM mart.event",
        "Events between countries, by their day or else that of the first report.",
    ),
    Kind(
        "quotes",
        "quote",
        "published_date",
        "FROM mart.quote",
        "What persons and organisations are quoted with.",
    ),
    Kind(
        "stories",
        "story_article",
        "published_date",
        "FROM mart.story_article",
        "Articles of stories with the kind and score of each link.",
    ),
    Kind(
        "mentions",
        "article_entity",
        "published_date",
        "FROM mart.article_entity",
        "Countries, persons, organisations and places that articles name.",
    ),
)
KINDS = {kind.name: kind for kind in _KINDS if kind.mart in _DECLARED}
"""The kinds whose marts are there, by name."""


@contextmanager
def export_rows(
    warehouse: Warehouse, kind: Kind, since: date | None, until: date | None, where: str | None
) -> Iterator[RowStream]:
    """Yield the rows of a kind.

    Args:
        warehouse: the build.
        kind: what to export.
        since: first day, in Dhaka; rows without a day are left out where a day is given.
        until: last day, in Dhaka.
        where: a condition in SQL on the columns of the mart.

    Raises:
        QueryError: the condition is wrong.
        UsageError: the condition is more than a condition.
    """
    conditions = [f"({where}\n)" if where else "true"]
    parameters: dict[str, object] = {}
    for name, sign, value in (("since", ">=", since), ("until", "<=", until)):
        if value is not None:
            conditions.append(f"{kind.day} {sign} ${name}")
            parameters[name] = value
    sql = f"SELECT * FROM ({kind.sql}) WHERE {' AND '.join(conditions)} ORDER BY ALL"
    with warehouse.stream(sql, parameters) as stream:
        yield stream
