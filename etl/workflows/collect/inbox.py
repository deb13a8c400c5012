"""Ingest of the inbox: complete files become captures and are moved once they are stored.

A run that is killed can be repeated: the captures of a file that was stored but not yet moved are
known by then, so it is only moved.
"""

import hashlib
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from etl.errors import InboxBusyError, LakeError
from etl.ingest.capture import NewCapture
from etl.ingest.files import inbox
from etl.ingest.files.reader import FileReader
from etl.lake.connection import open_lake
from etl.load.takedown.tombstones import read_tombstones
from etl.observability.events import observed
from etl.observability.progress import Advance, no_progress
from etl.schema.problems import Problem, SourceProblem
from etl.schema.vocabulary import ARCHIVE_DAMAGE, ProblemCode
from etl.settings import Settings
from etl.storage.locks import exclusive_lock
from etl.workflows.collect.captures import store_captures
from etl.workflows.reports import InboxReport, IngestReport

# Problems listed in a reason file; an archive may have thousands.
_NAMED = 20


@dataclass(slots=True)
class _InboxReader:
    """Reads dropped files one after the other, and moves those that are stored."""

    folder: Path
    files: FileReader
    taken: list[str] = field(default_factory=list)
    bad: dict[str, SourceProblem] = field(default_factory=dict)
    _stored: list[tuple[inbox.DroppedFile, list[SourceProblem]]] = field(default_factory=list)

    def captures(self, dropped: tuple[inbox.DroppedFile, ...]) -> Iterator[NewCapture]:
        for file in dropped:
            if not os.path.lexists(file.path):  # its writer has removed it
                continue
            if file.problem is not None:
                self._stored.append((file, [SourceProblem(file.source, file.problem)]))
                continue
            problems: list[SourceProblem] = []
            skipped = len(self.files.skipped)
            for capture in self.files.file_captures(file.path, file.source):
                found = _problem(capture, file.source)
                if found is not None:
                    problems.append(found)
                yield capture
            if len(self.files.skipped) > skipped:
                detail = "its name ends neither as a page's nor as an archive's"
                problem = Problem(ProblemCode.UNKNOWN_FILE_TYPE, detail)
                problems.append(SourceProblem(file.source, problem))
            self._stored.append((file, problems))

    def file_away(self) -> None:
        """Move the files whose captures are all in the lake."""
        for file, problems in self._stored:
            try:
                inbox.file_away(self.folder, file, _reason(file, problems))
                self.taken.append(file.source)
            except OSError as error:  # it stays, and is tried again
                detail = f"it can't be moved: {error.strerror or error}"
                problem = Problem(ProblemCode.UNREADABLE_FILE, detail)
                problems = [SourceProblem(file.source, problem)]
            if problems:
                self.bad[file.source] = problems[0]
        self._stored.clear()


def list_inbox(settings: Settings) -> inbox.InboxListing:
    """List the inbox: complete files, and those that are still being written."""
    folder = settings.inbox_folder
    if not folder.is_dir():
        return inbox.InboxListing((), ())
    return inbox.list_inbox(folder, settings.inbox_settle_seconds, time.time())


@observed("ingest")
def ingest_inbox(settings: Settings, run_id: str, advance: Advance = no_progress) -> InboxReport:
    """Store the inbox's complete files and move them to ``done/``, or ``bad/`` with the reason.

    The inbox is created if it is missing.

    Args:
        settings: inbox, limits and catalog.
        run_id: the run that writes.
        advance: called with the number of pages stored.

    Raises:
        InboxBusyError: another process takes files from it.
        LakeError: the inbox can't be read or written.
    """
    folder = settings.inbox_folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _only_one(settings):
            inbox.make_folders(folder)
            inbox.remove_filed_sidecars(folder)
            listing = list_inbox(settings)
            if not listing.complete:
                return InboxReport(0, listing.waiting, {}, IngestReport(0, 0, (), ()))
            files = FileReader((), datetime.now(UTC), settings.page_max_bytes, follows_links=False)
            inbox_reader = _InboxReader(folder, files)
            captures = inbox_reader.captures(listing.complete)
            report = store_captures(settings, captures, run_id, advance, inbox_reader.file_away)
            inbox_reader.file_away()  # files that gave no capture
            if report.taken_down:
                _remove_taken_down(settings, folder)
    except OSError as error:
        raise LakeError(f"inbox {folder}: {error.strerror or error}") from error
    report = replace(
        report, skipped_records=dict(files.counts.skipped), anomalies=dict(files.counts.anomalies)
    )
    return InboxReport(len(inbox_reader.taken), listing.waiting, inbox_reader.bad, report)


def _remove_taken_down(settings: Settings, folder: Path) -> None:
    """Remove filed pages whose bytes were taken down."""
    with open_lake(settings, read_only=True) as lake:
        stones = read_tombstones(lake.connection)
    inbox.remove_filed(
        folder, lambda content: stones.covers(content_sha256=hashlib.sha256(content).hexdigest())
    )


@contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    """Hold the inbox's lock: two processes would move each other's files.

    It is under home, for others may write into the inbox what they like.
    """
    busy = InboxBusyError(
        f"another process takes files from {settings.inbox_folder}: wait for it, then run this "
        "again"
    )
    settings.home.mkdir(parents=True, exist_ok=True)
    with exclusive_lock(settings.home / "inbox.lock", wait_seconds=0, busy=busy):
        yield


def _problem(capture: NewCapture, source: str) -> SourceProblem | None:
    """Why the capture makes its file a bad one; a server's 404 doesn't."""
    is_of_archive = capture.source != source
    problem = capture.read_error
    if problem is None and not is_of_archive and not capture.content.strip():
        problem = Problem(ProblemCode.EMPTY, "nothing is in it")
    if problem is None or (is_of_archive and problem.code not in ARCHIVE_DAMAGE):
        return None
    return SourceProblem(capture.source, problem)


def _reason(file: inbox.DroppedFile, problems: Sequence[SourceProblem]) -> str | None:
    """The text of the reason file; None for a good file."""
    if not problems:
        return None
    lines = [
        str(found.problem if found.address == file.source else found) for found in problems[:_NAMED]
    ]
    more = [f"… and {len(problems) - _NAMED} more"] if len(problems) > _NAMED else []
    return "\n".join([*lines, *more])
