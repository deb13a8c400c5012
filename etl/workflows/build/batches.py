"""One batch of captures at a time: staged, validated and loaded in one commit."""

from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime

import pyarrow as pa

from etl.errors import LakeError
from etl.lake.connection import CATALOG, open_lake, transaction, writer_lock
from etl.load import write
from etl.load.batch import load_staged
from etl.load.rejects.store import unloaded
from etl.load.runs import record_run
from etl.observability.events import log_event, observed
from etl.observability.progress import Advance, no_progress
from etl.outlets.profiles import load_outlets
from etl.schema.tables.ledgers import FACT_VALIDATION
from etl.schema.vocabulary import Outcome
from etl.settings import Settings
from etl.storage import staging
from etl.validate.gx import import_gx
from etl.validate.shared_results import results_folder
from etl.workflows.build.read_batch import captures_of, read_and_stage, validate
from etl.workflows.reports import (
    LoadReport,
    StageReport,
)
from etl.workflows.retries import again_on_conflict


def pending_batches(settings: Settings) -> list[str]:
    """Batches with captures that no outcome is written for, oldest first."""
    with open_lake(settings) as connection:
        return write.pending_batches(connection)


@observed("stage")
def stage_batch(settings: Settings, batch_id: str, run_id: str) -> StageReport:
    """Extract, transform and validate one batch; its rows lie in staging then.

    :raises ValidationBrokenError: Great Expectations failed; nothing of the batch may be loaded.
    :raises BatchRejectedError: a rule of severity ``critical`` was broken.
    """
    started_at = datetime.now(UTC)
    entries = captures_of(settings, "batch_id", [batch_id])
    with ThreadPoolExecutor(max_workers=1) as beside:
        beside.submit(import_gx)  # which takes seconds: meanwhile the workers read
        tables = read_and_stage(settings, entries, batch_id, run_id)
    return _validate_and_keep(settings, tables, started_at, batch_id, run_id)


def _validate_and_keep(
    settings: Settings,
    tables: Mapping[str, pa.Table],
    started_at: datetime,
    batch_id: str,
    run_id: str,
) -> StageReport:
    with results_folder(settings) as docs:
        validation = validate(settings, tables, batch_id, run_id, docs)
    staged = staging.StagedBatch(tables, validation.results, validation.rejected, started_at)
    staging.write(settings, batch_id, run_id, staged)
    captures, articles = (tables[name].num_rows for name in ("capture", "article"))
    return StageReport(batch_id, captures, articles, len(validation.rejected))


@observed("load")
@again_on_conflict
def load_batch(settings: Settings, batch_id: str, run_id: str) -> LoadReport:
    """One atomic commit of a staged batch: facts, dimensions, ledger, rejects, results.

    A batch that is in the lake already is left as it is.
    """
    with open_lake(settings) as connection, writer_lock(settings):
        if write.is_built(connection, batch_id):
            staging.remove(settings, batch_id)
            return LoadReport(batch_id, {})
        staged = staging.read(settings, batch_id, run_id)
        if staged is None:
            raise LakeError(f"batch {batch_id} is not staged: run `khobor build`")
        rejected = staged.rejected
        captures, articles = (staged.tables[name].num_rows for name in ("capture", "article"))
        counts = (captures, articles - len(rejected), len(rejected))
        with transaction(connection, f"load {batch_id}"):
            load_staged(connection, staged.tables, rejected, load_outlets(settings.outlets))
            write.insert_table(connection, FACT_VALIDATION, staged.results)
            record_run(connection, run_id, "build", batch_id, staged.started_at, counts)
        outcomes = dict(
            connection.execute(
                f"SELECT outcome, count(*) FROM {CATALOG}.core.fact_capture "
                "WHERE batch_id = ? GROUP BY outcome",
                [batch_id],
            ).fetchall()
        )
        # DuckLake may answer OK to a COMMIT that rolled back: only the ledger's rows prove it.
        if not outcomes:
            raise LakeError(f"the commit of batch {batch_id} left no row: run the command again")
        for fields in unloaded(connection, batch_id):
            log_event(settings, "warning", "capture_not_loaded", run_id=run_id, **fields)
    staging.remove(settings, batch_id)
    return LoadReport(batch_id, outcomes)


def load_batches(
    settings: Settings, batch_ids: Iterable[str], run_id: str, advance: Advance = no_progress
) -> dict[str, int]:
    """Stage and load batches; how many captures ended in each outcome.

    A batch is validated and loaded by a thread while the workers read the next. One lake is open at
    a time in a process, so a batch's captures are taken before the load of the one before begins.
    The bytes of one batch are in memory at a time, and the staged rows of two.
    """
    outcomes = dict.fromkeys((outcome.value for outcome in Outcome), 0)

    stage = observed("stage")(_validate_and_keep)

    def load(staged: Future[StageReport]) -> LoadReport:
        return load_batch(settings, staged.result().batch_id, run_id)

    def count(loading: Future[LoadReport]) -> None:
        for outcome, captures in loading.result().outcomes.items():
            outcomes[outcome] += captures

    with ThreadPoolExecutor(max_workers=1) as behind:
        staged: Future[StageReport] | None = None
        for batch_id in batch_ids:
            started_at = datetime.now(UTC)
            entries = captures_of(settings, "batch_id", [batch_id])
            loading = behind.submit(load, staged) if staged else None
            tables = read_and_stage(settings, entries, batch_id, run_id, advance)
            del entries
            staged = behind.submit(stage, settings, tables, started_at, batch_id, run_id)
            if loading:
                count(loading)
        if staged:
            count(behind.submit(load, staged))
    return outcomes
