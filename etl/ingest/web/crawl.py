"""Fetching of due pages: each host's one after the other, all hosts at once."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from etl.bangla.clock import from_epoch
from etl.errors import KhoborError
from etl.ingest.capture import NewCapture, capture_to_fields
from etl.ingest.frontier.records import DuePage, OutboxEntry, PageUpdate
from etl.ingest.frontier.store import Frontier
from etl.ingest.rights import NO_POLICY, SitePolicy, with_rights
from etl.ingest.web.client import FetchResult, PoliteClient
from etl.ingest.web.http import Response
from etl.ingest.web.site_policy import SitePolicies
from etl.schema.problems import Problem
from etl.schema.vocabulary import CaptureTimeSource, FetchOutcome, ProblemCode, TimeSource

_HOUR = 3600.0
# Attempts that end within this time are committed together. It is far below the delay between two
# requests to a host, so that no host waits for it; a kill loses the responses of so long.
_COMMIT_SECONDS = 0.05
# Pages of a host read from the frontier at once.
_AHEAD = 20
# A page that could not be fetched is tried again after these hours, then no more: 5 runs in 2 days.
_RETRY_HOURS = (0.25, 1.0, 6.0, 24.0)
# A page that robots.txt forbids is tried again when the file may have changed; so many times.
_BLOCKED_HOURS = 24.0
_BLOCKED_TRIES = 7
# An age counts only if this share of it is still ahead, so that a page isn't fetched twice at once.
_LEAST_AHEAD = 0.25


@dataclass(frozen=True, slots=True)
class RefetchPolicy:
    """When a page is fetched again: ages of the article in hours, rising."""

    refetch_hours: tuple[float, ...]

    def due_again(self, page: DuePage, now: float) -> float | None:
        """When a page that was just fetched is due again; None if it is old enough.

        An article's age counts from its publication as its source declares it, else from when it
        was declared; a publication in the future counts as now.

        Args:
            page: the page that was fetched.
            now: seconds since 1970; so is the result.
        """
        born = min(page.published_at or page.declared_at, now)
        for hours in self.refetch_hours:
            due = born + hours * _HOUR
            if due >= now + _LEAST_AHEAD * hours * _HOUR:
                return due
        return None


class _GroupCommit:
    """Commits attempts that end at about the same time together.

    A commit for each page would cost a sixth of the fetcher's time. Commits run in one thread, so
    that requests are sent meanwhile, and one after the other, as SQLite has one writer.
    """

    def __init__(self, frontier: Frontier, wait_seconds: float) -> None:
        self._frontier = frontier
        self._wait_seconds = wait_seconds
        self._waiting: list[tuple[PageUpdate, OutboxEntry]] = []
        self._next: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "commits")

    async def add(self, update: PageUpdate, entry: OutboxEntry) -> None:
        """Return once the attempt is committed."""
        self._waiting.append((update, entry))
        if self._next is None:
            self._next = asyncio.create_task(self._commit())
        await asyncio.shield(self._next)

    async def _commit(self) -> None:
        await asyncio.sleep(self._wait_seconds)
        waiting, self._waiting, self._next = self._waiting, [], None
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._frontier.outbox.record, waiting)

    async def close(self) -> None:
        """Commit what waits, also where the crawl was interrupted."""
        if self._next is not None:
            await self._next
        self._thread.shutdown()


@dataclass(slots=True)
class Crawl:
    """One run over all due pages; ``counts`` has the number of pages by outcome so far.

    ``is_skipped`` tells that pages are not kept whose use is reserved.
    """

    client: PoliteClient
    frontier: Frontier
    policy: RefetchPolicy
    run_id: str
    max_bytes: int
    policies: SitePolicies
    is_skipped: bool
    counts: dict[FetchOutcome, int]

    async def run(
        self,
        hosts: Sequence[str],
        outlet_ids: Sequence[str],
        started_at: float,
        ends_at: float | None,
        done: Callable[[int], Awaitable[None]],
    ) -> None:
        """Fetch what is due at ``started_at`` on these hosts.

        Args:
            hosts: keys of hosts.
            outlet_ids: only pages of these outlets; empty for all.
            started_at: seconds since 1970.
            ends_at: no page is begun after that time, likewise.
            done: called after each page, with its size in bytes.
        """
        commits = _GroupCommit(self.frontier, min(_COMMIT_SECONDS, self.client.delay_seconds / 20))
        try:
            async with asyncio.TaskGroup() as group:
                for host in hosts:
                    group.create_task(
                        self._host(host, outlet_ids, started_at, ends_at, commits, done)
                    )
        finally:
            await commits.close()

    async def _host(
        self,
        host: str,
        outlet_ids: Sequence[str],
        started_at: float,
        ends_at: float | None,
        commits: _GroupCommit,
        done: Callable[[int], Awaitable[None]],
    ) -> None:
        pages: list[DuePage] = []
        while ends_at is None or time.time() < ends_at:
            if not pages:
                pages = self.frontier.pages.next_due(host, started_at, outlet_ids, _AHEAD)[::-1]
            if not pages:
                break
            page = pages.pop()
            site = await self._policy(page)
            fetched = await self._fetched(page, site)
            if fetched.outcome is None:
                if self.client.hosts.is_put_off(host):
                    break  # the host's other pages stay due for a later run
                # Another host, to which this page redirects, can't be asked now.
                self.frontier.pages.postpone(page.url, max(fetched.again_at, started_at + 1))
                continue
            outcome = fetched.outcome
            try:
                entry, fetched = self._entry(page, fetched, outcome, site)
            except Exception as error:  # noqa: BLE001  (any defect; the ledger names it)
                fetched, outcome = _defect(error), FetchOutcome.FAILED
                entry, fetched = self._entry(page, fetched, outcome, site)
            self.counts[outcome] += 1
            now = time.time()
            await commits.add(self._update(page, fetched, outcome, now), entry)
            await done(len(entry.content or b""))
        await self.client.hosts.close(host)

    async def _policy(self, page: DuePage) -> SitePolicy:
        """What the page's site says of its use; a policy that can't be read says nothing."""
        try:
            return await self.policies.of(page.outlet_id, page.address)
        except (KhoborError, SQLAlchemyError, OSError):
            raise
        except Exception:  # noqa: BLE001  (any defect of the site's file)
            return NO_POLICY

    async def _fetched(self, page: DuePage, site: SitePolicy) -> FetchResult:
        """Fetch a page; whatever that raises but an error of this machine fails the page alone."""
        reservation = site.of(page.address).reservation
        if self.is_skipped and reservation is not None:
            problem = Problem(ProblemCode.RIGHTS_RESERVED, reservation)
            return FetchResult(FetchOutcome.BLOCKED, problem)
        try:
            return await self.client.get(
                page.address, self.max_bytes, page.etag, page.last_modified
            )
        except (KhoborError, SQLAlchemyError, OSError):
            raise
        except Exception as error:  # noqa: BLE001  (any defect; the ledger names it)
            return _defect(error)

    def _entry(
        self, page: DuePage, fetched: FetchResult, outcome: FetchOutcome, site: SitePolicy
    ) -> tuple[OutboxEntry, FetchResult]:
        """The outbox entry of a finished attempt, and the attempt with its capture's problem."""
        capture = None
        if fetched.response is not None and outcome is not FetchOutcome.NOT_MODIFIED:
            capture = _capture(page, fetched.response, fetched.problem)
            capture = with_rights(capture, is_skipped=self.is_skipped, site=site)
            fetched = replace(fetched, problem=capture.read_error)
        entry = OutboxEntry(
            json.dumps(
                {
                    "url": page.url,
                    "run_id": self.run_id,
                    "outlet_id": page.outlet_id,
                    "host": page.host,
                    "fetched_at": datetime.now(UTC).isoformat(),
                    "outcome": outcome.value,
                    "reason": str(fetched.problem) if fetched.problem else None,
                    "http_status": fetched.response.status if fetched.response else None,
                    "duration_seconds": fetched.seconds,
                    "capture_id": capture.capture_id if capture else None,
                }
            ),
            json.dumps(capture_to_fields(capture)) if capture else None,
            capture.content if capture else None,
        )
        return entry, fetched

    def _update(
        self, page: DuePage, fetched: FetchResult, outcome: FetchOutcome, now: float
    ) -> PageUpdate:
        etag, last_modified = page.etag, page.last_modified
        if outcome is FetchOutcome.GONE:
            return PageUpdate(page.url, None, page.fetched_at, 0, None, None)
        if outcome in (FetchOutcome.CAPTURED, FetchOutcome.NOT_MODIFIED):
            if outcome is FetchOutcome.CAPTURED:
                etag, last_modified = _validators(fetched)
            return PageUpdate(
                page.url, self.policy.due_again(page, now), now, 0, etag, last_modified
            )
        failures = page.failures + 1
        if outcome is FetchOutcome.BLOCKED:
            due = now + _BLOCKED_HOURS * _HOUR if failures < _BLOCKED_TRIES else None
        else:
            tries = len(_RETRY_HOURS)
            due = now + _RETRY_HOURS[failures - 1] * _HOUR if failures <= tries else None
        return PageUpdate(page.url, due, page.fetched_at, failures, etag, last_modified)


def _validators(fetched: FetchResult) -> tuple[str | None, str | None]:
    """ETag and Last-Modified; none without the bytes, which would never be asked for again."""
    if fetched.response is None or fetched.problem is not None:
        return None, None
    headers = fetched.response.headers
    return headers.get("etag"), headers.get("last-modified")


def _defect(error: Exception) -> FetchResult:
    return FetchResult(FetchOutcome.FAILED, Problem.internal(error))


def _capture(page: DuePage, response: Response, problem: Problem | None) -> NewCapture:
    """The capture of a response."""
    published_at = None if page.published_at is None else from_epoch(page.published_at)
    return NewCapture(
        source=page.address,
        content=response.content,
        captured_at=response.received_at,
        captured_at_source=CaptureTimeSource.HTTP,
        url=response.url,
        outlet_id=page.outlet_id,
        http_status=response.status,
        http_headers=json.dumps(dict(response.headers.items())),
        content_type=response.headers.get("content-type"),
        read_error=problem,
        declared_published_at=published_at,
        declared_time_source=TimeSource(page.time_source) if page.time_source else None,
    )
