"""Staged rows without what was taken down, also where only reading a page shows what it is."""

from collections.abc import Collection

import duckdb
import pyarrow as pa
from pyarrow import compute

from etl.addresses import canonical_url
from etl.load.staged_tables import Tables, restricted
from etl.load.takedown import removal
from etl.load.takedown.tombstones import (
    Tombstone,
    Tombstones,
    read_tombstones,
    request_of,
    write_tombstones,
)
from etl.load.write import known_captures
from etl.schema.vocabulary import TakedownKind


def without_taken_down(
    connection: duckdb.DuckDBPyConnection, tables: Tables, run_id: str
) -> Tables:
    """Leave out captures that were taken down since they were read, or that show what was.

    A page without an address shows its article only when it is read: its capture is removed from
    ``raw`` here. The caller holds a transaction.

    Args:
        connection: has the lake attached.
        tables: staged tables by name.
        run_id: the run that loads them.
    """
    captures = tables["capture"]
    ids = captures["capture_id"].to_pylist()
    stones = read_tombstones(connection)
    kept = known_captures(connection, ids)
    refused = _refused(tables, kept, stones)
    for stone, covered_by in refused:
        request = request_of(connection, covered_by.takedown_id, run_id)
        write_tombstones(connection, [stone], request)
    if refused:
        gone = [stone.capture_id for stone, _ in refused if stone.capture_id]
        removal.remove_captures(connection, gone)
        removal.note_removal(connection, run_id, "forget", len(gone))
        kept -= set(gone)
    if len(kept) < len(ids):
        tables = restricted(tables, sorted(kept))
    return without_references(tables, stones)


def _refused(
    tables: Tables, kept: Collection[str], stones: Tombstones
) -> list[tuple[Tombstone, Tombstone]]:
    """Tombstones for captures that show what was taken down, each with the one that covers it."""
    if not stones:
        return []
    urls = dict(
        zip(*(tables["article"][name].to_pylist() for name in ("capture_id", "url")), strict=True)
    )
    found = []
    for row in tables["capture"].to_pylist():
        if row["capture_id"] not in kept:
            continue
        url = canonical_url(urls.get(row["capture_id"]) or row["url"] or "")
        article_id = row["article_id"]
        if article_id in stones.article_ids:
            covered_by = Tombstone(TakedownKind.ARTICLE, article_id=article_id)
        elif url in stones.urls:
            covered_by = Tombstone(TakedownKind.URL, url=url)
        else:
            continue
        stone = Tombstone(
            TakedownKind.CAPTURE,
            article_id,
            url,
            row["capture_id"],
            row["content_sha256"],
            row["outlet_id"],
        )
        found.append((stone, covered_by))
    return found


def without_references(tables: Tables, stones: Tombstones) -> Tables:
    """Leave out headlines and declared links that lead to what was taken down."""
    if not stones:
        return tables
    led_to = {"headline_exposure": "target_article_id", "declared": "article_id"}
    return {
        name: _not_leading_to(table, led_to[name], stones) if name in led_to else table
        for name, table in tables.items()
    }


def _not_leading_to(table: pa.Table, column: str, stones: Tombstones) -> pa.Table:
    leads = compute.or_(
        compute.is_in(table[column], value_set=pa.array(sorted(stones.article_ids), pa.string())),
        compute.is_in(table["url"], value_set=pa.array(sorted(stones.urls), pa.string())),
    )
    return table.filter(compute.invert(leads))
