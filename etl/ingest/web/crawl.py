"""The pages that are due: each host's one after the other, all hosts at once."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from etl.ingest.capture import NewCapture, description
from etl.ingest.frontier.records import Done, DuePage, Parcel
from etl.ingest.frontier.store import Frontier
from etl.ingest.web.client import Fetched, Web
from etl.ingest.web.http import Answer
from etl.schema.problems import Problem
from etl.schema.vocabulary import CaptureTimeSource, FetchOutcome, TimeSource

_HOUR = 3600.0
# What ends within this time is committed together. It is far below the delay between two requests
# to a host, so that no host waits for it; a kill loses the answers of so long.
_COMMIT_SECONDS = 0.05
# Pages of a host read from the frontier at once.
_AHEAD = 20
# A page that can't be had is tried again after these hours, then no more: 5 runs in 2 days.
_RETRY_HOURS = (0.25, 1.0, 6.0, 24.0)
# Who is forbidden by robots.txt is asked again when the file may have changed; so many times.
_BLOCKED_HOURS = 24.0
_BLOCKED_TRIES = 7
# An age counts only if this share of it still lies ahead: nobody needs a page twice in a minute.
_LEAST_AHEAD = 0.25


@dataclass(frozen=True, slots=True)
class Policy:
    """When a page is fetched again: ages of the article in hours, rising."""

    refetch_hours: tuple[float, ...]

    def due_again(self, page: DuePage, now: float) -> float | None:
        """When a page that was just had is due again; None if it is old enough.

        An article's age counts from when its source says it was published, else from when it was
        declared; an outlet's clock that is ahead doesn't count.
        """
        born = min(page.published_at or page.declared_at, now)
        for hours in self.refetch_hours:
            due = born + hours * _HOUR
            if due >= now + _LEAST_AHEAD * hours * _HOUR:
                return due
        return None


class _Commits:
    """Writes tries down that end at about the same time in one commit.

    A commit for each page would cost a sixth of the fetcher's time. A thread of its own makes them,
    so that requests are sent meanwhile; one after the other, as SQLite has one writer.
    """

    def __init__(self, frontier: Frontier, wait_seconds: float) -> None:
        self._frontier = frontier
        self._wait_seconds = wait_seconds
        self._waiting: list[tuple[Done, Parcel]] = []
        self._next: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "commits")

    async def add(self, done: Done, parcel: Parcel) -> None:
        """Returns when it is written down."""
        self._waiting.append((done, parcel))
        if self._next is None:
            self._next = asyncio.create_task(self._commit())
        await asyncio.shield(self._next)

    async def _commit(self) -> None:
        await asyncio.sleep(self._wait_seconds)
        waiting, self._waiting, self._next = self._waiting, [], None
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._frontier.finish, waiting)

    async def close(self) -> None:
        """Write down what waits, also where the crawl was broken off."""
        if self._next is not None:
            await self._next
        self._thread.shutdown()


@dataclass(slots=True)
class Crawl:
    """One run over all due pages. ``counts`` has the outcomes so far."""

    web: Web
    frontier: Frontier
    policy: Policy
    run_id: str
    max_bytes: int
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

        ``done`` is called after each page, with its bytes.

        :param ends_at: no page is begun after that time (epoch).
        """
        commits = _Commits(self.frontier, min(_COMMIT_SECONDS, self.web.delay_seconds / 20))
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
        commits: _Commits,
        done: Callable[[int], Awaitable[None]],
    ) -> None:
        pages: list[DuePage] = []
        while ends_at is None or time.time() < ends_at:
            if not pages:
                pages = self.frontier.next_due(host, started_at, outlet_ids, _AHEAD)[::-1]
            if not pages:
                break
            page = pages.pop()
            fetched = await self.web.get(
                page.address, self.max_bytes, page.etag, page.last_modified
            )
            if fetched.outcome is None:
                if self.web.is_put_off(host):
                    break  # the host's other pages stay due, for a later run
                # Another host, which this page redirects to, can't be asked now.
                self.frontier.postpone(page.url, max(fetched.again_at, started_at + 1))
                continue
            parcel = self._parcel(page, fetched, fetched.outcome)
            now = time.time()
            await commits.add(self._done(page, fetched, fetched.outcome, now), parcel)
            await done(len(parcel.content or b""))
        await self.web.close_host(host)

    def _parcel(self, page: DuePage, fetched: Fetched, outcome: FetchOutcome) -> Parcel:
        """How a try ended, and what came."""
        self.counts[outcome] += 1
        capture = None
        if fetched.answer is not None and outcome is not FetchOutcome.NOT_MODIFIED:
            capture = _capture(page, fetched.answer, fetched.problem)
        return Parcel(
            json.dumps(
                {
                    "url": page.url,
                    "run_id": self.run_id,
                    "outlet_id": page.outlet_id,
                    "host": page.host,
                    "fetched_at": datetime.now(UTC).isoformat(),
                    "outcome": outcome.value,
                    "reason": str(fetched.problem) if fetched.problem else None,
                    "http_status": fetched.answer.status if fetched.answer else None,
                    "duration_seconds": fetched.seconds,
                    "capture_id": capture.capture_id if capture else None,
                }
            ),
            json.dumps(description(capture)) if capture else None,
            capture.content if capture else None,
        )

    def _done(self, page: DuePage, fetched: Fetched, outcome: FetchOutcome, now: float) -> Done:
        etag, last_modified = page.etag, page.last_modified
        if outcome is FetchOutcome.GONE:
            return Done(page.url, None, page.fetched_at, 0, None, None)
        if outcome in (FetchOutcome.CAPTURED, FetchOutcome.NOT_MODIFIED):
            if outcome is FetchOutcome.CAPTURED and fetched.answer is not None:
                etag = fetched.answer.headers.get("etag")
                last_modified = fetched.answer.headers.get("last-modified")
            return Done(page.url, self.policy.due_again(page, now), now, 0, etag, last_modified)
        failures = page.failures + 1
        if outcome is FetchOutcome.BLOCKED:
            due = now + _BLOCKED_HOURS * _HOUR if failures < _BLOCKED_TRIES else None
        else:
            tries = len(_RETRY_HOURS)
            due = now + _RETRY_HOURS[failures - 1] * _HOUR if failures <= tries else None
        return Done(page.url, due, page.fetched_at, failures, etag, last_modified)


def _capture(page: DuePage, answer: Answer, problem: Problem | None) -> NewCapture:
    """The capture of an answer; one that is no page says why in ``read_error``."""
    published_at = None
    if page.published_at is not None:
        published_at = datetime.fromtimestamp(page.published_at, UTC)
    return NewCapture(
        source=page.address,
        content=answer.content,
        captured_at=answer.answered_at,
        captured_at_source=CaptureTimeSource.HTTP,
        url=answer.url,
        outlet_id=page.outlet_id,
        http_status=answer.status,
        http_headers=json.dumps(dict(answer.headers.items())),
        content_type=answer.headers.get("content-type"),
        read_error=problem,
        declared_published_at=published_at,
        declared_time_source=TimeSource(page.time_source) if page.time_source else None,
    )
