"""The list of runs: each step writes it, and it shows which steps have to follow others.

Runs are ordered by the lake's snapshots that wrote them (DuckLake's column ``snapshot_id``), never
by their times: a machine's clock may have been ahead once.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version

import duckdb

from etl.errors import LakeError
from etl.lake import CATALOG
from etl.load.write import insert
from etl.schema.tables.ledgers import ETL_RUN

ALL = "-"  # `etl_run.batch_id` of steps that work on all batches

# Steps that change the facts from which stories and builds are derived.
LOADS = ("build", "review", "reextract", "forget", "purge")
# Those of them that take texts out, of which nothing may stay.
REMOVALS = ("forget", "purge")


def last_snapshot(connection: duckdb.DuckDBPyConnection, steps: Sequence[str]) -> int:
    """The snapshot of the last commit of one of these steps; -1 where there was none."""
    row = connection.execute(
        f"SELECT max(snapshot_id) FROM {CATALOG}.core.etl_run "
        "WHERE list_contains(?::VARCHAR[], step)",
        [list(steps)],
    ).fetchone()
    return -1 if row is None or row[0] is None else int(row[0])


def is_behind(connection: duckdb.DuckDBPyConnection, step: str, others: Sequence[str]) -> bool:
    """Whether one of the other steps has committed since ``step`` did.

    A kill may have come between.
    """
    return last_snapshot(connection, others) > last_snapshot(connection, [step])


def record_run(
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    step: str,
    batch_id: str,
    started_at: datetime,
    counts: tuple[int, int, int],
    snapshot_id: int | None = None,
) -> None:
    """Write one row of ``core.etl_run``.

    Args:
        connection: has the lake attached, in a transaction.
        run_id: the run.
        step: the step.
        batch_id: the batch, or ``ALL``.
        started_at: when the step began.
        counts: rows read, written and rejected.
        snapshot_id: what the step read, where the next one follows what changed since.
    """
    finished_at = datetime.now(UTC)
    row = {
        "run_id": run_id,
        "step": step,
        "batch_id": batch_id,
        "started_at": started_at,
        "finished_at": finished_at,
        "duration_seconds": (finished_at - started_at).total_seconds(),
        "input_count": counts[0],
        "output_count": counts[1],
        "rejected_count": counts[2],
        "khobor_version": version("khobor"),
        "lake_snapshot_id": snapshot_id,
    }
    insert(connection, ETL_RUN, [row])


def check_recorded(
    connection: duckdb.DuckDBPyConnection, run_id: str, step: str, batch_id: str = ALL
) -> None:
    """Check that a run's row is there: DuckLake may answer OK to a COMMIT that rolled back.

    Raises:
        LakeError: the row is missing, and so is all else of its transaction.
    """
    found = connection.execute(
        f"SELECT 1 FROM {CATALOG}.core.etl_run WHERE run_id = ? AND step = ? AND batch_id = ?",
        [run_id, step, batch_id],
    ).fetchone()
    if found is None:
        raise LakeError(f"the commit of {step} {run_id} left no row: run the command again")
