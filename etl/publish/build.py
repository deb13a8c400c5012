"""A new build for BI: every mart from one snapshot of the lake, in one file, behind one link."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from etl.errors import DiskFullError, PublishError, is_disk_full
from etl.lake.identity import lake_id
from etl.lake.relations import Relations
from etl.lake.transaction import transaction
from etl.publish.checks import check_build, check_counts
from etl.publish.fill import BUILD, fill_mart, publish_error
from etl.publish.last_build import (
    USUAL_UPKEEP,
    LastBuild,
    PublishUpkeep,
    copy_file,
    definition_hash,
    last_build,
)
from etl.publish.macros import create_macros
from etl.publish.refresh import Changes, refresh_mart
from etl.publish.releases import (
    WAREHOUSE,
    check_build_id,
    flip,
    folder_aside,
    publisher_lock,
    remove_old,
    remove_stale,
    seal,
)
from etl.schema.derive.ddl import literal
from etl.schema.marts.warehouse import MARTS
from etl.schema.model import Table
from etl.schema.vocabulary import COUNTED_CONFIDENCE

# The newest file format that DuckDB 1.4 and 1.5 both read.
_STORAGE_VERSION = "v1.4.0"


@dataclass(frozen=True, slots=True)
class Build:
    """A published build.

    ``counts`` has the number of rows of each mart, by qualified name.
    """

    build_id: str
    folder: Path
    warehouse: Path
    lake_snapshot_id: int
    counts: dict[str, int]
    size_bytes: int


def publish_build(
    con: duckdb.DuckDBPyConnection,
    builds: Path,
    current: Path,
    build_id: str,
    khobor_version: str,
    built_at: datetime,
    upkeep: PublishUpkeep = USUAL_UPKEEP,
    finish: Callable[[Path | None, Path], object] | None = None,
) -> Build:
    """Build every mart from one snapshot of the lake, check it, and flip ``current`` to it.

    The published build stays as it was until the flip, whatever fails before. Where it is of the
    same lake and the same marts, the new one is a copy of it with the rows that changed since.

    Args:
        con: a connection with the lake attached as ``lake``, outside any transaction.
        builds: the folder of builds; the last three are kept.
        current: the link that BI follows.
        build_id: from ``etl.publish.releases.new_build_id``.
        khobor_version: goes into ``mart.build_info``, as does ``built_at``.
        built_at: the time of the build.
        upkeep: when a build is made in full instead.
        finish: adds what else belongs to a build; called with the folder of the last build, if
            there is one, and that of the new one, whose warehouse is written and closed.

    Raises:
        PublishError: a check failed, or the build can't be written.
        LakeConflictError: the lake is busy; try again.
        PublishBusyError: another publish ran for ten minutes.
    """
    check_build_id(build_id)
    try:
        with publisher_lock(builds):
            remove_stale(builds, current)
            with folder_aside(builds, build_id) as aside:
                last = last_build(con, current / WAREHOUSE, upkeep)
                if last:
                    copy_file(current / WAREHOUSE, aside / WAREHOUSE)
                facts = {
                    "build_id": build_id, "built_at": built_at, "khobor_version": khobor_version,
                }  # fmt: skip
                snapshot, counts = _write(con, aside / WAREHOUSE, facts, last)
                check_counts(aside / WAREHOUSE, counts)
                if finish is not None:
                    finish(current.resolve() if current.exists() else None, aside)
                folder = seal(aside, builds, build_id)
            flip(current, folder)
            remove_old(builds, current)
    except duckdb.Error as error:
        raise publish_error(f"build {build_id}", error) from error
    except OSError as error:
        if is_disk_full(str(error)):
            raise DiskFullError(f"build {build_id}") from error
        raise PublishError(f"build {build_id} can't be written: {error}") from error
    warehouse = folder / WAREHOUSE
    return Build(build_id, folder, warehouse, snapshot, counts, warehouse.stat().st_size)


def published_snapshot(warehouse: Path) -> int | None:
    """The lake's snapshot that a build was read from; None where no build can be read there."""
    if not warehouse.is_file():
        return None
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            row = connection.execute("SELECT lake_snapshot_id FROM mart.build_info").fetchone()
    except duckdb.Error:
        return None
    return None if row is None else int(row[0])


def _write(
    con: duckdb.DuckDBPyConnection,
    warehouse: Path,
    facts: Mapping[str, object],
    last: LastBuild | None,
) -> tuple[int, dict[str, int]]:
    """Write and check all marts in one transaction, so that all read one snapshot."""
    with _attached(con, warehouse), transaction(con):
        snapshot = _snapshot(con)
        parameters = {
            **facts,
            "counted_confidence": COUNTED_CONFIDENCE,
            "lake_id": lake_id(con),
            "lake_snapshot_id": snapshot,
            "definition_hash": definition_hash(),
            "update_count": last.update_count + 1 if last else 0,
        }
        con.execute(f"CREATE SCHEMA IF NOT EXISTS {BUILD}.mart")
        with Relations(con) as relations:
            changes = Changes(relations, last.lake_snapshot_id) if last else None
            filled: list[Table] = []
            for mart in MARTS:
                if changes is None or not refresh_mart(relations, mart, parameters, changes):
                    fill_mart(con, mart, parameters)
                    filled.append(mart)
        create_macros(con)
        check_build(con, filled)
        counts = {mart.qualified_name: _count(con, mart) for mart in MARTS}
    return snapshot, counts


def _count(con: duckdb.DuckDBPyConnection, mart: Table) -> int:
    row = con.execute(f"SELECT count(*) FROM {BUILD}.{mart.qualified_name}").fetchone()
    return int(row[0]) if row else 0


def _snapshot(con: duckdb.DuckDBPyConnection) -> int:
    row = con.execute("SELECT id FROM lake.current_snapshot()").fetchone()
    if row is None:
        raise PublishError("the lake has no snapshot: load something first")
    return int(row[0])


@contextmanager
def _attached(con: duckdb.DuckDBPyConnection, warehouse: Path) -> Iterator[None]:
    con.execute(
        f"ATTACH {literal(str(warehouse))} AS {BUILD} (STORAGE_VERSION {literal(_STORAGE_VERSION)})"
    )
    try:
        yield
    finally:
        con.execute(f"DETACH {BUILD}")
