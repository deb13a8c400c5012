"""Marts of whom and what articles name: entities, and the news sources they credit."""

from etl.schema import vocabulary
from etl.schema.marts.columns import (
    ARTICLE_ID,
    DAY,
    FLOAT,
    INTEGER,
    MONTH,
    OUTLET,
    PUBLISHED_DATE,
    STRING,
    count,
    flag,
    number,
    text,
)
from etl.schema.marts.upkeep import SAME_STORY, by_article, by_day, by_month
from etl.schema.model import Column, Source, Table
from etl.schema.vocabulary import values

ENTITY = (
    Column("entity_id", STRING, "Kind and code or name."),
    Column("entity_kind", STRING, "What it is.", values=values(vocabulary.EntityKind)),
    Column("entity_name_bn", STRING, "Its name in Bangla."),
    text("entity_name_en", "Its name in English."),
    text("iso_code", "ISO 3166 alpha-2 code, for countries."),
    Column(
        "place_kind", STRING, "What kind of place.", null=None, values=values(vocabulary.PlaceKind)
    ),
    number("latitude", "Degrees north, for places."),
    number("longitude", "Degrees east, for places."),
)

SOURCE = (
    Column("source_id", STRING, "Short name of the source, or its folded name."),
    Column("source_name_bn", STRING, "Its name in Bangla."),
    text("source_name_en", "Its name in English."),
    Column("source_kind", STRING, "Agency, paper, broadcaster, institute, ministry or other."),
)

ARTICLE_ENTITY = Table(
    "mart",
    "article_entity",
    "One entity in one article in its current version.",
    ("article_id", "entity_id"),
    (
        ARTICLE_ID,
        OUTLET[0],
        PUBLISHED_DATE,
        *ENTITY,
        Column("mention_count", INTEGER, "Mentions in title and body.", minimum=1),
        flag("is_in_title", "Whether the headline names it."),
        flag(
            "is_first_of_story",
            "Whether it is the first dated article of its story that names the entity.",
        ),
    ),
    caveats="Undated articles are here. Sidebars, captions and names of media are not mentions. "
    "Counting over entities counts an article as often as it has entities: count distinct "
    "`article_id`. On 84 labelled articles that no rule was written against, countries reach an F1 "
    "of .985 and persons of .847.",
    upkeep=by_article("core.fact_entity_mention", "mart.article", lookups=(SAME_STORY,)),
)

ENTITY_DAILY = Table(
    "mart",
    "entity_daily",
    "One entity in the articles that one outlet published on one day.",
    ("published_date", "outlet_id", "entity_id"),
    (
        DAY,
        *OUTLET,
        *ENTITY,
        Column("article_count", INTEGER, "Articles that mention it.", minimum=1),
        count("title_article_count", "Articles that mention it in the headline."),
        Column("mention_count", INTEGER, "Mentions in title and body.", minimum=1),
        count(
            "story_count",
            "Stories that mention it, each counted where it did so first. Sums "
            "over rows of one entity count every story once.",
        ),
    ),
    caveats="Current versions only; undated articles are left out. Sidebars, captions and "
    "names of media are not mentions. Sums over entities count an article as often as it has "
    "entities.",
    upkeep=by_day("published_date", Source("mart.article_entity", "published_date")),
)

ARTICLE_SOURCE = Table(
    "mart",
    "article_source",
    "One news source credited by one article in its current version.",
    ("article_id", "source_id"),
    (
        ARTICLE_ID,
        OUTLET[0],
        PUBLISHED_DATE,
        *SOURCE,
        Column(
            "credit_form",
            STRING,
            "How it is credited, first time.",
            values=values(vocabulary.CreditForm),
        ),
        Column("evidence", STRING, "The sentence that credits it."),
    ),
    caveats="Undated articles are here. An article that credits two sources has two rows. On 84 "
    "labelled articles that no rule was written against, sources reach an F1 of .875.",
    upkeep=by_article("core.fact_source_citation", "mart.article"),
)

SOURCE_RELIANCE = Table(
    "mart",
    "source_reliance",
    "One news source credited by one outlet in one month of publication.",
    ("published_month", "outlet_id", "source_id"),
    (
        MONTH,
        *OUTLET,
        *SOURCE,
        Column("article_count", INTEGER, "Articles that credit it.", minimum=1),
        *(
            count(f"{word}_count", f"Articles that credit it by `{word}`.")
            for word in vocabulary.CreditForm
        ),
        Column(
            "outlet_article_count", INTEGER, "All articles of the outlet in the month.", minimum=1
        ),
        Column("article_share", FLOAT, "Share of those that credit it.", minimum=0, maximum=1),
    ),
    caveats="An article that credits two sources counts for both, so shares of an outlet may add "
    "up to more than 1. For longer spans divide summed counts; don't average shares, and count "
    "`outlet_article_count` once a month. Undated articles are left out.",
    upkeep=by_month(
        "published_month",
        Source("mart.article", "published_date"),
        Source("mart.article_source", "published_date"),
    ),
)
