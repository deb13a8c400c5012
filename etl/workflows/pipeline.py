"""The chain of steps, and the only place that joins them.

Airflow and the command line call the same functions. Each opens what it needs, does one step whole
and answers with a small report of plain values; each can be run again at any time.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

import duckdb
import pyarrow as pa
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from bi.metabase import sync
from bi.report.page import write_report
from etl.errors import LakeConflictError, LakeError, PublishError, UsageError
from etl.ingest.archives.filter import EVERYTHING, Wanted
from etl.ingest.batches import batches
from etl.ingest.capture import NewCapture
from etl.ingest.files.walk import Walk
from etl.lake.connection import CATALOG, open_lake, transaction, writer_lock
from etl.lake.maintain import back_up_catalog
from etl.lake.queries.status import lake_status
from etl.lake.queries.story_texts import texts_told_between, told_months
from etl.load import write
from etl.load.batch import load_staged
from etl.load.rebuild import unfinished_rebuild
from etl.load.rejects.store import unloaded
from etl.load.runs import ALL, LOADS, is_behind, record_run
from etl.observability.events import log_event, observed
from etl.observability.progress import Advance, no_progress
from etl.outlets.profiles import load_outlets
from etl.publish.build import publish_build
from etl.publish.query import Result
from etl.publish.releases import WAREHOUSE, new_build_id
from etl.schema.tables import core
from etl.schema.vocabulary import Outcome
from etl.settings import Settings
from etl.storage import staging
from etl.storage.temp_directory import spill_folder
from etl.stories.link import link_by_month
from etl.transform.page_json import page_as_json
from etl.validate.data_docs import build_docs as build_pages
from etl.validate.gx import import_gx
from etl.validate.shared_results import fetch_results, kept_results
from etl.workflows.build.read_batch import captures_of, read_and_stage, validate
from etl.workflows.build.worker_pool import read_captures
from etl.workflows.reports import (
    IngestReport,
    LoadReport,
    PublishReport,
    RunReport,
    StageReport,
    StoryReport,
)

# A conflict means that another writer's commit came between; the transaction is rolled back whole.
again_on_conflict = retry(
    retry=retry_if_exception_type(LakeConflictError),
    wait=wait_random_exponential(multiplier=0.02, max=2),
    stop=stop_after_attempt(8),
    reraise=True,
)


def new_run_id() -> str:
    """A run's id: its start in UTC and a random part; sorts by time."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"


def khobor_version() -> str:
    """The program's version."""
    return version("khobor")


@observed("ingest")
def ingest_files(
    settings: Settings,
    paths: Sequence[Path],
    run_id: str,
    advance: Advance = no_progress,
    wanted: Wanted = EVERYTHING,
) -> IngestReport:
    """Files, folders and archives to ``raw.page_capture``, a batch a commit.

    What is there already is left as it is; what can't be read becomes a capture that says why.

    :param wanted: the hosts and languages to take from archives.
    """
    walk = Walk(tuple(paths), datetime.now(UTC), settings.page_max_bytes, wanted)
    report = store_captures(settings, walk.captures(), run_id, advance)
    return replace(
        report,
        skipped=tuple(walk.skipped),
        left_out=dict(walk.counts.left_out.most_common()),
        odd=dict(walk.counts.odd.most_common()),
    )


def store_captures(
    settings: Settings,
    captures: Iterable[NewCapture],
    run_id: str,
    advance: Advance = no_progress,
    committed: Callable[[], None] = lambda: None,
) -> IngestReport:
    """Captures to ``raw.page_capture`` as they come, a batch a commit.

    :param committed: called whenever all captures taken from the iterator so far are in the lake.
    """
    started_at = datetime.now(UTC)
    new, known, batch_ids = 0, 0, []
    with open_lake(settings) as connection:
        for number, batch in enumerate(batches(captures, settings.batch_rows), start=1):
            batch_id = f"{run_id}-{number:06d}"
            count = _store_batch(settings, connection, batch, batch_id, run_id)
            if count:
                batch_ids.append(batch_id)
            new, known = new + count, known + len(batch) - count
            committed()
            advance(len(batch))
        counts = (new + known, new, 0)
        with writer_lock(settings), transaction(connection, f"ingest {run_id}"):
            record_run(connection, run_id, "ingest", ALL, started_at, counts)
    return IngestReport(new, known, tuple(batch_ids), ())


def _store_batch(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    batch: Sequence[NewCapture],
    batch_id: str,
    run_id: str,
) -> int:
    """Commit what the lake does not have of a batch; how many captures that is."""
    with writer_lock(settings):
        present = write.known_captures(connection, [item.capture_id for item in batch])
        rows = [item.row(batch_id, run_id) for item in batch if item.capture_id not in present]
        if rows:
            with transaction(connection, f"ingest {batch_id}"):
                write.insert_captures(connection, rows)
    return len(rows)


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
    with kept_results(settings) as docs:
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
            write.insert_table(connection, core.FACT_VALIDATION, staged.results)
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


@observed("stories")
@again_on_conflict
def link_stories(settings: Settings, run_id: str) -> StoryReport:
    """Link the current articles into stories, all of them anew: links depend on no order."""
    started_at = datetime.now(UTC)
    with (
        open_lake(settings) as connection,
        writer_lock(settings),
        spill_folder(settings.home) as folder,
    ):
        texts = partial(texts_told_between, connection, folder)
        members = list(link_by_month(told_months(connection), texts))
        with transaction(connection, f"stories {run_id}"):
            changed = write.replace_stories(connection, members)
            counts = (len(members), changed, 0)
            record_run(connection, run_id, "stories", ALL, started_at, counts)
    return StoryReport(len(members), changed)


def extract(
    settings: Settings, paths: Sequence[Path], outlet_id: str | None, url: str | None
) -> Iterator[dict[str, object]]:
    """What is read on pages, one JSON object each; nothing is written.

    :raises UsageError: no profile has that outlet id.
    """
    outlets = load_outlets(settings.outlets)
    if outlet_id is not None and outlet_id not in outlets.by_id:
        known = ", ".join(sorted(outlets.by_id))
        raise UsageError(f"no outlet {outlet_id!r} in {settings.outlets}: it has {known}")
    walk = Walk(tuple(paths), datetime.now(UTC), settings.page_max_bytes)
    captures = (
        replace(item, url=url or item.url, outlet_id=outlet_id or item.outlet_id).as_capture()
        for item in walk.captures()
    )
    for capture, result in read_captures(captures, settings):
        yield page_as_json(capture, result, outlets)


def status(settings: Settings) -> list[tuple[str, Result]]:
    """What the lake holds now: tables with their titles."""
    with open_lake(settings, read_only=True) as connection:
        return [
            (title, Result(columns, [""] * len(columns), rows))
            for title, columns, rows in lake_status(connection)
        ]


def build_docs(settings: Settings) -> str:
    """Render the Data Docs of the latest batches; the path of their first page."""
    fetch_results(settings)
    return str(build_pages(settings.data_docs))


def check_balance(settings: Settings) -> None:
    """Captures of the batches that are built = rows of the ledger, each capture once.

    A batch is committed whole, so a capture of it without an outcome has been lost.

    :raises LakeError: the counts differ.
    """
    with open_lake(settings) as connection:
        row = connection.execute(
            f"""
            SELECT
              (SELECT count(*) FROM {CATALOG}.raw.page_capture
                 SEMI JOIN {CATALOG}.core.fact_capture USING (batch_id)),
              (SELECT count(*) FROM {CATALOG}.core.fact_capture),
              (SELECT count(DISTINCT capture_id) FROM {CATALOG}.core.fact_capture)
            """
        ).fetchone()
    if row is None or len(set(row)) != 1:
        raise LakeError(
            "captures of built batches, outcomes and captures with an outcome should be as many, "
            f"but are {row}: a defect of this program; keep {settings.home} and report it"
        )


@observed("publish")
def publish(settings: Settings, run_id: str) -> PublishReport:
    """A new build for BI from the lake's present snapshot; the link is flipped when it is whole.

    :raises PublishError: a check failed; the old build stays.
    """
    started_at = datetime.now(UTC)
    with open_lake(settings) as connection:
        if pending := unfinished_rebuild(connection):
            raise PublishError(
                f"a rebuild is not finished, batch {pending} is to come: run `khobor build` first"
            )
        build = publish_build(
            connection,
            settings.builds,
            settings.current_build,
            new_build_id(started_at),
            khobor_version(),
            started_at,
        )
        articles = build.counts["mart.article"]
        counts = (articles, sum(build.counts.values()), 0)
        with writer_lock(settings), transaction(connection, f"publish {run_id}"):
            record_run(connection, run_id, "publish", ALL, started_at, counts)
    back_up_catalog(settings, build.build_id)
    warehouse = str(settings.current_build / WAREHOUSE)
    return PublishReport(build.build_id, warehouse, articles, sync.follow_build(settings))


def report(settings: Settings, output: Path | None = None) -> Path:
    """The published build as one HTML page; its path.

    :raises NoBuildError: nothing is published yet.
    """
    target = settings.report if output is None else output.absolute()
    warehouse = settings.current_build / WAREHOUSE
    return write_report(warehouse, target, settings.data_docs / "index.html")


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


def build(settings: Settings, run_id: str, advance: Advance = no_progress) -> Mapping[str, int]:
    """Extract to load, all that is pending, then stories and Data Docs; the captures' outcomes."""
    with open_lake(settings) as connection:
        pending = write.pending_batches(connection)
        # An earlier run may have been killed between its last load and its stories.
        is_due = bool(pending) or is_behind(connection, "stories", LOADS)
    outcomes = load_batches(settings, pending, run_id, advance)
    if is_due:
        check_balance(settings)
        link_stories(settings, run_id)
        build_docs(settings)
    return outcomes


def run(
    settings: Settings, paths: Sequence[Path], run_id: str, advance: Advance = no_progress
) -> RunReport:
    """The whole chain on files; publishes when the published build is behind the facts."""
    ingest = ingest_files(settings, paths, run_id)
    outcomes = build(settings, run_id, advance)
    return RunReport(ingest, outcomes, publish_if_behind(settings, run_id))


def publish_if_behind(settings: Settings, run_id: str) -> PublishReport | None:
    """A new build, if none is there or facts were loaded since the last; else None."""
    if settings.current_build.exists():
        with open_lake(settings) as connection:
            if not is_behind(connection, "publish", (*LOADS, "stories")):
                return None
    return publish(settings, run_id)
