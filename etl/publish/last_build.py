"""The published build, where the next one can be made from it."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from etl.lake.identity import lake_id
from etl.publish.fill import mart_sql
from etl.schema.derive.ddl import literal
from etl.schema.marts.warehouse import MARTS
from etl.schema.tables.lake import LAKE_TABLES
from etl.schema.vocabulary import COUNTED_CONFIDENCE

_LAST = "last_build"  # the catalog it is attached as


@dataclass(frozen=True, slots=True)
class PublishUpkeep:
    """When a build is made in full.

    Attributes:
        least_articles: of fewer articles, because that costs less than to look what changed.
        most_updates: after so many that were made from one another: rows that were replaced leave
            gaps, and rows that came lie in the order they came in.
    """

    least_articles: int = 20_000
    most_updates: int = 100


USUAL_UPKEEP = PublishUpkeep()
IN_FULL = PublishUpkeep(most_updates=0)


@dataclass(frozen=True, slots=True)
class LastBuild:
    """What the next build is made from.

    Attributes:
        lake_snapshot_id: the lake's snapshot that it shows.
        update_count: builds since the last one that was made in full.
    """

    lake_snapshot_id: int
    update_count: int


@cache
def definition_hash() -> str:
    """A hash of all that a build is made by: the marts' queries and declarations, and their tables.

    A build of another hash is made in full.
    """
    parts = [repr((mart, mart_sql(mart))) for mart in MARTS]
    parts.append(repr(COUNTED_CONFIDENCE))
    parts += [repr((table.qualified_name, table.column_names)) for table in LAKE_TABLES]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def last_build(
    connection: duckdb.DuckDBPyConnection, warehouse: Path, upkeep: PublishUpkeep
) -> LastBuild | None:
    """Read what a published build was made from.

    Args:
        connection: has the lake attached, outside any transaction.
        warehouse: the build's file, which may be missing or broken.
        upkeep: when the next build is made in full.

    Returns:
        None where the next one has to be made in full: the build is of another lake or of other
        marts, or can't be read.
    """
    if not upkeep.most_updates or not warehouse.exists():
        return None
    try:
        with _attached(connection, warehouse):
            row = connection.execute(
                f"SELECT lake_snapshot_id, update_count, article_count, lake_id, definition_hash "
                f"FROM {_LAST}.mart.build_info"
            ).fetchone()
    except duckdb.Error:
        return None  # an older release's, or damaged
    if row is None or row[3:] != (lake_id(connection), definition_hash()):
        return None
    snapshot, updates, articles = row[:3]
    if articles < upkeep.least_articles or updates >= upkeep.most_updates:
        return None
    return LastBuild(snapshot, updates)


def copy_file(source: Path, target: Path) -> None:
    """Copy a file; file systems that can share its blocks until they are written do so."""
    with source.open("rb") as reading, target.open("wb") as writing:
        try:
            while os.copy_file_range(reading.fileno(), writing.fileno(), 1 << 30):
                pass
        except OSError:
            reading.seek(0)
            writing.seek(0)
            writing.truncate()
            shutil.copyfileobj(reading, writing, 1 << 20)


@contextmanager
def _attached(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> Iterator[None]:
    connection.execute(f"ATTACH {literal(str(warehouse.resolve()))} AS {_LAST} (READ_ONLY)")
    try:
        yield
    finally:
        connection.execute(f"DETACH {_LAST}")
