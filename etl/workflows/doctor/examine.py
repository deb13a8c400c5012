"""The whole examination, and the repairs that its findings allow."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import duckdb

from etl.errors import KhoborError
from etl.observability.progress import Advance, no_progress
from etl.publish.last_build import IN_FULL
from etl.settings import Settings
from etl.storage import staging
from etl.workflows import publishing
from etl.workflows.build import chain
from etl.workflows.doctor.catalog import restore_catalog
from etl.workflows.doctor.finding import Finding, Level, Repair
from etl.workflows.doctor.lake import check_lake
from etl.workflows.doctor.machine import check_machine
from etl.workflows.doctor.published import check_published
from etl.workflows.restore import rebuild
from etl.workflows.run_ids import new_run_id
from etl.workflows.takedown.forget import apply_tombstones


def examine(settings: Settings, *, deep: bool = False) -> list[Finding]:
    """Run every check; one that fails itself is a finding.

    Args:
        settings: the home and its services.
        deep: read every row of every data file, not only sizes and footers.
    """
    findings = (
        *_guarded("machine", lambda: check_machine(settings)),
        *_guarded("lake", lambda: check_lake(settings, deep=deep)),
        *_guarded("published", lambda: check_published(settings)),
    )
    return [replace(finding, text=settings.without_secrets(finding.text)) for finding in findings]


def repair(
    settings: Settings,
    findings: Sequence[Finding],
    advance: Advance = no_progress,
) -> Iterator[str]:
    """Repair what the findings say can be; one line for each thing done.

    Raises:
        KhoborError: a repair could not be done; those before it stand.
    """
    wanted = {finding.repair for finding in findings}
    if Repair.CATALOG in wanted:
        yield from restore_catalog(settings)
        if count := apply_tombstones(settings, new_run_id()):
            yield f"takedowns: {count} captures taken down again"
        wanted |= {finding.repair for finding in check_lake(settings, deep=False)}
        if Repair.FACTS not in wanted:
            chain.build(settings, new_run_id(), advance)
            wanted.add(Repair.BUILD)
    if Repair.FACTS in wanted:
        for name in rebuild.plan(settings).lost:
            yield f"lost: rows of {name}, which no capture holds"
        outcomes = rebuild.rebuild_core(settings, new_run_id(), advance)
        yield f"facts: built again from {sum(outcomes.values())} captures"
        wanted.add(Repair.BUILD)
    if Repair.STAGING in wanted:
        count = staging.clear_stale(settings, datetime.now(UTC))
        yield f"staging: {count} folders removed"
    if Repair.BUILD in wanted:
        build = publishing.publish(settings, new_run_id(), IN_FULL)
        yield f"build: {build.build_id} published"


def _guarded(name: str, check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from check()
    except (KhoborError, OSError, duckdb.Error, sqlite3.Error) as error:
        text = str(error).strip().splitlines()[0]
        yield Finding(name, Level.FAIL, f"the check could not be made: {text}", "see the message")
