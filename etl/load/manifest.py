"""The manifest of ``raw``: what each batch of captures was when it was stored.

The hash of a capture's bytes is in its own row. The manifest has, for each batch, a hash over these
hashes, so that a row which is changed together with its hash, added or lost shows too.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence

import duckdb

from etl.lake import CATALOG
from etl.schema.tables.raw import CAPTURE_MANIFEST, PAGE_CAPTURE

_NAME = f"{CATALOG}.{CAPTURE_MANIFEST.qualified_name}"
_PAGES = f"{CATALOG}.{PAGE_CAPTURE.qualified_name}"
_OF_IDS = "IN (SELECT unnest(?::VARCHAR[]))"
_AS_STORED = f"""
    SELECT batch_id, count(*) AS capture_count, sum(content_bytes)::BIGINT AS content_bytes,
      sha256(string_agg(capture_id || ' ' || content_sha256, chr(10) ORDER BY capture_id)) AS digest
    FROM {_PAGES}"""


def manifest_row(captures: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """The manifest's row for rows of ``raw.page_capture`` that are one batch."""
    lines = sorted(f"{row['capture_id']} {row['content_sha256']}" for row in captures)
    return {
        "batch_id": captures[0]["batch_id"],
        "capture_count": len(captures),
        "content_bytes": sum(int(str(row["content_bytes"])) for row in captures),
        "digest": hashlib.sha256("\n".join(lines).encode()).hexdigest(),
    }


def batches_of(connection: duckdb.DuckDBPyConnection, capture_ids: Collection[str]) -> set[str]:
    """The batches that captures are in."""
    rows = connection.execute(
        f"SELECT DISTINCT batch_id FROM {_PAGES} WHERE capture_id {_OF_IDS}", [list(capture_ids)]
    ).fetchall()
    return {batch_id for (batch_id,) in rows}


def record_again(connection: duckdb.DuckDBPyConnection, batch_ids: Collection[str]) -> None:
    """Record batches as they are now, after captures left them; inside a transaction."""
    ids = [sorted(batch_ids)]
    connection.execute(f"DELETE FROM {_NAME} WHERE batch_id {_OF_IDS}", ids)
    connection.execute(
        f"INSERT INTO {_NAME} BY NAME {_AS_STORED} WHERE batch_id {_OF_IDS} GROUP BY batch_id", ids
    )


def record_missing(connection: duckdb.DuckDBPyConnection) -> int:
    """Record batches that a release without a manifest stored; inside a transaction.

    Returns:
        The number of batches recorded.
    """
    rows = connection.execute(
        f"SELECT DISTINCT batch_id FROM {_PAGES} ANTI JOIN {_NAME} USING (batch_id)"
    ).fetchall()
    if rows:
        record_again(connection, [batch_id for (batch_id,) in rows])
    return len(rows)


def differing_captures(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Ids of captures whose bytes are not those of their hash; every byte is read."""
    rows = connection.execute(
        f"SELECT capture_id FROM {_PAGES} WHERE sha256(content) <> content_sha256 ORDER BY ALL"
    ).fetchall()
    return [capture_id for (capture_id,) in rows]


def differing_batches(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Recorded batches whose captures are not those that were stored."""
    rows = connection.execute(
        f"""
        WITH stored AS ({_AS_STORED} GROUP BY batch_id)
        SELECT recorded.batch_id FROM {_NAME} AS recorded LEFT JOIN stored USING (batch_id)
        WHERE recorded.digest IS DISTINCT FROM stored.digest ORDER BY ALL
        """
    ).fetchall()
    return [batch_id for (batch_id,) in rows]


def unrecorded_batches(connection: duckdb.DuckDBPyConnection) -> int:
    """The number of batches that the manifest does not have."""
    row = connection.execute(
        f"SELECT count(DISTINCT batch_id) FROM {_PAGES} ANTI JOIN {_NAME} USING (batch_id)"
    ).fetchone()
    return row[0] if row else 0
