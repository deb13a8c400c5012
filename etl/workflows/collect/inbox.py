"""What was dropped into the inbox becomes captures; each file is moved aside once it is stored.

Beside the pipeline. It can be killed anywhere and run again: a file that is stored and not yet
moved is known by then, and only moved.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from etl.errors import InboxBusyError, LakeError
from etl.ingest.archives.reader import DAMAGE
from etl.ingest.capture import NewCapture
from etl.ingest.files import inbox
from etl.ingest.files.walk import Walk
from etl.observability.events import observed
from etl.observability.progress import Advance, no_progress
from etl.settings import Settings
from etl.storage.locks import exclusive_lock
from etl.workflows.collect.store import store_captures
from etl.workflows.reports import InboxReport, IngestReport

# Named in a reason file; an archive may have thousands.
_NAMED = 20


@dataclass(slots=True)
class _Reading:
    """Reads dropped files one after the other, and files away those that are stored."""

    folder: Path
    walk: Walk
    taken: list[str] = field(default_factory=list)
    bad: dict[str, str] = field(default_factory=dict)
    _stored: list[tuple[inbox.Dropped, str | None]] = field(default_factory=list)

    def captures(self, dropped: tuple[inbox.Dropped, ...]) -> Iterator[NewCapture]:
        for file in dropped:
            if not file.path.exists():  # who dropped it has taken it back
                continue
            problems: list[str] = []
            skipped = len(self.walk.skipped)
            for capture in self.walk.file(file.path, file.source):
                problem = _problem(capture, file.source)
                if problem is not None:
                    problems.append(problem)
                yield capture
            if len(self.walk.skipped) > skipped:
                problems.append("no page and no archive: its ending is none of those taken")
            self._stored.append((file, _reason(problems)))

    def file_away(self) -> None:
        """Move the files whose captures are all in the lake."""
        for file, reason in self._stored:
            inbox.file_away(self.folder, file, reason)
            self.taken.append(file.source)
            if reason is not None:
                self.bad[file.source] = reason.splitlines()[0]
        self._stored.clear()


def look(settings: Settings) -> inbox.Listing:
    """What lies in the inbox now: files that are complete, and files that are still written."""
    folder = settings.inbox_folder
    if not folder.is_dir():
        return inbox.Listing((), ())
    return inbox.look(folder, settings.inbox_settle_seconds, time.time())


@observed("ingest")
def ingest_inbox(settings: Settings, run_id: str, advance: Advance = no_progress) -> InboxReport:
    """Take the files that are complete; move them to ``done/``, or ``bad/`` with the reason.

    The inbox is made if it isn't there.

    :raises InboxBusyError: another process takes files from it.
    :raises LakeError: the inbox can't be read or written.
    """
    folder = settings.inbox_folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _only_one(folder):
            inbox.remove_filed_sidecars(folder)
            listing = look(settings)
            if not listing.complete:
                return InboxReport(0, listing.waiting, {}, IngestReport(0, 0, (), ()))
            walk = Walk((), datetime.now(UTC), settings.page_max_bytes)
            reading = _Reading(folder, walk)
            captures = reading.captures(listing.complete)
            report = store_captures(settings, captures, run_id, advance, reading.file_away)
            reading.file_away()  # files that gave no capture
    except OSError as error:
        raise LakeError(f"inbox {folder}: {error.strerror or error}") from error
    report = replace(report, left_out=dict(walk.counts.left_out), odd=dict(walk.counts.odd))
    return InboxReport(len(reading.taken), listing.waiting, reading.bad, report)


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Two at once would take each other's files away under their hands."""
    busy = InboxBusyError(
        f"another process takes files from {folder}: wait for it, then run this again"
    )
    with exclusive_lock(folder / ".lock", wait_seconds=0, busy=busy):
        yield


def _problem(capture: NewCapture, source: str) -> str | None:
    """What makes the file that the capture came from a bad one; a server's 404 doesn't."""
    is_of_archive = capture.source != source
    if capture.read_error is None:
        return None if capture.content.strip() or is_of_archive else "empty: nothing is in it"
    if is_of_archive and capture.read_error.partition(":")[0] not in DAMAGE:
        return None
    return f"{capture.source}: {capture.read_error}" if is_of_archive else capture.read_error


def _reason(problems: list[str]) -> str | None:
    if not problems:
        return None
    more = [f"… and {len(problems) - _NAMED} more"] if len(problems) > _NAMED else []
    return "\n".join([*problems[:_NAMED], *more])
