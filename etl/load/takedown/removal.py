"""Rows of captures, articles and addresses removed from every table of the lake."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import duckdb

from etl.bangla.clock import DHAKA
from etl.lake import CATALOG
from etl.lake.relations import Relations
from etl.load import manifest, runs
from etl.load.dimensions import remove_unused
from etl.load.reextract.retract import retract_captures
from etl.load.takedown.tombstones import Tombstones
from etl.schema.derive.ddl import literals
from etl.schema.tables.facts import FACT_HEADLINE_EXPOSURE
from etl.schema.tables.ledgers import FACT_DECLARED, FACT_FETCH
from etl.schema.tables.raw import PAGE_CAPTURE, REVIEW_DECISION
from etl.schema.vocabulary import ARTICLE_OUTCOMES

REMOVALS = ("forget", "purge")
"""Steps that remove rows; ``erase`` of the same run then removes them from files and copies."""
ERASE = "erase"

_CORE = f"{CATALOG}.core"
_RAW = f"{CATALOG}.{PAGE_CAPTURE.qualified_name}"
_OF_IDS = "IN (SELECT unnest(?::VARCHAR[]))"


@dataclass(frozen=True, slots=True)
class Page:
    """What a stored capture is known by; ``article_id`` where the ledger has one."""

    capture_id: str
    source: str
    url: str | None
    content_sha256: str
    content_bytes: int
    outlet_id: str | None
    article_id: str | None


def stored_pages(
    connection: duckdb.DuckDBPyConnection, is_wanted: Callable[[Page], bool]
) -> list[Page]:
    """The stored captures of which something is true, a few thousand in memory at a time."""
    answer = connection.execute(
        f"""
        SELECT page.capture_id, page.source, page.url, page.content_sha256, page.content_bytes,
          coalesce(ledger.outlet_id, page.outlet_id), ledger.article_id
        FROM {_RAW} AS page
        LEFT JOIN {_CORE}.fact_capture AS ledger USING (capture_id)
        """
    )
    found: list[Page] = []
    while rows := answer.fetchmany(5_000):
        found += filter(is_wanted, (Page(*row) for row in rows))
    return sorted(found, key=lambda page: page.capture_id)


def captures_before(
    connection: duckdb.DuckDBPyConnection, day: date, outlet_id: str | None
) -> list[str]:
    """Ids of captures from before a day in Dhaka, of one outlet or of all."""
    rows = connection.execute(
        f"""
        SELECT page.capture_id FROM {_RAW} AS page
        LEFT JOIN {_CORE}.fact_capture AS ledger USING (capture_id)
        WHERE timezone('{DHAKA}', coalesce(ledger.captured_at, page.captured_at))::DATE < ?
          AND (?::VARCHAR IS NULL OR coalesce(ledger.outlet_id, page.outlet_id) = ?)
        ORDER BY ALL
        """,
        [day, outlet_id, outlet_id],
    ).fetchall()
    return [capture_id for (capture_id,) in rows]


def dependent_captures(
    connection: duckdb.DuckDBPyConnection, capture_ids: Sequence[str]
) -> list[str]:
    """Captures whose facts depend on these: of the same articles, and of the same listings.

    An article's versions come from all its captures, and a link that a listing declared is kept
    with the first capture that showed it. So these have to be read again without the others.
    """
    with Relations(connection) as relations:
        relations.register_ids("removed_capture", capture_ids)
        rows = connection.execute(
            f"""
            WITH removed AS (
              SELECT article_id, outcome, coalesce(url, source) AS place
              FROM {_CORE}.fact_capture SEMI JOIN removed_capture USING (capture_id)
            )
            SELECT capture_id FROM {_CORE}.fact_capture ANTI JOIN removed_capture USING (capture_id)
            WHERE (outcome IN {literals(ARTICLE_OUTCOMES)} AND article_id IN (
                SELECT article_id FROM removed WHERE outcome IN {literals(ARTICLE_OUTCOMES)}))
              OR (outcome = 'not_article' AND coalesce(url, source) IN (
                SELECT place FROM removed WHERE outcome = 'not_article'))
            ORDER BY ALL
            """
        ).fetchall()
    return [capture_id for (capture_id,) in rows]


def remove_captures(connection: duckdb.DuckDBPyConnection, capture_ids: Sequence[str]) -> None:
    """Remove the pages of captures, and what people decided about them; inside a transaction."""
    batch_ids = manifest.batches_of(connection, capture_ids)
    for table in (PAGE_CAPTURE, REVIEW_DECISION):
        connection.execute(
            f"DELETE FROM {CATALOG}.{table.qualified_name} WHERE capture_id {_OF_IDS}",
            [list(capture_ids)],
        )
    manifest.record_again(connection, batch_ids)


def remove_facts(
    connection: duckdb.DuckDBPyConnection,
    capture_ids: Sequence[str],
    dependent: Sequence[str],
    new_batch_id: str,
) -> None:
    """Remove captures with all facts of them; inside a transaction.

    Args:
        connection: has the lake attached.
        capture_ids: what is removed.
        dependent: from ``dependent_captures``; they become pending again.
        new_batch_id: the batch in which they are built then.
    """
    retract_captures(connection, [*capture_ids, *dependent])
    batch_ids = manifest.batches_of(connection, dependent)
    connection.execute(
        f"UPDATE {_RAW} SET batch_id = ? WHERE capture_id {_OF_IDS}",
        [new_batch_id, list(dependent)],
    )
    manifest.record_again(connection, [*batch_ids, new_batch_id])
    remove_captures(connection, capture_ids)
    connection.execute(
        f"DELETE FROM {CATALOG}.{FACT_FETCH.qualified_name} WHERE capture_id {_OF_IDS}",
        [list(capture_ids)],
    )
    remove_unused(connection)


def remove_references(connection: duckdb.DuckDBPyConnection, stones: Tombstones) -> list[str]:
    """Remove headlines, declared links and fetches of what was taken down; inside a transaction.

    Returns:
        Ids of the stored captures of other pages, which still show such a headline.
    """
    values = [sorted(stones.article_ids), sorted(stones.urls)]
    leads = f"(target_article_id {_OF_IDS} OR url {_OF_IDS})"
    shown = connection.execute(
        f"SELECT DISTINCT capture_id FROM {CATALOG}.{FACT_HEADLINE_EXPOSURE.qualified_name} "
        f"WHERE {leads} UNION SELECT DISTINCT capture_id "
        f"FROM {CATALOG}.{FACT_DECLARED.qualified_name} WHERE capture_id IS NOT NULL "
        f"AND {leads.replace('target_article_id', 'article_id')} ORDER BY ALL",
        [*values, *values],
    ).fetchall()
    connection.execute(
        f"DELETE FROM {CATALOG}.{FACT_HEADLINE_EXPOSURE.qualified_name} WHERE {leads}", values
    )
    connection.execute(
        f"DELETE FROM {CATALOG}.{FACT_DECLARED.qualified_name} "
        f"WHERE {leads.replace('target_article_id', 'article_id')}",
        values,
    )
    connection.execute(
        f"DELETE FROM {CATALOG}.{FACT_FETCH.qualified_name} WHERE url {_OF_IDS}", values[1:]
    )
    return [capture_id for (capture_id,) in shown]


def remove_observed_before(
    connection: duckdb.DuckDBPyConnection, day: date, outlet_id: str | None
) -> None:
    """Remove declared links and fetches from before a day in Dhaka; inside a transaction."""
    for table, moment in ((FACT_DECLARED, "declared_at"), (FACT_FETCH, "fetched_at")):
        connection.execute(
            f"DELETE FROM {CATALOG}.{table.qualified_name} "
            f"WHERE timezone('{DHAKA}', {moment})::DATE < ? "
            "AND (?::VARCHAR IS NULL OR outlet_id = ?)",
            [day, outlet_id, outlet_id],
        )


def note_removal(
    connection: duckdb.DuckDBPyConnection, run_id: str, step: str, captures: int
) -> None:
    """Record that a run removed captures, so that it shows until they are erased too."""
    runs.record_run(connection, run_id, step, runs.ALL, datetime.now(UTC), (captures, 0, captures))


def unfinished_removals(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Runs that removed rows which are not erased from files and copies yet, oldest first."""
    rows = connection.execute(
        f"""
        SELECT DISTINCT run_id FROM {_CORE}.etl_run AS removal
        WHERE step IN {literals(REMOVALS)} AND NOT EXISTS (
          FROM {_CORE}.etl_run AS erasing
          WHERE erasing.run_id = removal.run_id AND erasing.step = '{ERASE}')
        ORDER BY run_id
        """
    ).fetchall()
    return [run_id for (run_id,) in rows]
