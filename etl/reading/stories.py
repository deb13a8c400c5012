"""One story: the articles that tell it, in order of time."""

from dataclasses import dataclass
from datetime import datetime

from etl.reading.warehouse import NotFoundError, Warehouse


@dataclass(frozen=True, slots=True)
class StoryArticle:
    """One article of a story; ``lag_minutes`` counts from the story's first article."""

    article_id: str
    outlet_id: str
    outlet_name_bn: str | None
    outlet_name_en: str
    title: str | None
    byline: str | None
    url: str | None
    published_at: datetime | None
    story_position: int
    lag_minutes: float | None
    link_kind: str
    linked_article_id: str
    score: float
    is_agency_credited: bool


def story_articles(warehouse: Warehouse, story_id: str) -> list[StoryArticle]:
    """Return the articles of a story, the first one first.

    Raises:
        NotFoundError: the build has no story of that id.
    """
    found = warehouse.read(
        StoryArticle,
        "FROM mart.story_article WHERE story_id = ? ORDER BY story_position",
        [story_id],
    )
    if not found:
        raise NotFoundError(f"no story {story_id!r} in the build")
    return found
