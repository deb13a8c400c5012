"""The steps from captures to stories, and all steps from files to the published build.

Airflow and the command line call the same functions. Each does one step completely and returns a
small report; each can be run again at any time.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from etl.errors import LakeError
from etl.lake import CATALOG
from etl.lake.connection import open_lake
from etl.load import write
from etl.load.runs import LOADS, is_behind
from etl.observability.progress import Advance, no_progress
from etl.settings import Settings
from etl.validate.data_docs import build_docs as build_pages
from etl.validate.shared_results import fetch_results
from etl.workflows.build.batches import load_batches
from etl.workflows.build.stories import link_stories
from etl.workflows.collect.files import ingest_files
from etl.workflows.publishing import publish_if_behind
from etl.workflows.reports import (
    RunReport,
)


def build_docs(settings: Settings) -> str:
    """Render the Data Docs of the latest batches; the path of their first page."""
    fetch_results(settings)
    return str(build_pages(settings.data_docs))


def check_balance(settings: Settings) -> None:
    """Check that the ledger has each capture of the built batches exactly once.

    A batch is committed at once, so a capture of it without an outcome has been lost.

    Raises:
        LakeError: the counts differ.
    """
    with open_lake(settings) as lake:
        row = lake.execute(
            f"""
            SELECT
              (SELECT count(*) FROM {CATALOG}.raw.page_capture
                 SEMI JOIN {CATALOG}.core.fact_capture USING (batch_id)),
              (SELECT count(*) FROM {CATALOG}.core.fact_capture),
              (SELECT count(DISTINCT capture_id) FROM {CATALOG}.core.fact_capture)
            """  # noqa: S608  (constants)
        ).fetchone()
    if row is None or len(set(row)) != 1:
        raise LakeError(
            "captures of built batches, outcomes and captures with an outcome should be as many, "
            f"but are {row}: a defect of this program; keep {settings.home} and report it"
        )


def build(settings: Settings, run_id: str, advance: Advance = no_progress) -> Mapping[str, int]:
    """Build all pending batches, then stories and Data Docs.

    Returns:
        The number of captures by outcome.
    """
    with open_lake(settings) as lake:
        pending = write.pending_batches(lake.connection)
        # An earlier run may have been killed between its last load and its stories.
        is_due = bool(pending) or is_behind(lake.connection, "stories", LOADS)
    outcomes = load_batches(settings, pending, run_id, advance)
    if is_due:
        check_balance(settings)
        link_stories(settings, run_id)
        build_docs(settings)
    return outcomes


def run(
    settings: Settings, paths: Sequence[Path], run_id: str, advance: Advance = no_progress
) -> RunReport:
    """Run all steps on files; publish if the published build is behind the facts."""
    ingest = ingest_files(settings, paths, run_id)
    outcomes = build(settings, run_id, advance)
    return RunReport(ingest, outcomes, publish_if_behind(settings, run_id))
