"""Stored captures read again by the present extractor, rules and profiles.

Nothing is written to the lake before the diff is known. What is read is staged, named by what it
was read with, so that a repeated command (with ``--apply``, or after a kill) does not read again.

The unit is the article: with a selected capture, all captures of its article are read again, and
those of the articles that they turn out to show. They are retracted from the lake and loaded again
in one commit, as new captures are. So an article's versions are those of one extractor, and no
change of extraction looks like an edit of the outlet's.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from etl.addresses import canonical_url
from etl.errors import LakeError, UsageError
from etl.extract.page import EXTRACTOR_VERSION
from etl.ingest.batches import BATCH_BYTES
from etl.lake.connection import open_lake
from etl.load import runs
from etl.load.batch import kept_out, load_staged
from etl.load.dimensions import dimension_update
from etl.load.facts import batch_load
from etl.load.reextract import selection
from etl.load.reextract.diff import Diff, compare
from etl.load.reextract.retract import check_complete, retract_captures
from etl.load.reextract.selection import Groups, Known
from etl.load.rejects.store import decisions_on
from etl.load.staged_tables import Tables, in_their_batches, restricted, together, with_column
from etl.load.takedown.staged import without_references
from etl.load.takedown.tombstones import read_tombstones
from etl.observability.progress import Advance, no_progress
from etl.outlets.profiles import load_outlets
from etl.resources import program_files
from etl.schema.problems import Problem
from etl.schema.vocabulary import PASSING_PROBLEMS, Outcome
from etl.settings import Settings
from etl.storage import staging
from etl.workflows.build.chain import check_balance
from etl.workflows.build.read_batch import captures_of, read_and_validate
from etl.workflows.build.stories import link_stories
from etl.workflows.retries import again_on_conflict

_STEP = "reextract"


@dataclass(frozen=True, slots=True)
class _Group:
    """Captures that are committed together, with the parts that they are staged in."""

    capture_ids: Sequence[str]
    parts: Sequence[str]


@dataclass(slots=True)
class _Reading:
    """All captures that are read again: where each is staged, and what they share."""

    known: dict[str, Known] = field(default_factory=dict)
    part_of: dict[str, str] = field(default_factory=dict)
    shared: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    unread: dict[str, Problem] = field(default_factory=dict)

    def things(self, kind: str) -> set[str]:
        """What the captures share of a kind."""
        return {name for things in self.shared.values() for k, name in things if k == kind}


@dataclass(frozen=True, slots=True)
class Reextraction:
    """What the captures, read again, change.

    Attributes:
        diff: what changes.
        extractor_version: of the extractor that read them.
        unread: captures that could not be read this time, with the reasons.
        groups: those that change anything; ``apply`` commits one after the other.
        others: groups that change nothing.
        known: all captures by id, as the ledger has them.
    """

    diff: Diff
    extractor_version: str
    unread: dict[str, Problem]
    groups: Sequence[_Group]
    others: Sequence[_Group]
    known: dict[str, Known]


def read_again(
    settings: Settings,
    outlet_id: str | None = None,
    since: date | None = None,
    until: date | None = None,
    advance: Advance = no_progress,
) -> Reextraction:
    """Read stored captures of an outlet and of days in Dhaka again, and compare.

    Raises:
        UsageError: no capture is of that outlet, or the days are in the wrong order.
        BatchRejectedError: a rule of severity ``critical`` was broken.
    """
    if since and until and since > until:
        raise UsageError(f"--since {since} is after --until {until}")
    with open_lake(settings, read_only=True) as lake:
        selected = selection.selected_captures(lake.connection, outlet_id, since, until)
    if not selected and outlet_id is not None:
        raise UsageError(f"no capture of outlet {outlet_id!r} in these days: see `khobor status`")
    reading = _Reading()
    while selected:
        _read(settings, selected, reading, advance)
        selected = _also_needed(settings, reading)
    diff = Diff()
    changed: list[_Group] = []
    others: list[_Group] = []
    with open_lake(settings, read_only=True) as lake:
        stones = read_tombstones(lake.connection)
        for group in _groups(settings, reading):
            tables, rejected = _staged(settings, group, reading.known)
            tables = without_references(tables, stones)
            verdicts = decisions_on(lake.connection, group.capture_ids)
            is_changed = compare(
                lake.connection, tables, kept_out(tables, rejected, verdicts), diff
            )
            (changed if is_changed else others).append(group)
    return Reextraction(diff, EXTRACTOR_VERSION, reading.unread, changed, others, reading.known)


def apply(
    settings: Settings,
    reextraction: Reextraction,
    run_id: str,
    advance: Advance = no_progress,
) -> None:
    """Commit what was read again, group by group; an interrupted run continues when repeated.

    Raises:
        LakeError: an article was captured again since; the groups before it are committed.
    """
    if not (reextraction.groups or reextraction.others):
        return  # nothing could be read
    for number, group in enumerate(reextraction.groups, start=1):
        _commit(settings, group, reextraction.known, run_id, f"{number:06d}")
        advance(len(group.capture_ids))
    _describe(settings, (*reextraction.groups, *reextraction.others), reextraction.known, run_id)
    link_stories(settings, run_id)
    check_balance(settings)
    staging.remove(settings, _staged_as(settings))


def _read(
    settings: Settings, captures: Sequence[Known], reading: _Reading, advance: Advance
) -> None:
    for part in selection.chunks(captures, settings.batch_rows, BATCH_BYTES):
        ids = [capture.capture_id for capture in part]
        name = hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()[:16]
        if staging.read(settings, _staged_as(settings), name) is None:
            started_at = datetime.now(UTC)
            entries = captures_of(settings, "capture_id", ids)
            tables, validation = read_and_validate(
                settings, entries, f"{_STEP} {name}", _STEP, None, advance
            )
            batch = staging.StagedBatch(tables, validation.results, validation.rejected, started_at)
            staging.write(settings, _staged_as(settings), name, batch)
        _note(settings, reading, part, name)


def _note(settings: Settings, reading: _Reading, part: Sequence[Known], name: str) -> None:
    tables = _read_staged(settings, name).tables
    columns = ["capture_id", "article_id", "outcome", "reason"]
    declared = tables["declared"].select(["capture_id", "declared_in"]).to_pylist()
    for capture in part:
        reading.known[capture.capture_id] = capture
        reading.part_of[capture.capture_id] = name
        article_ids = {capture.article_id} if capture.article_id else set()
        reading.shared[capture.capture_id] = {("article", name) for name in article_ids}
    for row in tables["capture"].select(columns).to_pylist():
        if row["article_id"]:
            reading.shared[row["capture_id"]].add(("article", row["article_id"]))
        known = reading.known[row["capture_id"]]
        if row["outcome"] == Outcome.FAILED and known.outcome != Outcome.FAILED:
            problem = Problem.parse(row["reason"])
            if problem.code in PASSING_PROBLEMS:  # what the lake has of it is left as it is
                reading.unread[row["capture_id"]] = problem
    for row in declared:
        reading.shared[row["capture_id"]].add(("declared", row["declared_in"]))


def _also_needed(settings: Settings, reading: _Reading) -> list[Known]:
    """Captures outside that show an article, or declare links in a place, that these do now."""
    places = reading.things("declared")
    with open_lake(settings, read_only=True) as lake:
        found = selection.captures_showing(lake.connection, reading.things("article"))
        if places:
            found += [
                capture
                for capture in selection.captures_without_article(lake.connection)
                if _place(capture.address) in places
            ]
    return [capture for capture in found if capture.capture_id not in reading.known]


def _place(address: str) -> str:
    return (canonical_url(address) if "://" in address else None) or address


def _groups(settings: Settings, reading: _Reading) -> Iterator[_Group]:
    """What is committed together; groups with a capture that could not be read are left out."""
    joined = Groups()
    for capture_id, things in reading.shared.items():
        joined.join(capture_id, things)
    unread = {joined.group_of(capture_id) for capture_id in reading.unread}
    readable = [
        capture_id for capture_id in reading.known if joined.group_of(capture_id) not in unread
    ]
    for ids in joined.packed(readable, settings.batch_rows):
        yield _Group(ids, sorted({reading.part_of[capture_id] for capture_id in ids}))


def _read_staged(settings: Settings, name: str) -> staging.StagedBatch:
    staged = staging.read(settings, _staged_as(settings), name)
    if staged is None:
        raise LakeError(f"what was read is missing in {settings.staging}: run the command again")
    return staged


def _staged(
    settings: Settings, group: _Group, known: dict[str, Known]
) -> tuple[Tables, dict[str, tuple[str, ...]]]:
    """The group's staged tables and the rules that its captures break."""
    batches = [_read_staged(settings, name) for name in group.parts]
    tables = restricted(together([batch.tables for batch in batches]), group.capture_ids)
    batch_ids = {capture_id: known[capture_id].batch_id for capture_id in group.capture_ids}
    wanted = set(group.capture_ids)
    rejected = {
        capture_id: rules
        for batch in batches
        for capture_id, rules in batch.rejected.items()
        if capture_id in wanted
    }
    return in_their_batches(tables, batch_ids), rejected


@again_on_conflict
def _commit(
    settings: Settings, group: _Group, known: dict[str, Known], run_id: str, part: str
) -> None:
    started_at = datetime.now(UTC)
    tables, rejected = _staged(settings, group, known)
    captures = tables["capture"]
    tables = {**tables, "capture": with_column(captures, "run_id", [run_id] * len(captures))}
    counts = (len(captures), len(captures) - len(rejected), len(rejected))
    with open_lake(settings) as lake, lake.lock():
        with lake.transaction(f"{_STEP} {run_id} {part}"):
            retract_captures(lake.connection, group.capture_ids)
            outlets = load_outlets(settings.outlets)
            load_staged(lake.connection, tables, rejected, outlets, run_id)
            check_complete(lake.connection, group.capture_ids)
            runs.record_run(lake.connection, run_id, _STEP, part, started_at, counts)
        runs.check_recorded(lake.connection, run_id, _STEP, part)


@again_on_conflict
def _describe(
    settings: Settings, groups: Sequence[_Group], known: dict[str, Known], run_id: str
) -> None:
    """Describe the dimensions' keys as everything that was read again does."""
    started_at = datetime.now(UTC)
    with (
        open_lake(settings) as lake,
        lake.lock(),
        dimension_update(lake.connection) as update,
    ):
        for group in groups:
            tables, rejected = _staged(settings, group, known)
            verdicts = decisions_on(lake.connection, group.capture_ids)
            out = kept_out(tables, rejected, verdicts)
            with batch_load(lake.connection, tables, out) as load:
                update.add(load)
        with lake.transaction(f"{_STEP} {run_id} dimensions"):
            update.write()
            counts = (sum(len(group.capture_ids) for group in groups), 0, 0)
            runs.record_run(lake.connection, run_id, _STEP, runs.ALL, started_at, counts)
        runs.check_recorded(lake.connection, run_id, _STEP)


def _staged_as(settings: Settings) -> str:
    """What is staged under this name was read by just this program, rules and profiles."""
    digest = hashlib.sha256()
    for path in [*program_files(), settings.outlets]:
        digest.update(path.read_bytes())
    digest.update(f"{settings.page_max_bytes} {settings.page_timeout_seconds}".encode())
    return f"{_STEP}-{digest.hexdigest()[:16]}"
