"""Checks of the published build, staging and unfinished builds."""

from collections.abc import Iterator
from datetime import UTC, datetime

import duckdb

from etl.errors import KhoborError
from etl.publish.query import query
from etl.publish.releases import WAREHOUSE
from etl.settings import Settings
from etl.storage import staging
from etl.workflows.doctor.finding import Finding, Level, Repair, fine


def check_published(settings: Settings) -> Iterator[Finding]:
    """The build that BI reads, and folders that dead processes left."""
    yield _build(settings)
    yield _staging(settings)


def _build(settings: Settings) -> Finding:
    current = settings.current_build
    if current.exists() and not current.is_symlink():
        return Finding(
            "build",
            Level.FAIL,
            f"{current} is no link",
            "move it away, then run `khobor publish`",
        )
    if not (current / WAREHOUSE).exists():
        if not settings.builds.exists() and not current.is_symlink():
            return fine("build", "nothing is published yet")
        what = "points to nothing" if current.is_symlink() else "is missing"
        return _missing(f"{current} {what}")
    try:
        row = query(current / WAREHOUSE, "SELECT build_id FROM mart.build_info").rows[0]
        articles = query(current / WAREHOUSE, "SELECT count(*) FROM mart.article").rows[0]
    except (KhoborError, duckdb.Error, IndexError) as error:
        return _missing(f"{current / WAREHOUSE}: {str(error).splitlines()[0]}")
    return fine("build", f"{row[0]}: {articles[0]} articles")


def _missing(text: str) -> Finding:
    return Finding("build", Level.FAIL, text, "run `khobor publish`", Repair.BUILD)


def _staging(settings: Settings) -> Finding:
    stale = staging.stale(settings, datetime.now(UTC))
    if stale:
        return Finding(
            "staging",
            Level.WARN,
            f"{len(stale)} folders untouched for {settings.orphan_days:g} days ({stale[0]} …)",
            "`khobor maintain` removes them",
            Repair.STAGING,
        )
    return fine("staging", "nothing left behind")
