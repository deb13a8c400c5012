"""A lake of N generated articles, filled by SQL from a seed.

Three years, twelve outlets, one article in 20 revised, one in 25 in a story of four, six mentions,
half a citation and 0.4 events an article, bodies of about 2,200 characters.
"""

import duckdb

from etl.schema.derive.ddl import literal, sql_type
from etl.schema.model import Severity, Table
from etl.schema.tables import dimensions
from etl.schema.tables.facts import (
    ARTICLE_TEXT,
    BRIDGE_STORY,
    FACT_ARTICLE,
    FACT_ENTITY_MENTION,
    FACT_EVENT,
    FACT_HEADLINE_EXPOSURE,
    FACT_SOURCE_CITATION,
)
from etl.schema.tables.ledgers import FACT_CAPTURE, FACT_DECLARED
from etl.schema.tables.raw import PAGE_CAPTURE
from etl.schema.vocabulary import EntityKind, EventType

SEED = 20250120
WORDS = (
    "সরকার দেশের আজ মঙ্গলবার ঢাকায় নির্বাচন পররাষ্ট্রমন্ত্রী ইরান জানিয়েছেন বৈঠকে রাজধানীতে "
    "প্রতিবেদনে হামলা বাণিজ্য চুক্তি নিহত উদ্ধার বলেন এ সময় শিক্ষার্থী আদালত মামলা পুলিশ"
)
COUNTRIES = "BD IN PK IR RU US CN UA IL SA TR GB FR DE JP MM NP LK AF EG"
PHRASES = 5_000
PHRASES_IN_A_BODY = 22  # about 2,200 characters
_TEXTS_AT_ONCE = 100_000

# One row a version: `n` is the article, `v` the version; in the order of time, as they come.
VERSIONS = """
CREATE TEMP TABLE version AS
SELECT
    n, v, v = last_v AS is_current,
    'outlet' || hash(n, $seed) % 12 AS outlet_id,
    'outlet' || hash(n, $seed) % 12 || ':' || n AS article_id,
    sha256(n || '-' || v) AS content_hash,
    'c' || n || '-' || v AS capture_id,
    CASE WHEN n % 50 <> 0 THEN published END AS published_at,
    published + to_minutes(20 + n % 100 + 60 * (v - 1)) AS seen_at
FROM (
    SELECT
        n,
        TIMESTAMPTZ '2023-01-01 00:00:00+00'
            + to_minutes(CAST(hash($seed, n) % 1576800 AS BIGINT)) AS published,
        CASE WHEN n % 20 = 0 THEN 2 ELSE 1 END AS last_v
    FROM range($articles) AS numbers(n)
) AS article, range(1, 3) AS numbers(v)
WHERE v <= last_v
ORDER BY published
"""
BODY = f"""array_to_string(list_transform(range({PHRASES_IN_A_BODY}), lambda k:
    getvariable('phrases')[1 + CAST(hash(n, k, v * CAST(k = 3 AS INTEGER)) % {PHRASES} AS BIGINT)]
), chr(10) || chr(10))"""
_DEFAULTS = {
    "VARCHAR": "'-'",
    "VARCHAR[]": "['-']",
    "BIGINT": "1",
    "DOUBLE": "0.5",
    "BOOLEAN": "true",
    "TIMESTAMPTZ": "TIMESTAMPTZ '2025-01-01 00:00:00+00'",
    "BLOB": "''::BLOB",
}


def fill_lake(connection: duckdb.DuckDBPyConnection, articles: int, seed: int = SEED) -> None:
    """Fill the lake's tables from the seed."""
    connection.execute(VERSIONS, {"seed": seed, "articles": articles})
    connection.execute(
        "SET VARIABLE phrases = (SELECT list(array_to_string(list_transform(range(14), "
        "lambda j: ?[1 + CAST(hash(i, j) % ? AS BIGINT)]), ' ')) FROM range(?) AS numbers(i))",
        [WORDS.split(), len(WORDS.split()), PHRASES],
    )
    of_version = {
        name: name for name in ("article_id", "content_hash", "outlet_id", "published_at")
    }
    ledger = {
        "capture_id": "capture_id",
        "outlet_id": "outlet_id",
        "captured_at": "seen_at",
        "captured_at_source": "'http'",
        "url": "'https://example.com/' || n",
    }
    _insert(connection, PAGE_CAPTURE, ledger)
    _insert(connection, FACT_CAPTURE, {**ledger, "article_id": "article_id"})
    _insert(
        connection,
        FACT_ARTICLE,
        {
            **of_version,
            "version_no": "v",
            "capture_id": "capture_id",
            "section_id": "'s' || n % 40",
            "byline_id": "'b' || n % 100",
            "url": "'https://example.com/' || n",
            "title": f"getvariable('phrases')[1 + n % {PHRASES}]",
            "published_date": "CAST(published_at AT TIME ZONE 'Asia/Dhaka' AS DATE)",
            "word_count": "300 + n % 100",
            "first_seen_at": "seen_at",
            "last_seen_at": "seen_at",
            "valid_from": "seen_at",
            "is_current": "is_current",
        },
    )
    # A million bodies are sorted for their partitions in 20 GB of memory, a hundred thousand in 2.
    text = {**of_version, "body": BODY, "captions": "['-']"}
    (rows,) = connection.execute("SELECT count(*) FROM version").fetchall()[0]
    for first in range(0, rows, _TEXTS_AT_ONCE):
        some = f"(FROM version LIMIT {_TEXTS_AT_ONCE} OFFSET {first})"
        _insert(connection, ARTICLE_TEXT, text, f"{some} ORDER BY seen_at")
    _insert(
        connection,
        FACT_ENTITY_MENTION,
        {
            **of_version,
            "entity_id": f"CASE WHEN k < 3 THEN 'country:' || {_pick(COUNTRIES.split(), 'n, k')} "
            "ELSE 'person:' || hash(n, k) % 3000 END",
            "mention_count": "1 + k",
            "is_in_title": "k = 0",
        },
        "version, range(6) AS numbers(k) QUALIFY row_number() OVER "
        "(PARTITION BY capture_id, entity_id) = 1 ORDER BY seen_at",
    )
    _insert(
        connection,
        FACT_SOURCE_CITATION,
        {**of_version, "source_id": "'source' || n % 30"},
        "version WHERE n % 2 = 0",
    )
    _insert(
        connection,
        FACT_EVENT,
        {
            **of_version,
            "event_no": "k",
            "actor1": _pick(COUNTRIES.split()[:10], "n, k"),
            "actor2": _pick(COUNTRIES.split()[10:], "k, n"),
            "event_type": _pick([word.value for word in EventType], "n, k, n"),
            "event_date": "CAST(published_at AS DATE) - 1",
        },
        "version, range(1, 3) AS numbers(k) WHERE n % 5 = 1",
    )
    _insert(
        connection,
        BRIDGE_STORY,
        {**of_version, "story_id": "'story' || n // 100"},
        "version WHERE n % 100 IN (1, 2, 3, 4)",
    )
    _insert(
        connection,
        FACT_HEADLINE_EXPOSURE,
        {
            "capture_id": "capture_id",
            "outlet_id": "outlet_id",
            "captured_at": "seen_at",
            "headline_rank": "k",
            "headline": f"getvariable('phrases')[1 + (n // 8 + k) % {PHRASES}]",
        },
        "version, range(1, 4) AS numbers(k) WHERE n % 4 = 0",
    )
    _insert(
        connection,
        FACT_DECLARED,
        {
            "declared_in": "'feed of ' || outlet_id",
            "url": "'https://example.com/' || n",
            "outlet_id": "outlet_id",
            "declared_at": "seen_at",
        },
        "version WHERE v = 1",
    )
    _fill_dimensions(connection)


def _fill_dimensions(connection: duckdb.DuckDBPyConnection) -> None:
    country, person = literal(EntityKind.COUNTRY), literal(EntityKind.PERSON)
    _insert(connection, dimensions.DIM_OUTLET, {"outlet_id": "'outlet' || i"}, "range(12) AS t(i)")
    _insert(connection, dimensions.DIM_SECTION, {"section_id": "'s' || i"}, "range(40) AS t(i)")
    _insert(
        connection,
        dimensions.DIM_BYLINE,
        {"byline_id": "'b' || i", "byline_kind": "'desk'"},
        "range(100) AS t(i)",
    )
    _insert(
        connection,
        dimensions.DIM_SOURCE,
        {"source_id": "'source' || i", "source_kind": "'agency'"},
        "range(9) AS t(i)",
    )
    _insert(
        connection,
        dimensions.DIM_SOURCE,
        {"source_id": "'source' || i", "source_kind": "'paper'"},
        "range(9, 30) AS t(i)",
    )
    _insert(
        connection,
        dimensions.DIM_ENTITY,
        {"entity_id": "'country:' || code", "iso_code": "code", "entity_kind": country},
        f"(SELECT unnest({COUNTRIES.split()}) AS code)",
    )
    _insert(
        connection,
        dimensions.DIM_ENTITY,
        {"entity_id": "'person:' || i", "entity_kind": person},
        "range(3000) AS t(i)",
    )
    _insert(
        connection,
        dimensions.DIM_DATE,
        {"date": "CAST(day AS DATE)"},
        "range(TIMESTAMP '2023-01-01', TIMESTAMP '2026-02-01', INTERVAL 1 DAY) AS t(day)",
    )


def _insert(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    given: dict[str, str],
    source: str = "version ORDER BY seen_at",
) -> None:
    """Rows from SQL expressions; required columns that are not given get one of their type."""
    row = {
        column.name: literal(column.values[0]) if column.values else _DEFAULTS[sql_type(column)]
        for column in table.columns
        if column.null is Severity.CRITICAL and column.name not in given
    }
    row |= {name: sql for name, sql in given.items() if name in table.column_names}
    columns = ", ".join(f"{sql} AS {name}" for name, sql in row.items())
    connection.execute(
        f"INSERT INTO lake.{table.qualified_name} BY NAME SELECT {columns} FROM {source}"
    )


def _pick(words: list[str], seed: str) -> str:
    return f"({words})[1 + CAST(hash({seed}) % {len(words)} AS BIGINT)]"
