"""One batch into the lake: versions from all captures of the articles it touches.

An article's versions are a pure function of the set of its captures: their contents in the order
of their times. So the rows that a batch touches are computed anew from the ledger and the batch,
and captures in any order, split over batches in any way, end in the same rows.

An article's content that comes back (A, B, A) is described by its earliest capture in each of its
versions, so everything needed stands in the lake or in the batch.
"""

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from etl.errors import LakeError
from etl.lake.connection import CATALOG
from etl.load.declared import write_declared
from etl.schema.model import Table
from etl.schema.tables import staged
from etl.schema.tables.facts import (
    ARTICLE_TEXT,
    FACT_ARTICLE,
    FACT_ENTITY_MENTION,
    FACT_EVENT,
    FACT_HEADLINE_EXPOSURE,
    FACT_SOURCE_CITATION,
)

_CORE = f"{CATALOG}.core"
# Ledger columns that versions are computed from.
_OBSERVATION = (
    "capture_id, source, article_id, content_hash, captured_at, captured_at_source, content_sha256"
)
_CHILDREN: tuple[tuple[Table, Table], ...] = (
    (ARTICLE_TEXT, staged.ARTICLE),
    (FACT_ENTITY_MENTION, staged.ENTITY_MENTION),
    (FACT_SOURCE_CITATION, staged.SOURCE_CITATION),
    (FACT_EVENT, staged.EVENT),
)

# What the staged articles bring for `article_text` alone; it is read where it is written.
_TEXTS = [
    column.name for column in ARTICLE_TEXT.columns if column.name not in FACT_ARTICLE.column_names
]


def load_rows(
    connection: duckdb.DuckDBPyConnection,
    tables: Mapping[str, pa.Table],
    rejected: Mapping[str, tuple[str, ...]],
) -> None:
    """Write a batch's ledger, facts and children; the caller holds transaction and lock.

    :param tables: staged tables by name (``etl.schema.tables.staged``).
    :param rejected: rules broken, by capture id; these captures' rows are not loaded.
    :raises LakeError: a key would stand twice.
    """
    for name, table in tables.items():
        connection.register(f"stg_{name}", table)
    _make(
        connection,
        "rejected",
        "SELECT unnest(?::VARCHAR[]) AS capture_id",
        [list(rejected)],
    )
    _make(
        connection,
        "fresh",
        f"SELECT * EXCLUDE ({', '.join(_TEXTS)}) FROM stg_article "
        "ANTI JOIN rejected USING (capture_id)",
    )
    _make(connection, "touched", "SELECT DISTINCT article_id FROM fresh")
    _compute_observations(connection)
    _compute_versions(connection)
    _write_ledger(connection)
    _write_articles(connection)
    for target, source in _CHILDREN:
        _write_children(connection, target, source)
    _write_exposures(connection)
    write_declared(connection, tables["declared"])
    _check_keys(connection)


def _make(
    connection: duckdb.DuckDBPyConnection, name: str, query: str, values: list[object] | None = None
) -> None:
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}", values or [])


def _compute_observations(connection: duckdb.DuckDBPyConnection) -> None:
    """All captures of the touched articles, with the outcome each now has.

    A copy is the same bytes again with the same time, or with none that is known.
    """
    _make(
        connection,
        "observation",
        f"""
        WITH everything AS (
          SELECT {_OBSERVATION}, outcome AS old_outcome
          FROM {_CORE}.fact_capture
          WHERE article_id IN (SELECT article_id FROM touched)
            AND outcome IN ('loaded', 'unchanged', 'duplicate')
          UNION ALL
          SELECT {_OBSERVATION}, NULL
          FROM stg_capture SEMI JOIN fresh USING (capture_id)
        ), copies AS (
          SELECT *,
            row_number() OVER (
              PARTITION BY article_id, content_sha256,
                CASE WHEN captured_at_source NOT IN ('file_time', 'masthead') THEN captured_at END
              ORDER BY captured_at, source, capture_id
            ) > 1 AS is_copy
          FROM everything
        ), steps AS (
          SELECT *,
            content_hash IS DISTINCT FROM lag(content_hash) OVER in_time AS is_change
          FROM copies WHERE NOT is_copy
          WINDOW in_time AS (PARTITION BY article_id ORDER BY captured_at, source, capture_id)
        )
        SELECT * EXCLUDE (is_copy), 'duplicate' AS outcome, NULL::BIGINT AS version_no
        FROM copies WHERE is_copy
        UNION ALL
        SELECT * EXCLUDE (is_change, is_copy),
          CASE WHEN is_change THEN 'loaded' ELSE 'unchanged' END,
          sum(is_change::BIGINT) OVER (
            PARTITION BY article_id ORDER BY captured_at, source, capture_id
          )::BIGINT
        FROM steps
        """,
    )


def _compute_versions(connection: duckdb.DuckDBPyConnection) -> None:
    _make(
        connection,
        "version",
        """
        WITH spans AS (
          SELECT article_id, version_no,
            any_value(content_hash) AS content_hash,
            arg_min(capture_id, (captured_at, source, capture_id)) AS capture_id,
            min(captured_at) AS valid_from,
            max(captured_at) AS last_seen_at
          FROM observation WHERE version_no IS NOT NULL
          GROUP BY article_id, version_no
        )
        SELECT *,
          lead(valid_from) OVER w AS valid_to,
          lead(valid_from) OVER w IS NULL AS is_current,
          min(valid_from) OVER (PARTITION BY article_id) AS first_seen_at
        FROM spans WINDOW w AS (PARTITION BY article_id ORDER BY version_no)
        """,
    )
    # The capture that describes a content: its earliest. Where that one is new, so are its rows.
    _make(
        connection,
        "described",
        """
        SELECT article_id, content_hash,
          arg_min(capture_id, (captured_at, source, capture_id)) AS capture_id,
          arg_min(old_outcome IS NULL, (captured_at, source, capture_id)) AS is_new
        FROM observation WHERE version_no IS NOT NULL
        GROUP BY article_id, content_hash
        """,
    )


def _write_ledger(connection: duckdb.DuckDBPyConnection) -> None:
    """The batch's captures, and those older ones whose outcome a late capture changed."""
    connection.execute(
        f"""
        UPDATE {_CORE}.fact_capture AS ledger SET outcome = observation.outcome
        FROM observation
        WHERE ledger.capture_id = observation.capture_id
          AND observation.old_outcome IS NOT NULL
          AND observation.old_outcome <> observation.outcome
        """
    )
    connection.execute(
        f"""
        INSERT INTO {_CORE}.fact_capture BY NAME
        SELECT stg_capture.* REPLACE (
          CASE
            WHEN rejected.capture_id IS NOT NULL THEN 'quarantined'
            ELSE coalesce(observation.outcome, stg_capture.outcome)
          END AS outcome)
        FROM stg_capture
        LEFT JOIN rejected USING (capture_id)
        LEFT JOIN observation USING (capture_id)
        ORDER BY article_id
        """
    )


def _write_articles(connection: duckdb.DuckDBPyConnection) -> None:
    names = FACT_ARTICLE.column_names
    described = [name for name in names if name not in (*staged.VERSION_COLUMNS, "capture_id")]
    _make(
        connection,
        "old_article",
        f"SELECT {', '.join(names)} FROM {_CORE}.fact_article "
        "WHERE article_id IN (SELECT article_id FROM touched)",
    )
    of_dimension = {
        key: f"CASE WHEN {name} IS NOT NULL THEN outlet_id || ':' || {name} END AS {key}"
        for key, name in (("section_id", "section"), ("byline_id", "byline"))
    }
    of_content = ", ".join(of_dimension.get(name, name) for name in described)
    _make(
        connection,
        "new_article",
        f"""
        WITH content AS (
          SELECT {of_content} FROM fresh
          SEMI JOIN (SELECT * FROM described WHERE is_new) AS d USING (capture_id)
          UNION ALL
          SELECT DISTINCT ON (article_id, content_hash) {", ".join(described)}
          FROM old_article
          SEMI JOIN (SELECT * FROM described WHERE NOT is_new) AS d
            USING (article_id, content_hash)
        )
        SELECT {", ".join(names)}
        FROM version JOIN content USING (article_id, content_hash)
        """,
    )
    _make(
        connection,
        "changed",
        """
        WITH known AS (SELECT * FROM new_article SEMI JOIN old_article USING (article_id))
        SELECT article_id FROM new_article ANTI JOIN old_article USING (article_id)
        UNION
        SELECT article_id FROM (
          (SELECT * FROM known EXCEPT ALL SELECT * FROM old_article)
          UNION ALL
          (SELECT * FROM old_article EXCEPT ALL SELECT * FROM known)
        )
        """,
    )
    _replace(
        connection,
        FACT_ARTICLE,
        "article_id IN (SELECT article_id FROM changed SEMI JOIN old_article USING (article_id))",
        "SELECT * FROM new_article SEMI JOIN changed USING (article_id)",
    )


def _write_children(connection: duckdb.DuckDBPyConnection, target: Table, source: Table) -> None:
    _replace(
        connection,
        target,
        """(article_id, content_hash) IN (
          SELECT (article_id, content_hash) FROM described
          SEMI JOIN old_article USING (article_id, content_hash) WHERE is_new
        )""",
        f"""
        SELECT stg_{source.name}.* FROM stg_{source.name}
        SEMI JOIN (SELECT * FROM described WHERE is_new) AS d USING (capture_id)
        """,
    )


def _write_exposures(connection: duckdb.DuckDBPyConnection) -> None:
    names = ", ".join(FACT_HEADLINE_EXPOSURE.column_names)
    connection.execute(
        f"""
        INSERT INTO {_CORE}.fact_headline_exposure BY NAME
        SELECT {names} FROM stg_headline_exposure ANTI JOIN rejected USING (capture_id)
        ORDER BY outlet_id, captured_at
        """
    )


def _replace(
    connection: duckdb.DuckDBPyConnection, table: Table, outdated: str, query: str
) -> None:
    """Delete what is outdated and insert the query's rows, in the table's order."""
    name = f"{CATALOG}.{table.qualified_name}"
    stale = connection.execute("SELECT count(*) FROM old_article").fetchone()
    if stale and stale[0]:
        connection.execute(f"DELETE FROM {name} WHERE {outdated}")
    columns = ", ".join(table.column_names)
    order = ", ".join(dict.fromkeys((*table.sort_by, *table.key)))
    connection.execute(
        f"INSERT INTO {name} BY NAME SELECT {columns} FROM ({query}) ORDER BY {order}"
    )


def _check_keys(connection: duckdb.DuckDBPyConnection) -> None:
    """DuckLake has no keys, so the touched ones are counted before the commit.

    :raises LakeError: a key stands twice, or not exactly one version is current.
    """
    twice = connection.execute(
        f"""
        SELECT article_id, version_no FROM {_CORE}.fact_article
        WHERE article_id IN (SELECT article_id FROM touched)
        GROUP BY ALL HAVING count(*) > 1
        UNION ALL
        SELECT article_id, NULL FROM {_CORE}.fact_article
        WHERE article_id IN (SELECT article_id FROM touched)
        GROUP BY article_id HAVING count(*) FILTER (is_current) <> 1
        """
    ).fetchone()
    if twice:
        raise LakeError(
            f"article {twice[0]}, version {twice[1]}: the key would stand twice; "
            "nothing of the batch was loaded"
        )
