"""The published build for BI, and the report drawn from it."""

from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bi.metabase import instance
from bi.report.page import write_report
from bi.report.selection import EVERYTHING, Selection
from etl.errors import PublishError
from etl.lake.connection import open_lake
from etl.lake.maintain import back_up_catalog
from etl.load.rebuild import unfinished_rebuild
from etl.load.runs import ALL, LOADS, REMOVALS, last_snapshot, record_run
from etl.observability.events import observed
from etl.publish.build import publish_build, published_snapshot
from etl.publish.last_build import IN_FULL, USUAL_UPKEEP, PublishUpkeep
from etl.publish.releases import WAREHOUSE, new_build_id
from etl.search.index import IndexReport, update_index
from etl.settings import Settings
from etl.workflows.reports import (
    PublishReport,
)


def khobor_version() -> str:
    """The program's version."""
    return version("khobor")


@observed("publish")
def publish(
    settings: Settings,
    run_id: str,
    upkeep: PublishUpkeep = USUAL_UPKEEP,
    *,
    takes_nothing_over: bool = False,
) -> PublishReport:
    """A new build for BI from the lake's present snapshot; the link is flipped when it is complete.

    Args:
        settings: the lake and the folder of builds.
        run_id: the run that publishes.
        upkeep: when all marts are computed, and not only what changed since the last build.
        takes_nothing_over: take over no rows of the last build and no files of its search index,
            which keep words of texts that are gone. It is so after a removal in any case.

    Raises:
        PublishError: a check failed; the old build stays.
    """
    started_at = datetime.now(UTC)
    with open_lake(settings) as lake:
        if pending := unfinished_rebuild(lake.connection):
            raise PublishError(
                f"a rebuild is not finished, batch {pending} is to come: run `khobor build` first"
            )
        published = published_snapshot(settings.current_build / WAREHOUSE)
        if published is not None and last_snapshot(lake.connection, REMOVALS) > published:
            takes_nothing_over = True
        build = publish_build(
            lake.connection,
            settings.builds,
            settings.current_build,
            new_build_id(started_at, _known_builds(settings)),
            khobor_version(),
            started_at,
            IN_FULL if takes_nothing_over else upkeep,
            finish=_index_from_start if takes_nothing_over else update_index,
        )
        articles = build.counts["mart.article"]
        counts = (articles, sum(build.counts.values()), 0)
        with lake.write(f"publish {run_id}"):
            record_run(lake.connection, run_id, "publish", ALL, started_at, counts)
    back_up_catalog(settings, build.build_id)
    warehouse = str(settings.current_build / WAREHOUSE)
    return PublishReport(build.build_id, warehouse, articles, instance.follow_build(settings))


def _index_from_start(_: Path | None, build: Path) -> IndexReport:
    return update_index(None, build)


def publish_if_behind(settings: Settings, run_id: str) -> PublishReport | None:
    """A new build, if none is there or facts were loaded since the last; else None."""
    published = published_snapshot(settings.current_build / WAREHOUSE)
    if published is not None:
        with open_lake(settings) as lake:
            loaded = last_snapshot(lake.connection, (*LOADS, "stories"))
            # A snapshot that the lake doesn't have yet is of a lake that was restored since.
            if loaded <= published <= lake.snapshot():
                return None
    return publish(settings, run_id)


def _known_builds(settings: Settings) -> list[str]:
    """Names of builds and of the catalog's copies, which are named like them."""
    builds = settings.builds.iterdir() if settings.builds.is_dir() else ()
    return [path.stem for path in (*builds, *settings.catalog_backups.glob("*.sqlite"))]


def report(
    settings: Settings, output: Path | None = None, selection: Selection = EVERYTHING
) -> Path:
    """Write the published build as one HTML page.

    Args:
        settings: say where the build and the report are.
        output: the page; by default ``HOME/report/index.html``.
        selection: the part of the build that the report is about.

    Returns:
        The page's path.

    Raises:
        NoBuildError: nothing is published yet.
        UsageError: the selection names an unknown outlet, or ends before it begins.
    """
    target = settings.report if output is None else output.absolute()
    warehouse = settings.current_build / WAREHOUSE
    return write_report(warehouse, target, settings.data_docs / "index.html", selection)
