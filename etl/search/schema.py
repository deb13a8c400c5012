"""What the index holds of an article, and the SQL that reads it from a build."""

from dataclasses import dataclass
from enum import StrEnum

import tantivy

# A release that changes what words or facets the index holds counts this up: then the next publish
# writes the index from the start.
VERSION = 3


class Text(StrEnum):
    """The fields that words are looked up in."""

    TITLE = "title"
    BODY = "body"


class Facet(StrEnum):
    """The fields that hits are counted and filtered by; an article may have several of one."""

    OUTLET = "outlet"
    TOPIC = "topic"
    COUNTRY = "country"
    PERSON = "person"
    SOURCE = "source"


ARTICLE_ID = "article_id"
DAY = "day"  # days since 1970-01-01, of publication in Dhaka; absent for undated articles
MONTH = "month"  # 202501
STORY = "story"

FACETS_SQL = """
WITH entity AS (
    SELECT
        article_id,
        list(iso_code ORDER BY iso_code) FILTER (entity_kind = 'country' AND iso_code IS NOT NULL)
            AS countries,
        list(entity_name_bn ORDER BY entity_name_bn) FILTER (entity_kind = 'person') AS persons
    FROM mart.article_entity
    GROUP BY article_id
),

source AS (
    SELECT article_id, list(source_id ORDER BY source_id) AS sources
    FROM mart.article_source
    GROUP BY article_id
)

SELECT
    article.article_id,
    article.content_hash,
    article.published_date,
    article.story_id,
    article.outlet_id,
    article.topic,
    coalesce(entity.countries, []) AS countries,
    coalesce(entity.persons, []) AS persons,
    coalesce(source.sources, []) AS sources
FROM mart.article
LEFT JOIN entity ON article.article_id = entity.article_id
LEFT JOIN source ON article.article_id = source.article_id
"""
"""One row an article: its keys and its facets."""


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """One article as it goes into the index; ``day`` counts from 1970-01-01."""

    article_id: str
    title: str
    body: str
    day: int | None
    month: int | None
    story_id: str | None
    facets: dict[Facet, list[str]]


def index_schema() -> tantivy.Schema:
    """Return the fields of the index; texts are not stored, the build has them."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(ARTICLE_ID, stored=True, tokenizer_name="raw", index_option="basic")
    for text in Text:
        builder.add_text_field(text.value, tokenizer_name="raw", index_option="position")
    for facet in (*Facet, STORY):
        builder.add_text_field(str(facet), fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field(DAY, indexed=True, fast=True)
    builder.add_integer_field(MONTH, indexed=True, fast=True)
    return builder.build()
