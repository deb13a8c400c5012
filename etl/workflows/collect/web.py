"""Collection from the live web: discovery of URLs, and fetching of pages.

It makes captures, which a build then turns into facts. Each function can be stopped or killed and
run again at any time, and goes on where it was.
"""

import asyncio
import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from etl.errors import UsageError
from etl.ingest.files.url_lists import read_url_list
from etl.ingest.frontier.store import Frontier, open_frontier
from etl.ingest.sources.discovery import Discovery
from etl.ingest.web.address_guard import PrivateRule
from etl.ingest.web.client import PoliteClient
from etl.ingest.web.crawl import Crawl, RefetchPolicy
from etl.ingest.web.http import ClientFactory, Limits
from etl.ingest.web.robots import PRODUCT
from etl.ingest.web.site_policy import SitePolicies
from etl.lake.connection import open_lake
from etl.load import runs
from etl.observability.events import observed
from etl.observability.progress import Advance, no_progress
from etl.outlets.profiles import Outlet, load_outlets
from etl.schema.vocabulary import DeclarationKind, FetchOutcome
from etl.settings import Settings
from etl.workflows.build import chain
from etl.workflows.collect.declarations import TIMED, DeclarationWriter
from etl.workflows.collect.outbox import OutboxLoader
from etl.workflows.publishing import khobor_version, publish_if_behind
from etl.workflows.reports import CollectReport, DiscoverReport, FetchReport
from etl.workflows.retries import again_on_conflict


@observed("discover")
def discover(
    settings: Settings,
    kind: DeclarationKind,
    outlet_ids: Sequence[str],
    run_id: str,
    since: datetime | None = None,
    until: datetime | None = None,
) -> DiscoverReport:
    """Read the outlets' feeds, sitemaps or listings, and queue the pages that they declare.

    Args:
        settings: profiles, politeness and catalog.
        kind: the sources to read.
        outlet_ids: empty for all outlets that have such sources.
        run_id: the run that writes.
        since: start of the range of publication, for sources that give times; sitemaps with a date
            in their address are read back to it. Without it, feeds are read in full and sitemaps
            for two days.
        until: the range's end.

    Raises:
        UsageError: no such outlet, an outlet without such a source, or no contact is set.
    """
    outlets = _with_sources(settings, kind, outlet_ids)
    started_at = datetime.now(UTC)
    with _frontier(settings, run_id) as frontier:
        writer = DeclarationWriter(settings, frontier, run_id)
        found = asyncio.run(_discover(settings, frontier, writer, kind, outlets, since, until))
        writer.write()
        report = DiscoverReport(
            kind.value,
            found.read,
            found.unchanged,
            writer.declared,
            writer.new,
            found.off_site,
            tuple(found.problems),
        )
    _record_run(settings, run_id, f"discover {kind.value}", "discover", started_at,
            (found.read, writer.declared, len(found.problems)))  # fmt: skip
    return report


@observed("discover")
def declare_urls(
    settings: Settings,
    paths: Sequence[Path],
    outlet_id: str | None,
    run_id: str,
    *,
    is_again: bool = False,
) -> DiscoverReport:
    """Queue the URLs of lists, whatever their hosts.

    Args:
        settings: profiles and catalog.
        paths: the lists.
        outlet_id: the outlet of all URLs; without it, each is found by its host.
        run_id: the run that writes.
        is_again: whether pages that are known are due now, without a condition.

    Raises:
        UsageError: a list can't be read, or there is no such outlet.
    """
    outlet = _chosen(settings, [outlet_id])[0] if outlet_id else None
    started_at = datetime.now(UTC)
    with _frontier(settings, run_id) as frontier:
        writer = DeclarationWriter(settings, frontier, run_id)
        for path in paths:
            for link in read_url_list(path):
                writer.add(outlet, DeclarationKind.URL_LIST, path.name, started_at, link)
        addresses = writer.addresses() if is_again else []
        writer.write()
        frontier.pages.make_due(addresses, started_at.timestamp())
    report = DiscoverReport(
        DeclarationKind.URL_LIST.value, len(paths), 0, writer.declared, writer.new, 0, ()
    )
    _record_run(settings, run_id, "discover url_list", "discover", started_at,
            (len(paths), writer.declared, 0))  # fmt: skip
    return report


@observed("fetch")
def fetch(
    settings: Settings,
    outlet_ids: Sequence[str],
    run_id: str,
    advance: Advance = no_progress,
    max_seconds: float | None = None,
) -> FetchReport:
    """Fetch all pages that are due now; captures and outcomes go to the lake in batches.

    Args:
        settings: profiles, politeness and catalog.
        outlet_ids: empty for all.
        run_id: the run that writes.
        advance: called with the number of pages fetched.
        max_seconds: no page is begun later than that; the rest stays due.

    Raises:
        UsageError: no such outlet, or no contact is set.
    """
    _check_contact(settings)
    if outlet_ids:
        _chosen(settings, outlet_ids)
    started_at = datetime.now(UTC)
    with _frontier(settings, run_id) as frontier:
        loader = OutboxLoader(settings, frontier, run_id)
        loader.check_lake()
        loader.load_all()  # what a killed run had fetched
        now = time.time()
        hosts = frontier.pages.due_hosts(now, outlet_ids)
        try:
            crawl = asyncio.run(
                _crawl(settings, frontier, loader, hosts, outlet_ids, now, advance, max_seconds)
            )
        finally:
            loader.load_all()
        report = FetchReport(
            due=sum(hosts.values()),
            captured=crawl.counts[FetchOutcome.CAPTURED],
            not_modified=crawl.counts[FetchOutcome.NOT_MODIFIED],
            gone=crawl.counts[FetchOutcome.GONE],
            blocked=crawl.counts[FetchOutcome.BLOCKED],
            failed=crawl.counts[FetchOutcome.FAILED],
            left_due=sum(frontier.pages.due_hosts(now, outlet_ids).values()),
            requests=crawl.client.requests,
            batch_ids=tuple(loader.batch_ids),
            open_hosts=tuple(frontier.hosts.open_circuits(list(hosts))),
        )
    _record_run(settings, run_id, f"fetch {run_id}", "fetch", started_at,
            (report.due, report.captured, report.failed + report.blocked))  # fmt: skip
    return report


def run(settings: Settings, run_id: str, advance: Advance = no_progress) -> CollectReport:
    """Run all steps on the live web: feeds and sitemaps, pages, facts, a published build."""
    _check_contact(settings)
    discovered = tuple(
        discover(settings, kind, (), run_id) for kind in TIMED if _having_sources(settings, kind)
    )
    fetched = fetch(settings, (), run_id, advance)
    outcomes = chain.build(settings, run_id)
    publish = publish_if_behind(settings, run_id)
    return CollectReport(discovered, fetched, outcomes, publish)


async def _discover(
    settings: Settings,
    frontier: Frontier,
    writer: DeclarationWriter,
    kind: DeclarationKind,
    outlets: Sequence[Outlet],
    since: datetime | None,
    until: datetime | None,
) -> Discovery:
    async with _client(settings, frontier) as client:
        discovery = Discovery(
            client,
            frontier,
            load_outlets(settings.outlets),
            writer.add_source,
            writer.add_reading,
            since,
            until,
            settings.page_max_bytes,
        )
        await discovery.run(kind, outlets)
    return discovery


async def _crawl(
    settings: Settings,
    frontier: Frontier,
    loader: OutboxLoader,
    hosts: dict[str, int],
    outlet_ids: Sequence[str],
    now: float,
    advance: Advance,
    max_seconds: float | None,
) -> Crawl:
    async def done(size: int) -> None:
        advance(1)
        await loader.page_done(size)

    async with _client(settings, frontier) as client:
        crawl = Crawl(
            client,
            frontier,
            RefetchPolicy(settings.refetch_hours),
            loader.run_id,
            settings.page_max_bytes,
            SitePolicies(client, frontier, _with_any_source(settings)),
            settings.rights == "skip",
            dict.fromkeys(FetchOutcome, 0),
        )
        ends_at = None if max_seconds is None else now + max_seconds
        await crawl.run(list(hosts), outlet_ids, now, ends_at, done)
    return crawl


def _client(settings: Settings, frontier: Frontier) -> PoliteClient:
    total = settings.fetch_timeout_seconds
    limits = Limits(connect=min(total / 3, 20), first_byte=min(total / 2, 30), total=total)
    user_agent = f"{PRODUCT}/{khobor_version()} (+{settings.contact})"
    rule = PrivateRule(settings.fetch_allow_private)
    return PoliteClient(
        frontier,
        ClientFactory(user_agent, rule, limits),
        settings.fetch_delay_seconds,
        settings.fetch_concurrency,
        total,
    )


@contextmanager
def _frontier(settings: Settings, run_id: str) -> Iterator[Frontier]:
    """The frontier; the process may then hold a connection to each of many hosts."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with open_frontier(settings.frontier, run_id) as frontier:
        yield frontier


@again_on_conflict
def _record_run(
    settings: Settings,
    run_id: str,
    message: str,
    step: str,
    started_at: datetime,
    counts: tuple[int, int, int],
) -> None:
    """Write the run of one step into ``core.etl_run``."""
    batch_id = message.partition(" ")[2] if step == "discover" else runs.ALL
    with open_lake(settings) as lake, lake.write(message):
        runs.record_run(lake.connection, run_id, step, batch_id, started_at, counts)


def _check_contact(settings: Settings) -> None:
    if not settings.contact:
        raise UsageError(
            "KHOBOR_CONTACT is not set: outlets must be able to reach you; "
            "set it to a mail address or a URL, it goes into the User-Agent"
        )


def _chosen(settings: Settings, outlet_ids: Sequence[str]) -> list[Outlet]:
    outlets = load_outlets(settings.outlets)
    for outlet_id in outlet_ids:
        if outlet_id not in outlets.by_id:
            known = ", ".join(sorted(outlets.by_id))
            raise UsageError(f"no outlet {outlet_id!r} in {settings.outlets}: it has {known}")
    return [outlets.by_id[outlet_id] for outlet_id in dict.fromkeys(outlet_ids)]


def _sources(outlet: Outlet, kind: DeclarationKind) -> tuple[str, ...]:
    return {
        DeclarationKind.FEED: outlet.feeds,
        DeclarationKind.SITEMAP: outlet.sitemaps,
        DeclarationKind.LISTING: outlet.listings,
        DeclarationKind.URL_LIST: (),
    }[kind]


def _having_sources(settings: Settings, kind: DeclarationKind) -> list[Outlet]:
    return [o for o in load_outlets(settings.outlets).all if _sources(o, kind)]


def _with_any_source(settings: Settings) -> frozenset[str]:
    """Outlets that are read regularly: the profile names a source."""
    outlets = load_outlets(settings.outlets).all
    return frozenset(o.id for o in outlets if o.feeds or o.sitemaps or o.listings)


def _with_sources(
    settings: Settings, kind: DeclarationKind, outlet_ids: Sequence[str]
) -> list[Outlet]:
    _check_contact(settings)
    if not outlet_ids:
        outlets = _having_sources(settings, kind)
        if not outlets:
            raise UsageError(f"no outlet in {settings.outlets} has {kind.value}s")
        return outlets
    outlets = _chosen(settings, outlet_ids)
    for outlet in outlets:
        if not _sources(outlet, kind):
            raise UsageError(f"outlet {outlet.id} has no {kind.value}s in {settings.outlets}")
    return outlets
