"""Marts of stories that several articles tell."""

from etl.schema.marts.columns import (
    INTEGER,
    STRING,
    at,
    count,
    number,
    text,
)
from etl.schema.marts.upkeep import by_key
from etl.schema.model import Column, Table

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
