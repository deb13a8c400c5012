"""What the lake holds now, in a few small tables."""

import duckdb

from etl.load.lake import CATALOG

# One query a table of the answer, by its title.
_QUERIES: dict[str, str] = {
    "captures by outcome": f"""
        SELECT coalesce(outcome, 'pending') AS outcome, count(*) AS captures
        FROM {CATALOG}.raw.page_capture LEFT JOIN {CATALOG}.core.fact_capture USING (capture_id)
        GROUP BY ALL ORDER BY captures DESC, outcome""",
    "freshness by outlet": f"""
        SELECT outlet_id, count(*) AS articles,
          count(*) FILTER (published_at IS NULL) AS undated,
          strftime(timezone('Asia/Dhaka', max(published_at)), '%Y-%m-%d %H:%M')
            AS newest_in_dhaka,
          strftime(timezone('Asia/Dhaka', max(last_seen_at)), '%Y-%m-%d %H:%M')
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
    """Title, column names and rows of each table."""
    tables = []
    for title, sql in _QUERIES.items():
        answer = connection.execute(sql)
        tables.append((title, [column[0] for column in answer.description], answer.fetchall()))
    return tables
