"""Scheduled collection: groups of outlets, what a run reads and got, and stale outlets."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from etl.errors import HostTakenError, UsageError
from etl.lake.connection import open_lake
from etl.lake.queries import freshness
from etl.lake.queries.captures import outlet_days
from etl.outlets.profiles import Outlet, load_outlets
from etl.publish.live import failing_sources_of
from etl.schema.vocabulary import DeclarationKind, ProblemCode
from etl.settings import Settings
from etl.workflows.reports import DiscoverReport, FailingSource, StaleOutlet

# What missed days left unread is made up for, but not more than this at once.
_LONGEST_CATCH_UP = timedelta(days=7)


def group_outlets(settings: Settings, kind: DeclarationKind, most: int) -> list[list[str]]:
    """The outlets that have such sources, in at most ``most`` groups of about the same size."""
    outlets = [outlet.id for outlet in load_outlets(settings.outlets).all if _sources(outlet, kind)]
    count = min(most, len(outlets))
    return [outlets[number::count] for number in range(count)]


def catch_up_from(since: datetime, read_until: Iterable[str | None]) -> datetime:
    """Start of the range to read, earlier than ``since`` where days before were missed.

    Args:
        since: start of the run's own range.
        read_until: until when each outlet's sources have been read, in ISO 8601; None if never.
    """
    known = [datetime.fromisoformat(moment) for moment in read_until if moment]
    return min([since, *(max(moment, since - _LONGEST_CATCH_UP) for moment in known)])


def outlets_read(
    settings: Settings, outlet_ids: Sequence[str], report: DiscoverReport
) -> list[str]:
    """Those of the outlets whose sources could all be read."""
    outlets = load_outlets(settings.outlets)
    failed = [found.address for found in report.problems]
    return [
        outlet_id
        for outlet_id in outlet_ids
        if not any(outlets.is_of(outlets.by_id[outlet_id], address) for address in failed)
    ]


def check_hosts_free(report: DiscoverReport) -> None:
    """Fail where another process kept this one from reading a source.

    Raises:
        HostTakenError: a retry may find the host free.
    """
    taken = [
        found.address for found in report.problems if found.problem.code is ProblemCode.HOST_TAKEN
    ]
    if taken:
        raise HostTakenError("another run reads these sources: " + ", ".join(taken))


def captured_days(settings: Settings, batch_ids: Sequence[str]) -> list[str]:
    """``outlet|YYYY-MM-DD`` of all captures of these batches; days of publication in Dhaka."""
    if not batch_ids:
        return []
    with open_lake(settings) as lake:
        return [f"{outlet_id}|{day}" for outlet_id, day in outlet_days(lake.connection, batch_ids)]


def stale_outlets(settings: Settings, now: datetime | None = None) -> list[StaleOutlet]:
    """Outlets that have declared nothing for longer than is usual for them."""
    with open_lake(settings) as lake:
        found = freshness.stale_outlets(lake.connection, now or datetime.now(UTC))
    return [
        StaleOutlet(
            outlet_id, last_at.astimezone(UTC).isoformat(), round(hours, 1), round(usual, 1)
        )
        for outlet_id, last_at, hours, usual in found
    ]


def failing_sources(settings: Settings) -> list[FailingSource]:
    """Feeds, sitemaps and listings that give nothing, and since when."""
    with open_lake(settings) as lake:
        return [
            FailingSource(outlet_id, source, since.isoformat(), problem)
            for outlet_id, source, since, problem in failing_sources_of(lake.connection)
        ]


def _sources(outlet: Outlet, kind: DeclarationKind) -> tuple[str, ...]:
    match kind:
        case DeclarationKind.FEED:
            return outlet.feeds
        case DeclarationKind.SITEMAP:
            return outlet.sitemaps
        case _:
            raise UsageError(f"{kind.value}: only feeds and sitemaps are read on a schedule")
