"""One batch into the lake: versions from all captures of the articles it touches.

An article's versions are a pure function of the set of its captures: their contents in the order
of their times. So the rows that a batch touches are computed again from the ledger and the batch,
and captures in any order, split over batches in any way, end in the same rows.

An article's content that comes back (A, B, A) is described by its earliest capture in each of its
versions, so everything needed is in the lake or in the batch.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import duckdb
import pyarrow as pa
from pyarrow import compute

from etl.errors import LakeError
from etl.lake import CATALOG
from etl.lake.relations import Relations
from etl.load.declared import write_declared
from etl.load.staged_tables import Tables
from etl.schema.derive.ddl import literals
from etl.schema.model import Table
from etl.schema.tables import dimensions, staged
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
from etl.schema.vocabulary import ARTICLE_OUTCOMES, EXACT_CAPTURE_TIMES

_CORE = f"{CATALOG}.core"
_ARTICLE_OUTCOMES = literals(ARTICLE_OUTCOMES)
_EXACT_TIMES = literals(EXACT_CAPTURE_TIMES)
# Ledger columns that versions are computed from.
_OBSERVATION = (
    "capture_id, source, article_id, content_hash, captured_at, captured_at_source, content_sha256"
)
_CHILDREN: tuple[tuple[Table, Table], ...] = (
    (ARTICLE_TEXT, staged.ARTICLE),
    (FACT_ENTITY_MENTION, staged.ENTITY_MENTION),
    (FACT_SOURCE_CITATION, staged.SOURCE_CITATION),
    (FACT_EVENT, staged.EVENT),
    (FACT_QUOTE, staged.QUOTE),
    (FACT_FIGURE, staged.FIGURE),
)

# What the staged articles bring for `article_text` alone; it is read where it is written.
_TEXTS = [
    column.name for column in ARTICLE_TEXT.columns if column.name not in FACT_ARTICLE.column_names
]


# What a batch's accepted rows say of the dimensions' rows that they name.
_NAMED_IN: Mapping[Table, str] = {
    dimensions.DIM_SECTION: "SELECT outlet_id || ':' || section AS section_id, *, "
    "split_part(section, ' > ', 1) AS top_section FROM accepted WHERE section IS NOT NULL",
    dimensions.DIM_BYLINE: "SELECT outlet_id || ':' || byline AS byline_id, * "
    "FROM accepted WHERE byline IS NOT NULL",
    dimensions.DIM_ENTITY: "FROM stg_entity_mention SEMI JOIN accepted USING (capture_id)",
    dimensions.DIM_SOURCE: "FROM stg_source_citation SEMI JOIN accepted USING (capture_id)",
}


@contextmanager
def batch_load(
    connection: duckdb.DuckDBPyConnection, tables: Tables, rejected: Iterable[str]
) -> Iterator["BatchLoad"]:
    """A load whose relations are dropped at the end of the block.

    Args:
        connection: has the lake attached.
        tables: staged tables by name (``etl.schema.tables.staged``).
        rejected: ids of captures whose articles are not loaded.
    """
    with Relations(connection) as relations:
        yield BatchLoad(relations, tables, rejected)


class BatchLoad:
    """One batch on its way into the lake: its staged rows, and all that is computed from them."""

    def __init__(self, relations: Relations, tables: Tables, rejected: Iterable[str]) -> None:
        self._connection = relations.connection
        self._relations = relations
        self._tables = tables
        for name, table in tables.items():
            relations.register(f"stg_{name}", table)
        relations.register_ids("rejected", list(rejected))
        relations.create(
            "accepted",
            f"SELECT * EXCLUDE ({', '.join(_TEXTS)}) FROM stg_article "
            "ANTI JOIN rejected USING (capture_id)",
        )

    @property
    def outlet_ids(self) -> set[str]:
        """Outlets of the batch's captures and of the URLs that they declare."""
        found: set[str] = set()
        for name in ("capture", "declared"):
            found.update(compute.unique(self._tables[name]["outlet_id"]).to_pylist())
        return found

    def dimension_rows(self, dimension: Table) -> pa.Table:
        """What the accepted rows say of the keys of a dimension that they name.

        Args:
            dimension: of sections, bylines, entities or sources.

        Returns:
            Distinct rows with the dimension's columns; a key may have several.
        """
        columns = ", ".join(dimension.column_names)
        query = _NAMED_IN[dimension]
        return self._connection.execute(
            f"SELECT DISTINCT {columns} FROM ({query})"
        ).to_arrow_table()

    def write(self) -> None:
        """Write the batch's ledger, facts and their children; the caller holds a transaction.

        Raises:
            LakeError: a key would stand twice.
        """
        self._relations.create("touched", "SELECT DISTINCT article_id FROM accepted")
        self._compute_observations()
        self._compute_versions()
        self._write_ledger()
        self._write_articles()
        for target, source in _CHILDREN:
            self._write_children(target, source)
        self._write_exposures()
        write_declared(self._connection, self._tables["declared"])
        self._check_keys()

    def _compute_observations(self) -> None:
        """All captures of the touched articles, with the outcome each now has.

        A copy is the same bytes again with the same time, or with none that is known.
        """
        self._relations.create(
            "observation",
            f"""
            WITH everything AS (
              SELECT {_OBSERVATION}, outcome AS old_outcome
              FROM {_CORE}.fact_capture
              WHERE article_id IN (SELECT article_id FROM touched)
                AND outcome IN {_ARTICLE_OUTCOMES}
              UNION ALL
              SELECT {_OBSERVATION}, NULL
              FROM stg_capture SEMI JOIN accepted USING (capture_id)
            ), copies AS (
              SELECT *,
                row_number() OVER (
                  PARTITION BY article_id, content_sha256,
                    CASE WHEN captured_at_source IN {_EXACT_TIMES} THEN captured_at END
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

    def _compute_versions(self) -> None:
        self._relations.create(
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
        # A content is described by its earliest capture. Where that one is new, so are its rows.
        self._relations.create(
            "described",
            """
            SELECT article_id, content_hash,
              arg_min(capture_id, (captured_at, source, capture_id)) AS capture_id,
              arg_min(old_outcome IS NULL, (captured_at, source, capture_id)) AS is_new
            FROM observation WHERE version_no IS NOT NULL
            GROUP BY article_id, content_hash
            """,
        )

    def _write_ledger(self) -> None:
        """The batch's captures, and those older ones whose outcome a late capture changed."""
        self._connection.execute(
            f"""
            UPDATE {_CORE}.fact_capture AS ledger SET outcome = observation.outcome
            FROM observation
            WHERE ledger.capture_id = observation.capture_id
              AND observation.old_outcome IS NOT NULL
              AND observation.old_outcome <> observation.outcome
            """
        )
        self._connection.execute(
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

    def _write_articles(self) -> None:
        names = FACT_ARTICLE.column_names
        described = [name for name in names if name not in (*staged.VERSION_COLUMNS, "capture_id")]
        self._relations.create(
            "old_article",
            f"SELECT {', '.join(names)} FROM {_CORE}.fact_article "
            "WHERE article_id IN (SELECT article_id FROM touched)",
        )
        of_dimension = {
            key: f"CASE WHEN {name} IS NOT NULL THEN outlet_id || ':' || {name} END AS {key}"
            for key, name in (("section_id", "section"), ("byline_id", "byline"))
        }
        of_content = ", ".join(of_dimension.get(name, name) for name in described)
        self._relations.create(
            "new_article",
            f"""
            WITH content AS (
              SELECT {of_content} FROM accepted
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
        self._relations.create(
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
        self._replace(
            FACT_ARTICLE,
            "article_id IN ("
            "SELECT article_id FROM changed SEMI JOIN old_article USING (article_id))",
            "SELECT * FROM new_article SEMI JOIN changed USING (article_id)",
        )

    def _write_children(self, target: Table, source: Table) -> None:
        self._replace(
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

    def _write_exposures(self) -> None:
        names = ", ".join(FACT_HEADLINE_EXPOSURE.column_names)
        self._connection.execute(
            f"""
            INSERT INTO {_CORE}.fact_headline_exposure BY NAME
            SELECT {names} FROM stg_headline_exposure ANTI JOIN rejected USING (capture_id)
            ORDER BY outlet_id, captured_at
            """
        )

    def _replace(self, table: Table, outdated: str, query: str) -> None:
        """Delete what is outdated and insert the query's rows, in the table's order."""
        name = f"{CATALOG}.{table.qualified_name}"
        stale = self._connection.execute("SELECT count(*) FROM old_article").fetchone()
        if stale and stale[0]:
            self._connection.execute(f"DELETE FROM {name} WHERE {outdated}")
        columns = ", ".join(table.column_names)
        order = ", ".join(dict.fromkeys((*table.sort_by, *table.key)))
        self._connection.execute(
            f"INSERT INTO {name} BY NAME SELECT {columns} FROM ({query}) ORDER BY {order}"
        )

    def _check_keys(self) -> None:
        """Count the touched keys before the commit: DuckLake has no unique ones.

        Raises:
            LakeError: a key stands twice, or not exactly one version is current.
        """
        twice = self._connection.execute(
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
