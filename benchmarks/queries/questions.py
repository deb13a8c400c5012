"""Ten questions that BI asks, each of the build and straight of the lake, with equal answers.

What is asked of the build is SQL that SQLite and Postgres answer too; ``{schema}`` is where the
tables are, and the month of a day and the hour of a time are said as Superset says them to each.
The lake is queried as docs/analyst/query-with-duckdb.md says: grouped by parts of a date or by
hours first.
"""

from dataclasses import dataclass

# Current versions as the build shows them, from the lake's tables.
_CURRENT = "(SELECT * FROM lake.core.fact_article WHERE is_current) AS article"
_MENTIONS = f"""lake.core.fact_entity_mention AS mention
    JOIN {_CURRENT} USING (article_id, content_hash)
    JOIN lake.core.dim_entity AS entity USING (entity_id)"""
_CREDITED = """(
    SELECT DISTINCT article_id, content_hash FROM lake.core.fact_source_citation
    JOIN lake.core.dim_source USING (source_id) WHERE source_kind = 'agency'
) AS credit"""


@dataclass(frozen=True, slots=True)
class Question:
    """One question: of the build, and of the lake."""

    name: str
    build: str
    lake: str


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one engine is asked: ``month`` of ``published_date``, ``hour`` of ``published_at``."""

    month: str
    hour: str
    schema: str = ""

    def sql(self, question: Question) -> str:
        """The question to the build's tables in this engine."""
        return question.build.format(month=self.month, hour=self.hour, schema=self.schema)


DUCKDB = Dialect("date_trunc('month', published_date)", "extract(hour FROM published_at)", "mart.")
POSTGRES = Dialect("date_trunc('month', published_date)", "extract(hour FROM published_at)")
SQLITE = Dialect(
    "datetime(published_date, 'start of month')", "CAST(strftime('%H', published_at) AS INTEGER)"
)

QUESTIONS = (
    Question(
        "articles and words by outlet",
        "SELECT outlet_id, count(*), sum(word_count) FROM {schema}article GROUP BY outlet_id",
        f"SELECT article.outlet_id, count(*), sum(word_count) FROM {_CURRENT} GROUP BY ALL",
    ),
    Question(
        "articles by month and outlet",
        "SELECT {month} AS month, outlet_id, count(*) "
        "FROM {schema}article WHERE published_date IS NOT NULL GROUP BY 1, 2",
        "SELECT make_date(year, month, 1) AS month, outlet_id, articles FROM (SELECT "
        "year(published_date) AS year, month(published_date) AS month, outlet_id, "
        f"count(*) AS articles FROM {_CURRENT} WHERE published_date IS NOT NULL GROUP BY ALL)",
    ),
    Question(
        "newest of one outlet in one month",
        "SELECT article_id FROM {schema}article WHERE outlet_id = 'outlet3' AND published_date >= "
        "'2024-03-01' AND published_date < '2024-04-01' "
        "ORDER BY published_at_utc DESC, article_id LIMIT 10",
        f"SELECT article_id FROM {_CURRENT} WHERE outlet_id = 'outlet3' AND published_date >= "
        "'2024-03-01' AND published_date < '2024-04-01' AND published_at BETWEEN "
        "TIMESTAMPTZ '2024-02-29' AND TIMESTAMPTZ '2024-04-02' "
        "ORDER BY published_at DESC, article_id LIMIT 10",
    ),
    Question(
        "revised articles by outlet",
        "SELECT outlet_id, count(*), sum(CASE WHEN revision_count > 0 THEN 1 ELSE 0 END) "
        "FROM {schema}article GROUP BY outlet_id",
        "SELECT outlet_id, count(*), sum(CASE WHEN version_no > 1 THEN 1 ELSE 0 END) "
        f"FROM {_CURRENT} GROUP BY outlet_id",
    ),
    Question(
        "persons most written about in a month",
        "SELECT entity_id, sum(article_count) AS articles FROM {schema}entity_daily "
        "WHERE entity_kind = 'person' AND published_date >= '2024-03-01' "
        "AND published_date < '2024-04-01' GROUP BY entity_id "
        "ORDER BY articles DESC, entity_id LIMIT 20",
        f"SELECT entity_id, count(*) AS articles FROM {_MENTIONS} "
        "WHERE entity_kind = 'person' AND published_date >= '2024-03-01' "
        "AND published_date < '2024-04-01' "
        "AND mention.published_at BETWEEN TIMESTAMPTZ '2024-02-29' AND TIMESTAMPTZ '2024-04-02' "
        "GROUP BY entity_id ORDER BY articles DESC, entity_id LIMIT 20",
    ),
    Question(
        "one country by month and outlet",
        "SELECT {month} AS month, outlet_id, sum(article_count) "
        "FROM {schema}entity_daily WHERE entity_id = 'country:IN' GROUP BY 1, 2",
        "SELECT date_trunc('month', published_date) AS month, article.outlet_id, count(*) "
        f"FROM {_MENTIONS} WHERE mention.entity_id = 'country:IN' AND published_date IS NOT NULL "
        "GROUP BY ALL",
    ),
    Question(
        "articles by hour of the day",
        "SELECT {hour} AS hour, count(*) "
        "FROM {schema}article WHERE published_at IS NOT NULL GROUP BY 1",
        "SELECT extract(hour FROM hour AT TIME ZONE 'Asia/Dhaka') AS hour, sum(articles) FROM "
        "(SELECT time_bucket(INTERVAL 1 HOUR, published_at) AS hour, count(*) AS articles "
        f"FROM {_CURRENT} WHERE published_at IS NOT NULL GROUP BY ALL) GROUP BY ALL",
    ),
    Question(
        "stories told by most",
        "SELECT story_id, count(*) AS articles, count(DISTINCT outlet_id) FROM {schema}article "
        "WHERE story_id IS NOT NULL GROUP BY story_id ORDER BY articles DESC, story_id LIMIT 20",
        "SELECT story_id, count(*) AS articles, count(DISTINCT outlet_id) "
        "FROM lake.core.bridge_story GROUP BY story_id ORDER BY articles DESC, story_id LIMIT 20",
    ),
    Question(
        "captures by outcome",
        "SELECT outlet_id, outcome, count(*) FROM {schema}capture_outcome GROUP BY 1, 2",
        "SELECT outlet_id, outcome, count(*) FROM lake.core.fact_capture GROUP BY ALL",
    ),
    Question(
        "agency copy by outlet",
        "SELECT outlet_id, sum(CASE WHEN is_agency_credited THEN 1 ELSE 0 END), avg(word_count) "
        "FROM {schema}article GROUP BY outlet_id",
        "SELECT outlet_id, count(credit.article_id), avg(word_count) "
        f"FROM {_CURRENT} LEFT JOIN {_CREDITED} USING (article_id, content_hash) GROUP BY ALL",
    ),
)

Rows = list[tuple[object, ...]]


def comparable(rows: Rows) -> list[tuple[str, ...]]:
    """Rows of one engine as another gives them too: in order, rounded, days alone."""
    return sorted(tuple(_shown(value) for value in row) for row in rows)


def _shown(value: object) -> str:
    try:
        return f"{float(value):.6g}"  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return str(value).partition(" 00:00:00")[0]
