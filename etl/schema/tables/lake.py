"""All tables of the lake, in the order they are made."""

from etl.schema.model import Table
from etl.schema.tables.dimensions import (
    DIM_BYLINE,
    DIM_DATE,
    DIM_ENTITY,
    DIM_OUTLET,
    DIM_SECTION,
    DIM_SOURCE,
)
from etl.schema.tables.facts import (
    ARTICLE_TEXT,
    BRIDGE_STORY,
    FACT_ARTICLE,
    FACT_ENTITY_MENTION,
    FACT_EVENT,
    FACT_FIGURE,
    FACT_HEADLINE_EXPOSURE,
    FACT_QUOTE,
    FACT_SOURCE_CITATION,
    STORY_WORDING,
)
from etl.schema.tables.ledgers import (
    ETL_RUN,
    FACT_CAPTURE,
    FACT_DECLARED,
    FACT_FETCH,
    FACT_SOURCE_READ,
    FACT_VALIDATION,
    REJECTED_ARTICLE,
    SCHEMA_CHANGE,
)
from etl.schema.tables.raw import (
    CAPTURE_MANIFEST,
    PAGE_CAPTURE,
    REVIEW_DECISION,
    TAKEDOWN,
)

LAKE_TABLES: tuple[Table, ...] = (
    PAGE_CAPTURE,
    CAPTURE_MANIFEST,
    REVIEW_DECISION,
    TAKEDOWN,
    FACT_CAPTURE,
    FACT_ARTICLE,
    ARTICLE_TEXT,
    FACT_HEADLINE_EXPOSURE,
    FACT_ENTITY_MENTION,
    FACT_SOURCE_CITATION,
    FACT_EVENT,
    FACT_QUOTE,
    FACT_FIGURE,
    BRIDGE_STORY,
    STORY_WORDING,
    FACT_VALIDATION,
    FACT_DECLARED,
    FACT_FETCH,
    FACT_SOURCE_READ,
    REJECTED_ARTICLE,
    DIM_OUTLET,
    DIM_SECTION,
    DIM_BYLINE,
    DIM_ENTITY,
    DIM_SOURCE,
    DIM_DATE,
    ETL_RUN,
    SCHEMA_CHANGE,
)
