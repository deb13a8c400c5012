"""Maintenance of everything under home: the lake, staging, builds and logs.

Safe while others read and write: the lake is kept under the writer's lock, builds under the
publisher's, and nothing is removed that is younger than the settings say.
"""

from datetime import UTC, datetime, timedelta

from etl.lake.connection import open_lake
from etl.lake.maintain import clear_backups, maintain_lake
from etl.load.manifest import record_missing
from etl.load.runs import ALL, record_run
from etl.observability.events import observed
from etl.observability.logs import clear_logs
from etl.publish.releases import clear_builds
from etl.settings import Settings
from etl.storage import staging
from etl.storage.temp_directory import clear_temp_folders
from etl.workflows.reports import MaintainReport
from etl.workflows.retries import again_on_conflict
from etl.workflows.takedown.erase import finish_erasure


@observed("maintain")
@again_on_conflict
def maintain(settings: Settings, run_id: str) -> MaintainReport:
    """Compact and clean the lake; remove old builds and logs, and what dead processes left."""
    started_at = datetime.now(UTC)
    finish_erasure(settings, run_id)
    orphan_age = timedelta(days=settings.orphan_days)
    with open_lake(settings) as lake, lake.lock():
        snapshot_age = timedelta(days=settings.snapshot_days)
        done = maintain_lake(lake, settings, snapshot_age, orphan_age)
        counts = (done.files_before, done.files_after, done.files_removed)
        with lake.transaction(f"maintain {run_id}"):
            record_missing(lake.connection)
            record_run(lake.connection, run_id, "maintain", ALL, started_at, counts)
    clear_backups(settings, started_at - orphan_age)
    clear_temp_folders(settings.home)
    return MaintainReport(
        done.files_before,
        done.files_after,
        done.files_removed,
        done.snapshots_removed,
        staging.clear_stale(settings, started_at),
        clear_builds(settings.builds, settings.current_build),
        clear_logs(settings.logs, started_at, timedelta(days=settings.log_days)),
    )
