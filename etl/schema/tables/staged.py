"""Staged tables: the rows of one batch between extraction and load, derived from the core tables.

A staged row carries the capture that it came from. What only the lake's history can tell
(version numbers, validity) is not staged; what dimensions hold by key is staged by value.
"""

from etl.schema import columns
from etl.schema.model import Column, Table
from etl.schema.tables import dimensions
from etl.schema.tables.facts import (
    ARTICLE_TEXT,
    FACT_ARTICLE,
    FACT_ENTITY_MENTION,
    FACT_EVENT,
    FACT_FIGURE,
    FACT_HEADLINE_EXPOSURE,
    FACT_QUOTE,
    FACT_SOURCE_CITATION,
)
from etl.schema.tables.ledgers import FACT_CAPTURE, FACT_DECLARED

# Columns of `fact_article` that the load step computes from all captures of an article.
VERSION_COLUMNS = (
    "version_no",
    "first_seen_at",
    "last_seen_at",
    "valid_from",
    "valid_to",
    "is_current",
)
_DIMENSION_KEYS = ("section_id", "byline_id")


def _without(table: Table, names: tuple[str, ...]) -> tuple[Column, ...]:
    return tuple(column for column in table.columns if column.name not in names)


def _optional(column: Column) -> Column:
    return Column(column.name, column.type, column.description, null=None)


ARTICLE = Table(
    "stg",
    "article",
    "One capture that shows an article, with all that was read on it.",
    ("capture_id",),
    (
        *_without(FACT_ARTICLE, (*VERSION_COLUMNS, *_DIMENSION_KEYS)),
        columns.CAPTURED_AT,
        columns.CAPTURED_AT_SOURCE,
        _optional(dimensions.DIM_SECTION.column("section")),
        _optional(dimensions.DIM_BYLINE.column("byline")),
        _optional(dimensions.DIM_BYLINE.column("byline_kind")),
        *_without(
            ARTICLE_TEXT,
            ("article_id", "content_hash", "outlet_id", "published_at"),
        ),
    ),
)


def _child(name: str, table: Table, dimension: Table | None = None) -> Table:
    """A fact below an article, with its capture and, by value, its dimension's columns."""
    described = tuple(
        column
        for column in (dimension.columns if dimension else ())
        if column.name not in table.column_names
    )
    return Table(
        "stg",
        name,
        f"{table.grain.rstrip('.')}, with the capture it was read on.",
        ("capture_id", *(key for key in table.key if key not in ("article_id", "content_hash"))),
        (columns.CAPTURE_ID, *table.columns, *described),
    )


HEADLINE_EXPOSURE = Table(
    "stg",
    "headline_exposure",
    FACT_HEADLINE_EXPOSURE.grain,
    FACT_HEADLINE_EXPOSURE.key,
    FACT_HEADLINE_EXPOSURE.columns,
)
ENTITY_MENTION = _child("entity_mention", FACT_ENTITY_MENTION, dimensions.DIM_ENTITY)
SOURCE_CITATION = _child("source_citation", FACT_SOURCE_CITATION, dimensions.DIM_SOURCE)
EVENT = _child("event", FACT_EVENT)
QUOTE = _child("quote", FACT_QUOTE)
FIGURE = _child("figure", FACT_FIGURE)
DECLARED = Table(
    "stg",
    "declared",
    FACT_DECLARED.grain,
    FACT_DECLARED.key,
    FACT_DECLARED.columns,
)
# The ledger's rows before the load step has compared contents: articles stand as `loaded`.
CAPTURE = Table(
    "stg",
    "capture",
    FACT_CAPTURE.grain,
    FACT_CAPTURE.key,
    FACT_CAPTURE.columns,
)

STAGED: tuple[Table, ...] = (
    CAPTURE,
    ARTICLE,
    HEADLINE_EXPOSURE,
    ENTITY_MENTION,
    SOURCE_CITATION,
    EVENT,
    QUOTE,
    FIGURE,
    DECLARED,
)
