"""The published build for BI, and the report drawn from it."""

from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bi.metabase import instance
from bi.report.page import write_report
from etl.errors import PublishError
from etl.lake.connection import open_lake
from etl.lake.maintain import back_up_catalog
from etl.load.rebuild import unfinished_rebuild
from etl.load.runs import ALL, LOADS, is_behind, record_run
from etl.observability.events import observed
from etl.publish.build import publish_build
from etl.publish.last_build import USUAL_UPKEEP, PublishUpkeep
from etl.publish.releases import WAREHOUSE, new_build_id
from etl.settings import Settings
from etl.workflows.reports import (
    PublishReport,
)


def khobor_version() -> str:
    """The program's version."""
    return version("khobor")


@observed("publish")
def publish(settings: Settings, run_id: str, upkeep: PublishUpkeep = USUAL_UPKEEP) -> PublishReport:
    """A new build for BI from the lake's present snapshot; the link is flipped when it is complete.

    Args:
        settings: name the lake and the builds.
        run_id: the run.
        upkeep: when all marts are computed, and not only what changed since the last build.

    Raises:
        PublishError: a check failed; the old build stays.
    """
    started_at = datetime.now(UTC)
    with open_lake(settings) as lake:
        if pending := unfinished_rebuild(lake.connection):
            raise PublishError(
                f"a rebuild is not finished, batch {pending} is to come: run `khobor build` first"
            )
        build = publish_build(
            lake.connection,
            settings.builds,
            settings.current_build,
            new_build_id(started_at),
            khobor_version(),
            started_at,
            upkeep,
        )
        articles = build.counts["mart.article"]
        counts = (articles, sum(build.counts.values()), 0)
        with lake.write(f"publish {run_id}"):
            record_run(lake.connection, run_id, "publish", ALL, started_at, counts)
    back_up_catalog(settings, build.build_id)
    warehouse = str(settings.current_build / WAREHOUSE)
    return PublishReport(build.build_id, warehouse, articles, instance.follow_build(settings))


def publish_if_behind(settings: Settings, run_id: str) -> PublishReport | None:
    """A new build, if none is there or facts were loaded since the last; else None."""
    if settings.current_build.exists():
        with open_lake(settings) as lake:
            if not is_behind(lake.connection, "publish", (*LOADS, "stories")):
                return None
    return publish(settings, run_id)


def report(settings: Settings, output: Path | None = None) -> Path:
    """The published build as one HTML page; its path.

    Raises:
        NoBuildError: nothing is published yet.
    """
    target = settings.report if output is None else output.absolute()
    warehouse = settings.current_build / WAREHOUSE
    return write_report(warehouse, target, settings.data_docs / "index.html")
