"""Marts of stories that several articles tell."""

from etl.schema import vocabulary
from etl.schema.marts.columns import (
    ARTICLE_ID,
    FLOAT,
    INTEGER,
    OUTLET,
    PUBLISHED_AT,
    PUBLISHED_DATE,
    STRING,
    at,
    count,
    flag,
    number,
    text,
)
from etl.schema.marts.upkeep import by_key
from etl.schema.model import Column, Table
from etl.schema.vocabulary import values

STORY = Table(
    "mart",
    "story",
    "One story that at least two articles tell.",
    ("story_id",),
    (
        Column("story_id", STRING, "The id of its earliest article when it was linked."),
        Column("first_article_id", STRING, "The article published first."),
        text("first_title", "Its headline."),
        text("first_url", "Its address."),
        Column("first_outlet_id", STRING, "Its outlet."),
        text("first_outlet_name_bn", "The outlet's name in Bangla."),
        Column("first_outlet_name_en", STRING, "The outlet's name in English."),
        *at("first_published", "When it was published", None),
        *at("last_published", "When the last article of the story was published", None),
        Column("article_count", INTEGER, "Articles that tell it.", minimum=1),
        count("undated_article_count", "Those without a time of publication."),
        Column("outlet_count", INTEGER, "Outlets that tell it.", minimum=1),
        count("follower_count", "Outlets other than the first."),
        text(
            "followers",
            "These outlets in the order of their first article, each with its lag "
            "(`samakal +40 min, ittefaq +60 min`).",
        ),
        count("wire_copy_count", "Articles linked as near-copies."),
        count("agency_article_count", "Articles that credit a news agency."),
        number("lag_minutes_min", "Minutes from the first article to the next outlet's first."),
        number(
            "lag_minutes_median", "Median over the following outlets of minutes to their first."
        ),
        number("lag_minutes_max", "Minutes to the last outlet's first."),
    ),
    caveats="Who is first is by the times the outlets print, among the outlets held. Undated "
    "articles follow without a lag.",
    upkeep=by_key("story_id", "core.bridge_story", "mart.article"),
)

STORY_ARTICLE = Table(
    "mart",
    "story_article",
    "One article of one story, with its link to the nearest other article of the story.",
    ("story_id", "article_id"),
    (
        Column("story_id", STRING, "The story, `mart.story`."),
        ARTICLE_ID,
        *OUTLET,
        text("title", "The headline."),
        text("byline", "The byline as printed."),
        text("url", "Address of the page."),
        *PUBLISHED_AT,
        PUBLISHED_DATE,
        Column(
            "story_position",
            INTEGER,
            "Place in the story by time of publication, from 1; undated articles last.",
            minimum=1,
        ),
        number("lag_minutes", "Minutes from the story's first article; absent where undated."),
        Column("link_kind", STRING, "Why it belongs there.", values=values(vocabulary.StoryLink)),
        Column("linked_article_id", STRING, "The article of the story that it is nearest to."),
        Column("score", FLOAT, "Likeness of the two texts.", minimum=0, maximum=1),
        flag("is_agency_credited", "Whether byline or text credits a news agency."),
    ),
    caveats="A link says that two texts are alike, not who copied: order them by time of "
    "publication, and see whether both credit an agency.",
    upkeep=by_key("story_id", "core.bridge_story", "mart.article"),
)
