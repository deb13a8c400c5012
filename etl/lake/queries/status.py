"""What the lake holds now, in a few small tables."""

from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from etl.bangla.clock import DHAKA
from etl.lake import CATALOG
from etl.lake.queries.freshness import stale_outlets

# One query a table of the answer, by its title.
_QUERIES: dict[str, str] = {
    "captures by outcome": f"""
        SELECT coalesce(outcome, 'pending') AS outcome, count(*) AS captures
        FROM {CATALOG}.raw.page_capture LEFT JOIN {CATALOG}.core.fact_capture USING (capture_id)
        GROUP BY ALL ORDER BY captures DESC, outcome""",
    "freshness by outlet": f"""
        SELECT outlet_id, count(*) AS articles,
          count(*) FILTER (published_at IS NULL) AS undated,
          strftime(timezone('{DHAKA}', max(published_at)), '%Y-%m-%d %H:%M')
            AS newest_in_dhaka,
          strftime(timezone('{DHAKA}', max(last_seen_at)), '%Y-%m-%d %H:%M')
            AS last_seen_in_dhaka
        FROM {CATALOG}.core.fact_article WHERE is_current
        GROUP BY outlet_id ORDER BY articles DESC, outlet_id""",
    "last runs": f"""
        SELECT step, run_id, count(*) AS batches,
          round(sum(duration_seconds), 1) AS seconds, sum(input_count)::BIGINT AS rows_in,
          sum(output_count)::BIGINT AS rows_out, sum(rejected_count)::BIGINT AS rejected
        FROM {CATALOG}.core.etl_run GROUP BY ALL ORDER BY max(finished_at) DESC LIMIT 10""",
    "sizes": f"""
        SELECT table_name, file_count AS data_files,
          round(file_size_bytes / 1e6, 1) AS megabytes
        FROM ducklake_table_info('{CATALOG}') WHERE file_count > 0
        ORDER BY file_size_bytes DESC""",
}


def lake_status(
    connection: duckdb.DuckDBPyConnection,
) -> list[tuple[str, list[str], list[tuple[object, ...]]]]:
    """Return tables of what the lake holds: title, column names and rows of each."""
    tables = []
    for title, sql in _QUERIES.items():
        answer = connection.execute(sql)
        tables.append((title, [column[0] for column in answer.description], answer.fetchall()))
    stale: list[tuple[object, ...]] = [
        (outlet_id, f"{at_.astimezone(DHAKA):%Y-%m-%d %H:%M}", round(hours, 1), round(usual, 1))
        for outlet_id, at_, hours, usual in stale_outlets(connection, datetime.now(UTC))
    ]
    columns = ["outlet_id", "last_news_in_dhaka", "hours", "usual_hours"]
    return [*tables, ("no news for longer than usual", columns, stale)]


@dataclass(frozen=True, slots=True)
class Gauge:
    """One measure: ``samples`` are label values with the number; units are in the name."""

    name: str
    help: str
    labels: tuple[str, ...]
    samples: list[tuple[list[str], float]]


# Name, help, labels, SQL: columns of the labels, then the number.
_GAUGES: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    (
        "captures",
        "Captures by outcome; pending ones have none yet.",
        ("outcome",),
        f"""SELECT coalesce(outcome, 'pending'), count(*)
        FROM {CATALOG}.raw.page_capture LEFT JOIN {CATALOG}.core.fact_capture USING (capture_id)
        GROUP BY ALL ORDER BY ALL""",
    ),
    (
        "articles",
        "Articles by outlet.",
        ("outlet_id",),
        f"""SELECT outlet_id, count(*) FROM {CATALOG}.core.fact_article WHERE is_current
        GROUP BY ALL ORDER BY ALL""",
    ),
    (
        "newest_publication_timestamp_seconds",
        "Publication of the newest article by outlet, Unix time.",
        ("outlet_id",),
        f"""SELECT outlet_id, epoch(max(published_at)) FROM {CATALOG}.core.fact_article
        WHERE published_at IS NOT NULL GROUP BY ALL ORDER BY ALL""",
    ),
    (
        "last_capture_timestamp_seconds",
        "Last capture by outlet, Unix time.",
        ("outlet_id",),
        f"""SELECT outlet_id, epoch(max(captured_at)) FROM {CATALOG}.core.fact_capture
        GROUP BY ALL ORDER BY ALL""",
    ),
    (
        "quarantine_open",
        "Captures that wait for review.",
        (),
        f"SELECT count(*) FROM {CATALOG}.core.rejected_article WHERE review_state = 'open'",
    ),
    (
        "last_run_timestamp_seconds",
        "End of the last run of a step, Unix time.",
        ("step",),
        f"""SELECT step, epoch(max(finished_at)) FROM {CATALOG}.core.etl_run
        GROUP BY ALL ORDER BY ALL""",
    ),
    (
        "last_run_duration_seconds",
        "Wall time of the last run of a step, its batches added up.",
        ("step",),
        f"""WITH run AS (
          SELECT step, run_id, sum(duration_seconds) AS seconds, max(finished_at) AS finished_at
          FROM {CATALOG}.core.etl_run GROUP BY ALL)
        SELECT step, arg_max(seconds, finished_at) FROM run GROUP BY ALL ORDER BY ALL""",
    ),
    (
        "table_bytes",
        "Parquet of a table.",
        ("table",),
        f"""SELECT table_name, file_size_bytes FROM ducklake_table_info('{CATALOG}')
        ORDER BY ALL""",
    ),
    (
        "table_files",
        "Parquet files of a table.",
        ("table",),
        f"SELECT table_name, file_count FROM ducklake_table_info('{CATALOG}') ORDER BY ALL",
    ),
)


def lake_gauges(connection: duckdb.DuckDBPyConnection) -> list[Gauge]:
    """Return the lake's measures for Prometheus."""
    return [
        Gauge(
            name,
            text,
            labels,
            [
                ([str(label) for label in row[:-1]], float(row[-1]))
                for row in connection.execute(sql).fetchall()
            ],
        )
        for name, text, labels, sql in _GAUGES
    ]
