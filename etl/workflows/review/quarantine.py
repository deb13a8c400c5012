"""Decisions on quarantined captures: replay by the current rules, release, discard.

Whatever is loaded is read again from the stored bytes and goes through ``load_facts`` as any batch
does, so its facts are those of an ordinary load.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import duckdb
import pyarrow as pa

from etl.errors import LakeError, UsageError
from etl.lake.connection import open_lake
from etl.lake.lake import Lake
from etl.load import runs
from etl.load.batch import load_facts
from etl.load.rejects import store
from etl.load.rejects.store import Verdict
from etl.load.staged_tables import in_their_batches, restricted, with_column
from etl.load.takedown.staged import without_taken_down
from etl.observability.progress import Advance, no_progress
from etl.outlets.profiles import load_outlets
from etl.schema.problems import Problem
from etl.schema.vocabulary import Outcome, ReviewState
from etl.settings import Settings
from etl.workflows.build.chain import check_balance
from etl.workflows.build.read_batch import captures_of, read_and_validate
from etl.workflows.build.stories import link_stories
from etl.workflows.reports import ReplayReport, ReviewReport
from etl.workflows.retries import again_on_conflict
from etl.workflows.review.rejected import find_capture

_STEP = "review"


@dataclass(frozen=True, slots=True)
class _Reading:
    """Captures read again: staged tables, rules broken, and why some could not be read."""

    tables: Mapping[str, pa.Table]
    rejected: Mapping[str, tuple[str, ...]]
    unread: Mapping[str, Problem]


@dataclass(frozen=True, slots=True)
class _Committed:
    """The result of one commit of a review: captures closed, and their outcomes now."""

    closed: int
    outcomes: Mapping[str, int]


def replay(
    settings: Settings,
    prefixes: Sequence[str],
    run_id: str,
    advance: Advance = no_progress,
) -> ReplayReport:
    """Read open captures again and load, in one commit, those that pass now.

    The others stay open, with the rules that they break now. A capture that can't be read this time
    (a limit of time or memory) stays as it was.

    Args:
        settings: the catalog and the limits.
        prefixes: the beginnings of capture ids; empty for all open captures.
        run_id: the run that writes.
        advance: called with the number of pages read.

    Raises:
        UsageError: no rejected capture's id begins so, or several do.
        BatchRejectedError: a rule of severity ``critical`` was broken; nothing is loaded.
    """
    started_at = datetime.now(UTC)
    with open_lake(settings, read_only=True) as lake:
        asked = [find_capture(lake.connection, prefix) for prefix in prefixes]
        _, rows = store.list_rejects(lake.connection, ReviewState.OPEN)
    open_ids = [str(row[0]) for row in rows if not prefixes or row[0] in asked]
    if not open_ids:
        return ReplayReport({}, 0, {})
    reading = _read(settings, open_ids, run_id, advance)
    done = _commit(settings, reading, Verdict(ReviewState.REPLAYED, started_at), run_id)
    _finish(settings, done, run_id)
    return ReplayReport(done.outcomes, len(open_ids) - done.closed, reading.unread)


def release(
    settings: Settings, prefix: str, reviewer: str, reason: str, run_id: str
) -> ReviewReport:
    """Load a capture although it breaks rules of severity ``warning``.

    Args:
        settings: the catalog and the limits.
        prefix: the beginning of the capture's id.
        reviewer: who decides.
        reason: why.
        run_id: the run that writes.

    Raises:
        UsageError: no such capture, one with another decision, or one without an article.
        BatchRejectedError: it breaks a rule of severity ``critical``.
        LakeError: the capture could not be read this time.
    """
    verdict = _verdict(ReviewState.RELEASED, reviewer, reason)
    with open_lake(settings, read_only=True) as lake:
        capture_id, outcome = _open_or_decided(lake.connection, prefix, verdict)
    if outcome is not None:
        return ReviewReport(capture_id, outcome, is_new=False)
    reading = _read(settings, [capture_id], run_id, no_progress)
    if capture_id in reading.unread:
        raise LakeError(
            f"capture {capture_id} could not be read ({reading.unread[capture_id]}): "
            "run the command again, with higher limits if need be"
        )
    if not reading.tables["article"].num_rows:
        raise UsageError(
            f"capture {capture_id} shows no article any more: "
            f"`khobor quarantine replay {capture_id}` puts the ledger right"
        )
    captures = with_column(reading.tables["capture"], "reason", [verdict.ledger_reason])
    tables = {**reading.tables, "capture": captures}
    done = _commit(settings, replace(reading, tables=tables, rejected={}), verdict, run_id)
    if not done.closed:  # decided by somebody else meanwhile: report that
        return release(settings, capture_id, reviewer, reason, run_id)
    _finish(settings, done, run_id)
    return ReviewReport(capture_id, next(iter(done.outcomes)), is_new=True)


@again_on_conflict
def discard(
    settings: Settings, prefix: str, reviewer: str, reason: str, run_id: str
) -> ReviewReport:
    """Close a capture without loading it; it stays ``quarantined``, and the ledger says by whom.

    Args:
        settings: the catalog.
        prefix: the beginning of the capture's id.
        reviewer: who decides.
        reason: why.
        run_id: the run that writes.

    Raises:
        UsageError: no such capture, or one with another decision.
    """
    verdict = _verdict(ReviewState.DISCARDED, reviewer, reason)
    with open_lake(settings) as lake, lake.lock():
        capture_id, outcome = _open_or_decided(lake.connection, prefix, verdict)
        if outcome is None:
            with lake.transaction(f"review {run_id}"):
                store.close_rejects(lake.connection, [capture_id], verdict, run_id)
                store.note_in_ledger(lake.connection, capture_id, verdict, run_id)
                _record(lake, run_id, verdict.reviewed_at, (1, 0, 1))
            runs.check_recorded(lake.connection, run_id, _STEP)
    return ReviewReport(capture_id, Outcome.QUARANTINED, is_new=outcome is None)


def release_all(
    settings: Settings, capture_ids: Sequence[str], reviewer: str, reason: str, run_id: str
) -> ReplayReport:
    """Load open captures, in one commit, although they break rules of severity ``warning``.

    A capture that can't be read this time, or shows no article any more, stays open.

    Args:
        settings: the catalog and the limits.
        capture_ids: the captures.
        reviewer: who decides.
        reason: why.
        run_id: the run that writes.

    Raises:
        UsageError: the reviewer or the reason is empty.
        BatchRejectedError: one breaks a rule of severity ``critical``; nothing is loaded.
    """
    verdict = _verdict(ReviewState.RELEASED, reviewer, reason)
    reading = _read(settings, capture_ids, run_id, no_progress)
    shown = reading.tables["article"]["capture_id"].to_pylist()
    tables = restricted(reading.tables, shown)
    reasons = [verdict.ledger_reason] * len(tables["capture"])
    tables["capture"] = with_column(tables["capture"], "reason", reasons)
    done = _commit(settings, replace(reading, tables=tables, rejected={}), verdict, run_id)
    _finish(settings, done, run_id)
    return ReplayReport(done.outcomes, len(capture_ids) - done.closed, reading.unread)


@again_on_conflict
def discard_all(
    settings: Settings, capture_ids: Sequence[str], reviewer: str, reason: str, run_id: str
) -> int:
    """Close open captures, in one commit, without loading them.

    Args:
        settings: the catalog.
        capture_ids: the captures.
        reviewer: who decides.
        reason: why.
        run_id: the run that writes.

    Returns:
        The number of captures closed.

    Raises:
        UsageError: the reviewer or the reason is empty.
    """
    verdict = _verdict(ReviewState.DISCARDED, reviewer, reason)
    with open_lake(settings) as lake, lake.lock():
        open_ids = [
            capture_id
            for capture_id, row in store.read_rejects(lake.connection, capture_ids).items()
            if row["review_state"] == ReviewState.OPEN
        ]
        if open_ids:
            with lake.transaction(f"review {run_id}"):
                store.close_rejects(lake.connection, open_ids, verdict, run_id)
                for capture_id in open_ids:
                    store.note_in_ledger(lake.connection, capture_id, verdict, run_id)
                _record(lake, run_id, verdict.reviewed_at, (len(open_ids), 0, len(open_ids)))
            runs.check_recorded(lake.connection, run_id, _STEP)
    return len(open_ids)


def _read(
    settings: Settings, capture_ids: Sequence[str], run_id: str, advance: Advance
) -> _Reading:
    entries = captures_of(settings, "capture_id", capture_ids)
    # A review is no batch: it writes no Data Docs, and the batches' results stay as they are.
    tables, validation = read_and_validate(
        settings, entries, f"review {run_id}", run_id, None, advance
    )
    unread = {
        row["capture_id"]: Problem.parse(row["reason"])
        for row in tables["capture"].to_pylist()
        if row["outcome"] == Outcome.FAILED
    }
    read = [capture_id for capture_id in capture_ids if capture_id not in unread]
    return _Reading(restricted(tables, read), validation.rejected, unread)


@again_on_conflict
def _commit(settings: Settings, reading: _Reading, verdict: Verdict, run_id: str) -> _Committed:
    """Load what was read, in one commit, but for captures that were decided meanwhile."""
    with open_lake(settings) as lake, lake.lock():
        capture_ids = reading.tables["capture"]["capture_id"].to_pylist()
        known = {
            capture_id: row
            for capture_id, row in store.read_rejects(lake.connection, capture_ids).items()
            if row["review_state"] == ReviewState.OPEN
        }
        batch_ids = {capture_id: str(row["batch_id"]) for capture_id, row in known.items()}
        tables = in_their_batches(restricted(reading.tables, list(known)), batch_ids)
        closed = [capture_id for capture_id in known if capture_id not in reading.rejected]
        failing = store.reject_rows(lake.connection, tables, reading.rejected)
        outdated = [row for row in failing if _differs(row, known[str(row["capture_id"])])]
        outdated_ids = [str(row["capture_id"]) for row in outdated]
        moved = [*closed, *outdated_ids]
        if not moved:
            return _Committed(0, {})
        with lake.transaction(f"review {run_id}"):
            store.retract(lake.connection, moved)
            outlets = load_outlets(settings.outlets)
            loaded = without_taken_down(lake.connection, restricted(tables, moved), run_id)
            load_facts(lake.connection, loaded, outdated_ids, outlets)
            store.replace_rejects(lake.connection, outdated)
            store.close_rejects(lake.connection, closed, verdict, run_id)
            counts = (len(known), len(closed), len(known) - len(closed))
            _record(lake, run_id, verdict.reviewed_at, counts)
        runs.check_recorded(lake.connection, run_id, _STEP)
        return _Committed(len(closed), store.count_outcomes(lake.connection, closed))


def _finish(settings: Settings, done: _Committed, run_id: str) -> None:
    if done.closed:
        link_stories(settings, run_id)
    check_balance(settings)


def _record(lake: Lake, run_id: str, started_at: datetime, counts: tuple[int, int, int]) -> None:
    runs.record_run(lake.connection, run_id, _STEP, runs.ALL, started_at, counts)


def _open_or_decided(
    connection: duckdb.DuckDBPyConnection, prefix: str, verdict: Verdict
) -> tuple[str, str | None]:
    """The capture's id, and its outcome if the decision was made before; None if it is open."""
    capture_id = find_capture(connection, prefix)
    row = store.read_rejects(connection, [capture_id])[capture_id]
    outcome = next(iter(store.count_outcomes(connection, [capture_id])))
    if row["review_state"] == ReviewState.OPEN:
        return capture_id, None
    if row["review_state"] != verdict.state:
        by = f" by {row['reviewer']}" if row["reviewer"] else ""
        raise UsageError(
            f"capture {capture_id} was {row['review_state']}{by} already: "
            f"only an open one can be {verdict.state}"
        )
    return capture_id, outcome


def _verdict(state: ReviewState, reviewer: str, reason: str) -> Verdict:
    """A person's decision, its texts on one line each."""
    words = {"--reviewer": " ".join(reviewer.split()), "--reason": " ".join(reason.split())}
    for option, text in words.items():
        if not text:
            raise UsageError(f"{option} is empty: it is kept with the capture")
    return Verdict(state, datetime.now(UTC), words["--reviewer"], words["--reason"])


def _differs(row: store.Row, known: store.Row) -> bool:
    """Whether a row that still fails differs from the stored one by more than its run."""
    return {**row, "run_id": None} != {**known, "run_id": None}
