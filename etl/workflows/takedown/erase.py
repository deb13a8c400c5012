"""What was removed from the tables, erased wherever else the home has it.

Deleting rows hides them; their bytes stay in data files, old snapshots, copies of the catalog,
builds, staging, the frontier and the inbox. Each step can be done again, so that an interrupted
erasure is completed by the next one: by the same command, or by ``khobor maintain``.
"""

import hashlib
from datetime import UTC, datetime

from etl.ingest.files.inbox import remove_filed
from etl.ingest.frontier.store import has_frontier, open_frontier
from etl.lake.connection import open_lake
from etl.lake.erase import erase_deleted_rows, erase_in_catalog, remove_older_copies
from etl.load import write
from etl.load.runs import ALL, record_run
from etl.load.takedown.removal import ERASE, unfinished_removals
from etl.load.takedown.tombstones import Tombstones, read_tombstones
from etl.observability.events import observed
from etl.outlets.profiles import load_outlets
from etl.publish.releases import remove_all_but_published
from etl.settings import Settings
from etl.storage import staging
from etl.storage.temp_directory import clear_temp_folders
from etl.workflows import publishing
from etl.workflows.build.batches import load_batches
from etl.workflows.build.stories import link_stories
from etl.workflows.reports import ErasureReport
from etl.workflows.retries import again_on_conflict
from etl.workflows.takedown.intake import (
    attempt_is_taken_down,
    fetched_capture,
    is_taken_down,
    outbox_address,
)


@observed("erase")
def erase(settings: Settings, run_id: str) -> ErasureReport:
    """Erase what any earlier removal took out of the tables, and publish again.

    Args:
        settings: the home and its services.
        run_id: the run that erases.

    Raises:
        LakeBusyError: a reader keeps the catalog's log for too long.
        PublishError: the new build failed its checks; older builds are still there.
    """
    started_at = datetime.now(UTC)
    with open_lake(settings) as lake:
        stones = read_tombstones(lake.connection)
        removals = unfinished_removals(lake.connection)
        pending = [
            batch_id
            for batch_id in write.pending_batches(lake.connection)
            if batch_id.rpartition("-")[0] in removals
        ]
    _erase_on_the_way(settings, stones, run_id)
    load_batches(settings, pending, run_id)
    link_stories(settings, run_id)  # drops what it keeps of articles that are gone
    files = _erase_in_lake(settings)
    clear_temp_folders(settings.home)
    build_id = None
    if settings.current_build.exists():
        build_id = publishing.publish(settings, run_id, takes_nothing_over=True).build_id
        if settings.report.exists():
            publishing.report(settings)
    builds = remove_all_but_published(settings.builds, settings.current_build)
    copies = remove_older_copies(settings)
    _record(settings, removals, started_at)
    return ErasureReport(files, builds, copies, build_id)


def finish_erasure(settings: Settings, run_id: str) -> ErasureReport | None:
    """Complete an erasure that was interrupted; None where there is none."""
    with open_lake(settings) as lake:
        if not unfinished_removals(lake.connection):
            return None
    return erase(settings, run_id)


def _erase_on_the_way(settings: Settings, stones: Tombstones, run_id: str) -> None:
    """Erase in the frontier, in staging and in the inbox."""
    outlets = load_outlets(settings.outlets)
    if stones and has_frontier(settings.frontier):
        with open_frontier(settings.frontier, run_id) as frontier:
            frontier.pages.remove(lambda address: is_taken_down(stones, outlets, address))
            for row_id, entry in frontier.outbox.all_entries():
                url, capture = outbox_address(entry), fetched_capture(entry)
                if attempt_is_taken_down(stones, outlets, url, capture):
                    frontier.outbox.remove(row_id)
            frontier.database.compact()
    with open_lake(settings) as lake:
        staging.remove_runs(
            settings, lambda ids: len(write.known_captures(lake.connection, ids)) < len(ids)
        )
    remove_filed(
        settings.inbox_folder,
        lambda content: stones.covers(content_sha256=hashlib.sha256(content).hexdigest()),
    )


@again_on_conflict
def _erase_in_lake(settings: Settings) -> int:
    with open_lake(settings) as lake, lake.lock():
        files = erase_deleted_rows(lake, settings)
    erase_in_catalog(settings)
    return files


@again_on_conflict
def _record(settings: Settings, removals: list[str], started_at: datetime) -> None:
    with open_lake(settings) as lake, lake.write("erase"):
        for run_id in removals:
            record_run(lake.connection, run_id, ERASE, ALL, started_at, (0, 0, 0))
