"""What a schedule has to know of collection: groups of outlets, what came, and who is silent.

Beside the pipeline; used by the DAGs of the live web.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from etl.errors import UsageError
from etl.lake.connection import open_lake
from etl.lake.queries.captures import outlet_days
from etl.lake.queries.freshness import silences
from etl.outlets.profiles import Outlet, load_outlets
from etl.schema.vocabulary import DeclarationKind, ProblemCode
from etl.settings import Settings
from etl.workflows.reports import DiscoverReport, Silence


def groups(settings: Settings, kind: DeclarationKind, most: int) -> list[list[str]]:
    """The outlets that have such sources, in at most ``most`` groups of about the same size."""
    outlets = [outlet.id for outlet in load_outlets(settings.outlets).all if _sources(outlet, kind)]
    count = min(most, len(outlets))
    return [outlets[number::count] for number in range(count)]


def read_without_problem(
    settings: Settings, outlet_ids: Sequence[str], report: DiscoverReport
) -> list[str]:
    """Those of the outlets of whose sources none gave nothing."""
    outlets = load_outlets(settings.outlets)
    failed = [problem.address for problem in report.problems]
    return [
        outlet_id
        for outlet_id in outlet_ids
        if not any(outlets.is_of(outlets.by_id[outlet_id], address) for address in failed)
    ]


def is_host_taken(report: DiscoverReport) -> bool:
    """Whether another process kept this one from reading a source."""
    return any(found.problem.code is ProblemCode.HOST_TAKEN for found in report.problems)


def captured_days(settings: Settings, batch_ids: Sequence[str]) -> list[str]:
    """``outlet|YYYY-MM-DD`` of all captures of these batches; days of publication in Dhaka."""
    if not batch_ids:
        return []
    with open_lake(settings) as connection:
        return [f"{outlet_id}|{day}" for outlet_id, day in outlet_days(connection, batch_ids)]


def silent_outlets(settings: Settings, now: datetime | None = None) -> list[Silence]:
    """Outlets that have been silent for longer than is usual for them."""
    with open_lake(settings) as connection:
        found = silences(connection, now or datetime.now(UTC))
    return [
        Silence(outlet_id, last_at.astimezone(UTC).isoformat(), round(hours, 1), round(usual, 1))
        for outlet_id, last_at, hours, usual in found
    ]


def _sources(outlet: Outlet, kind: DeclarationKind) -> tuple[str, ...]:
    match kind:
        case DeclarationKind.FEED:
            return outlet.feeds
        case DeclarationKind.SITEMAP:
            return outlet.sitemaps
        case _:
            raise UsageError(f"{kind.value}: only feeds and sitemaps are read on a schedule")
