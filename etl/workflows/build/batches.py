"""Batches of captures: each staged, validated and loaded in one commit."""

from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime

import pyarrow as pa

from etl.errors import LakeError
from etl.lake import CATALOG
from etl.lake.connection import open_lake
from etl.load import write
from etl.load.batch import load_staged
from etl.load.rejects.store import unloaded
from etl.load.runs import check_recorded, record_run
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
    with open_lake(settings) as lake:
        return write.pending_batches(lake.connection)


@observed("stage")
def stage_batch(settings: Settings, batch_id: str, run_id: str) -> StageReport:
    """Extract, transform and validate one batch, and write its rows to staging.

    Raises:
        ValidationBrokenError: Great Expectations failed; nothing of the batch may be loaded.
        BatchRejectedError: a rule of severity ``critical`` was broken.
    """
    started_at = datetime.now(UTC)
    entries = captures_of(settings, "batch_id", [batch_id])
    with ThreadPoolExecutor(max_workers=1) as executor:
        executor.submit(import_gx)  # takes seconds: in parallel with the workers
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
    # Another run may load the batch meanwhile and remove what is staged of it: the load looks.
    with suppress(FileNotFoundError):
        staging.write(settings, batch_id, run_id, staged)
    captures, articles = (tables[name].num_rows for name in ("capture", "article"))
    return StageReport(batch_id, captures, articles, len(validation.rejected))


@observed("load")
@again_on_conflict
def load_batch(settings: Settings, batch_id: str, run_id: str) -> LoadReport:
    """Load a staged batch in one commit: facts, dimensions, ledger, rejects, results.

    A batch that is in the lake already is left as it is.
    """
    with open_lake(settings) as lake, lake.lock():
        if write.is_built(lake.connection, batch_id):
            staging.remove(settings, batch_id)
            return LoadReport(batch_id, {})
        staged = staging.read(settings, batch_id, run_id)
        if staged is None:
            raise LakeError(f"batch {batch_id} is not staged: run `khobor build`")
        rejected = staged.rejected
        captures, articles = (staged.tables[name].num_rows for name in ("capture", "article"))
        counts = (captures, articles - len(rejected), len(rejected))
        with lake.transaction(f"load {batch_id}"):
            outlets = load_outlets(settings.outlets)
            load_staged(lake.connection, staged.tables, rejected, outlets, run_id)
            write.insert_table(lake.connection, FACT_VALIDATION, staged.results)
            record_run(lake.connection, run_id, "build", batch_id, staged.started_at, counts)
        check_recorded(lake.connection, run_id, "build", batch_id)
        outcomes = dict(
            lake.execute(
                f"SELECT outcome, count(*) FROM {CATALOG}.core.fact_capture "  # noqa: S608  (constants)
                "WHERE batch_id = ? GROUP BY outcome",
                [batch_id],
            ).fetchall()
        )
        for fields in unloaded(lake.connection, batch_id):
            log_event(settings, "warning", "capture_not_loaded", run_id=run_id, **fields)
    staging.remove(settings, batch_id)
    return LoadReport(batch_id, outcomes)


def load_batches(
    settings: Settings, batch_ids: Iterable[str], run_id: str, advance: Advance = no_progress
) -> dict[str, int]:
    """Stage and load batches.

    A batch is validated and loaded by a thread while the workers read the next. A process opens one
    lake at a time, so a batch's captures are read before the load of the previous one begins. The
    bytes of one batch are in memory at a time, and the staged rows of two.

    Returns:
        The number of captures by outcome.
    """
    outcomes = dict.fromkeys((outcome.value for outcome in Outcome), 0)

    stage = observed("stage")(_validate_and_keep)

    def load(staged: Future[StageReport]) -> LoadReport:
        return load_batch(settings, staged.result().batch_id, run_id)

    def count(loading: Future[LoadReport]) -> None:
        for outcome, captures in loading.result().outcomes.items():
            outcomes[outcome] += captures

    with ThreadPoolExecutor(max_workers=1) as loader:
        staged: Future[StageReport] | None = None
        for batch_id in batch_ids:
            started_at = datetime.now(UTC)
            entries = captures_of(settings, "batch_id", [batch_id])
            loading = loader.submit(load, staged) if staged else None
            tables = read_and_stage(settings, entries, batch_id, run_id, advance)
            del entries
            staged = loader.submit(stage, settings, tables, started_at, batch_id, run_id)
            if loading:
                count(loading)
        if staged:
            count(loader.submit(load, staged))
    return outcomes
