"""What story linking reads of the lake: articles that changed, their texts, days and stories."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from etl.bangla.clock import DHAKA
from etl.lake import CATALOG
from etl.lake.changes import changed_rows
from etl.lake.relations import Relations
from etl.schema.derive.ddl import literal
from etl.schema.records import StoryMember, StoryText
from etl.schema.tables.facts import BRIDGE_STORY, FACT_ARTICLE, STORY_WORDING

# Copies show in a text's beginning: linking looks at 800 words, about this many characters.
_BODY_CHARACTERS = 8_000
_AT_ONCE = 512
_REPORTED_ON = f"coalesce(published_date, timezone('{DHAKA}', first_seen_at)::DATE)"
_WORDING = f"{CATALOG}.{STORY_WORDING.qualified_name}"
_MEMBER = ", ".join(StoryMember.__slots__)
# What linking goes by, next to the text that the hash stands for.
_COMPARED = ("content_hash", "outlet_id", "published_at", "reported_on")


def last_snapshot(connection: duckdb.DuckDBPyConnection, rules_version: int) -> int | None:
    """The snapshot that stories were linked from last, by the present rules; None without one.

    Args:
        connection: has the lake attached.
        rules_version: of the present rules.
    """
    row = connection.execute(
        f"""
        SELECT arg_max(lake_snapshot_id, finished_at)
        FROM {CATALOG}.core.etl_run WHERE step = 'stories'
          AND NOT EXISTS (FROM {_WORDING} WHERE rules_version <> ?)
          AND EXISTS (FROM {_WORDING})
        """,
        [rules_version],
    ).fetchone()
    return None if row is None else row[0]


def member_count(connection: duckdb.DuckDBPyConnection) -> int:
    """How many articles are in stories."""
    row = connection.execute(
        f"SELECT count(*) FROM {CATALOG}.{BRIDGE_STORY.qualified_name}"
    ).fetchone()
    return int(row[0]) if row else 0


class ChangedArticles:
    """Articles whose wording in the lake is not that of their current version.

    Attributes:
        count: how many there are.
    """

    def __init__(self, relations: Relations, since: int | None, rules_version: int) -> None:
        """Find them.

        Args:
            relations: of the transaction in which they are read and written.
            since: the snapshot after which to look; None to compare all articles.
            rules_version: of the present rules.
        """
        self._connection = relations.connection
        rows = None if since is None else changed_rows(relations, FACT_ARTICLE, since)
        condition = f"article_id IN (SELECT article_id FROM {rows})" if rows else "true"
        differs = " OR ".join(f"now.{name} IS DISTINCT FROM was.{name}" for name in _COMPARED)
        relations.create(
            "changed_article",
            f"""
            WITH now AS (
              SELECT article_id, title, content_hash, outlet_id, published_at,
                {_REPORTED_ON} AS reported_on
              FROM {CATALOG}.core.fact_article WHERE is_current AND {condition}
            ), was AS (
              SELECT article_id, {", ".join(_COMPARED)}, rules_version
              FROM {_WORDING} WHERE {condition}
            )
            SELECT article_id, now.* EXCLUDE (article_id), now.article_id IS NOT NULL AS is_there,
              was.reported_on AS was_reported_on
            FROM now FULL JOIN was USING (article_id)
            WHERE {differs} OR was.rules_version <> $rules_version
            """,
            {"rules_version": rules_version},
        )
        (self.count,) = self._connection.execute("SELECT count(*) FROM changed_article").fetchall()[
            0
        ]

    def wordings(self) -> pa.Table:
        """Days and bands of what the lake has of them."""
        return self._connection.execute(
            f"SELECT reported_on, bands FROM {_WORDING} WHERE {self._was_reported()} "
            "AND article_id IN (SELECT article_id FROM changed_article)"
        ).to_arrow_table()

    def delete_wordings(self) -> None:
        """Delete what the lake has of them."""
        self._connection.execute(
            f"DELETE FROM {_WORDING} WHERE {self._was_reported()} "
            "AND article_id IN (SELECT article_id FROM changed_article)"
        )

    def months(self) -> list[date]:
        """First days of the months in which those that are still there were reported, ascending."""
        rows = self._connection.execute(
            "SELECT DISTINCT date_trunc('month', reported_on)::DATE AS month "
            "FROM changed_article WHERE is_there ORDER BY month"
        ).fetchall()
        return [month for (month,) in rows]

    def texts(self, month: date, folder: Path) -> Iterator[StoryText]:
        """Read the texts of those that were reported in a month.

        They go through a file in the folder: DuckDB holds what a statement finds until it is
        fetched, long texts and all, whatever its buffer is set to.

        Source: https://github.com/duckdb/duckdb-python/issues/617

        Args:
            month: its first day.
            folder: for the file, which the next call overwrites.
        """
        place = folder / "texts.parquet"
        reported = f"date_trunc('month', reported_on) = DATE {literal(str(month))}"
        first, last = self._connection.execute(
            f"SELECT min(published_at)::VARCHAR, max(published_at)::VARCHAR FROM changed_article "
            f"WHERE is_there AND {reported}"
        ).fetchall()[0]
        # The texts are partitioned by month of `published_at`: a condition on it, or that it is
        # NULL, keeps the other months' files closed.
        spans = ["published_at IS NULL"]
        if first is not None:
            spans.append(
                f"published_at BETWEEN TIMESTAMPTZ {literal(first)} AND TIMESTAMPTZ {literal(last)}"
            )
        query = " UNION ALL ".join(
            f"SELECT article_id, content_hash, left(body, {_BODY_CHARACTERS}) AS body "
            f"FROM {CATALOG}.core.article_text WHERE {span} "
            f"AND article_id IN (SELECT article_id FROM changed_article WHERE {reported})"
            for span in spans
        )
        with _low_memory(self._connection):
            self._connection.execute(
                f"""
                COPY (
                  SELECT article_id, outlet_id, published_at, coalesce(title, '') AS title, body,
                    reported_on, content_hash
                  FROM ({query}) JOIN (FROM changed_article WHERE is_there AND {reported})
                    USING (article_id, content_hash)
                ) TO {literal(str(place))} (COMPRESSION lz4_raw, ROW_GROUP_SIZE {_AT_ONCE})
                """
            )
        with pq.ParquetFile(place) as file:
            for few in file.iter_batches(_AT_ONCE):
                for row in few.to_pylist():
                    yield StoryText(**row)

    def _was_reported(self) -> str:
        """A condition that keeps the files of other months closed."""
        first, last = self._connection.execute(
            "SELECT min(was_reported_on)::VARCHAR, max(was_reported_on)::VARCHAR "
            "FROM changed_article"
        ).fetchall()[0]
        if first is None:
            return "false"
        return f"reported_on BETWEEN DATE {literal(first)} AND DATE {literal(last)}"


def wordings_between(connection: duckdb.DuckDBPyConnection, start: date, end: date) -> pa.Table:
    """Rows of ``core.story_wording`` reported from ``start`` up to, not including, ``end``."""
    return connection.execute(
        f"SELECT article_id, outlet_id, published_at, reported_on, headline, lead, bands, shingles "
        f"FROM {_WORDING} WHERE reported_on >= DATE {literal(str(start))} "
        f"AND reported_on < DATE {literal(str(end))}"
    ).to_arrow_table()


def members_between(
    connection: duckdb.DuckDBPyConnection, start: date, end: date
) -> list[StoryMember]:
    """Rows of ``core.bridge_story`` linked from ``start`` up to, not including, ``end``."""
    rows = connection.execute(
        f"SELECT {_MEMBER} FROM {CATALOG}.{BRIDGE_STORY.qualified_name} "
        f"WHERE linked_on >= DATE {literal(str(start))} AND linked_on < DATE {literal(str(end))}"
    ).to_arrow_table()
    return [StoryMember(**row) for row in rows.to_pylist()]


@contextmanager
def _low_memory(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let few texts be in memory at a time.

    DuckDB underestimates the number of a span's texts, and would hold them all to join them. Each
    of its threads holds rows of its own; one is no slower here.
    """
    (threads,) = connection.execute("SELECT current_setting('threads')::VARCHAR").fetchall()[0]
    connection.execute("SET disabled_optimizers = 'build_side_probe_side'")
    connection.execute("SET threads = 1")
    try:
        yield
    finally:
        connection.execute(f"SET threads = {literal(threads)}")
        connection.execute("RESET disabled_optimizers")
