"""Collection from the live web: what outlets declare, and the pages themselves.

Beside the pipeline: discovery and fetching make captures, which the pipeline then builds. Airflow
and the command line call the same functions; each can be stopped, killed and run again at any time,
and goes on where it was.
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
from etl.ingest.sources.discovery import Survey
from etl.ingest.web.address_guard import PrivateRule
from etl.ingest.web.client import Web
from etl.ingest.web.crawl import Crawl, Policy
from etl.ingest.web.http import ClientFactory, Limits
from etl.ingest.web.robots import PRODUCT
from etl.observability.events import observed
from etl.observability.progress import Advance, no_progress
from etl.outlets.profiles import Outlet, load_outlets
from etl.schema.vocabulary import DeclarationKind, FetchOutcome
from etl.settings import Settings
from etl.workflows.build import chain
from etl.workflows.collect.sinks import TIMED, Register, Store, record
from etl.workflows.publishing import khobor_version, publish_if_behind
from etl.workflows.reports import CollectReport, DiscoverReport, FetchReport


@observed("discover")
def discover(
    settings: Settings,
    kind: DeclarationKind,
    outlet_ids: Sequence[str],
    run_id: str,
    since: datetime | None = None,
    until: datetime | None = None,
) -> DiscoverReport:
    """Read the outlets' feeds, sitemaps or listings; what they declare is known and due then.

    :param outlet_ids: none means all outlets that have such sources.
    :param since: with ``until`` the range of publication that is wanted, where a source tells
        times; sitemaps with a date in their address are walked back over it. Without it, feeds
        are taken whole and sitemaps for two days.
    :raises UsageError: no such outlet, an outlet without such a source, or no contact is set.
    """
    outlets = _with_sources(settings, kind, outlet_ids)
    started_at = datetime.now(UTC)
    with _frontier(settings, run_id) as frontier:
        register = Register(settings, frontier, run_id)
        survey = asyncio.run(_survey(settings, frontier, register, kind, outlets, since, until))
        register.store()
        report = DiscoverReport(
            kind.value,
            survey.read,
            survey.unchanged,
            register.declared,
            register.new,
            survey.off_site,
            tuple(survey.problems),
        )
    record(settings, run_id, f"discover {kind.value}", "discover", started_at,
            (survey.read, register.declared, len(survey.problems)))  # fmt: skip
    return report


@observed("discover")
def declare_urls(
    settings: Settings, paths: Sequence[Path], outlet_id: str | None, run_id: str
) -> DiscoverReport:
    """Take the URLs of lists as declared and due; the lists' authors vouch for other hosts.

    :param outlet_id: the outlet of all of them; without it, each URL's host tells.
    :raises UsageError: a list can't be read, or there is no such outlet.
    """
    outlet = _chosen(settings, [outlet_id])[0] if outlet_id else None
    started_at = datetime.now(UTC)
    with _frontier(settings, run_id) as frontier:
        register = Register(settings, frontier, run_id)
        for path in paths:
            for link in read_url_list(path):
                register.add(outlet, DeclarationKind.URL_LIST, path.name, started_at, link)
        register.store()
    report = DiscoverReport(
        DeclarationKind.URL_LIST.value, len(paths), 0, register.declared, register.new, 0, ()
    )
    record(settings, run_id, "discover url_list", "discover", started_at,
            (len(paths), register.declared, 0))  # fmt: skip
    return report


@observed("fetch")
def fetch(
    settings: Settings,
    outlet_ids: Sequence[str],
    run_id: str,
    advance: Advance = no_progress,
    max_seconds: float | None = None,
) -> FetchReport:
    """Fetch all pages that are due now; captures and outcomes go to the lake by batches.

    :param outlet_ids: none means all.
    :param max_seconds: no page is begun later than that; what is left stays due.
    :raises UsageError: no such outlet, or no contact is set.
    """
    _check_contact(settings)
    if outlet_ids:
        _chosen(settings, outlet_ids)
    started_at = datetime.now(UTC)
    with _frontier(settings, run_id) as frontier:
        store = Store(settings, frontier, run_id)
        store.prepare()
        store.empty()  # what a killed run had fetched
        now = time.time()
        hosts = frontier.due_hosts(now, outlet_ids)
        try:
            crawl = asyncio.run(
                _crawl(settings, frontier, store, hosts, outlet_ids, now, advance, max_seconds)
            )
        finally:
            store.empty()
        report = FetchReport(
            due=sum(hosts.values()),
            captured=crawl.counts[FetchOutcome.CAPTURED],
            not_modified=crawl.counts[FetchOutcome.NOT_MODIFIED],
            gone=crawl.counts[FetchOutcome.GONE],
            blocked=crawl.counts[FetchOutcome.BLOCKED],
            failed=crawl.counts[FetchOutcome.FAILED],
            left_due=sum(frontier.due_hosts(now, outlet_ids).values()),
            requests=crawl.web.requests,
            batch_ids=tuple(store.batch_ids),
            open_hosts=tuple(frontier.open_circuits(list(hosts))),
        )
    record(settings, run_id, f"fetch {run_id}", "fetch", started_at,
            (report.due, report.captured, report.failed + report.blocked))  # fmt: skip
    return report


def run(settings: Settings, run_id: str, advance: Advance = no_progress) -> CollectReport:
    """The whole chain from the live web: feeds and sitemaps, pages, facts, a build."""
    _check_contact(settings)
    discovered = tuple(
        discover(settings, kind, (), run_id) for kind in TIMED if _having_sources(settings, kind)
    )
    fetched = fetch(settings, (), run_id, advance)
    outcomes = chain.build(settings, run_id)
    publish = publish_if_behind(settings, run_id)
    return CollectReport(discovered, fetched, outcomes, publish)


async def _survey(
    settings: Settings,
    frontier: Frontier,
    register: Register,
    kind: DeclarationKind,
    outlets: Sequence[Outlet],
    since: datetime | None,
    until: datetime | None,
) -> Survey:
    async with _web(settings, frontier) as web:
        survey = Survey(
            web,
            frontier,
            load_outlets(settings.outlets),
            register.take,
            since,
            until,
            settings.page_max_bytes,
        )
        await survey.run(kind, outlets)
    return survey


async def _crawl(
    settings: Settings,
    frontier: Frontier,
    store: Store,
    hosts: dict[str, int],
    outlet_ids: Sequence[str],
    now: float,
    advance: Advance,
    max_seconds: float | None,
) -> Crawl:
    async def done(size: int) -> None:
        advance(1)
        await store.page_done(size)

    async with _web(settings, frontier) as web:
        crawl = Crawl(
            web,
            frontier,
            Policy(settings.refetch_hours),
            store.run_id,
            settings.page_max_bytes,
            dict.fromkeys(FetchOutcome, 0),
        )
        ends_at = None if max_seconds is None else now + max_seconds
        await crawl.run(list(hosts), outlet_ids, now, ends_at, done)
    return crawl


def _web(settings: Settings, frontier: Frontier) -> Web:
    whole = settings.fetch_timeout_seconds
    limits = Limits(connect=min(whole / 3, 20), first_byte=min(whole / 2, 30), whole=whole)
    user_agent = f"{PRODUCT}/{khobor_version()} (+{settings.contact})"
    rule = PrivateRule(settings.fetch_allow_private)
    return Web(
        frontier,
        ClientFactory(user_agent, rule, limits),
        settings.fetch_delay_seconds,
        settings.fetch_concurrency,
        whole,
    )


@contextmanager
def _frontier(settings: Settings, run_id: str) -> Iterator[Frontier]:
    """The frontier; the process may then hold a connection to each of many hosts."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with open_frontier(settings.frontier, run_id) as frontier:
        yield frontier


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
