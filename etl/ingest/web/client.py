"""Polite requests: robots.txt, redirects, retries, and each host in its turn.

All requests go through ``PoliteClient.get``: pages, feeds, sitemaps, listings and robots.txt.
"""

import asyncio
import secrets
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult

from etl.addresses import is_web_url, split_url
from etl.bangla.clock import to_utc
from etl.ingest.content_coding import is_markup
from etl.ingest.frontier.records import CachedRobots
from etl.ingest.frontier.store import Frontier
from etl.ingest.web import robots
from etl.ingest.web.hosts import (
    LONGEST_PAUSE_SECONDS,
    PATIENCE_SECONDS,
    HostSchedule,
    PutOffError,
    host_key,
)
from etl.ingest.web.http import (
    BodyLimit,
    ClientFactory,
    NoResponseError,
    NotFetchableError,
    Response,
    send_get,
)
from etl.schema.problems import Problem
from etl.schema.vocabulary import FetchOutcome, ProblemCode

MAX_REDIRECTS = 5
# Pauses before the second and the third attempt, in delays.
_RETRY_FACTORS = (2, 4)
# 203: a proxy has changed the page.
_PAGE_STATUSES = (200, 203)
_RESOLVERS = 32
_ACCEPT_TEXT = {"Accept": "text/plain,*/*;q=0.5"}
_ROBOTS_SECONDS = 86_400.0
# A robots.txt that could not be read may be had sooner.
_FAILED_ROBOTS_SECONDS = 3_600.0


@dataclass(frozen=True, slots=True)
class FetchResult:
    """How a request ended. ``outcome`` is None if it was put off until ``again_at`` (epoch).

    ``response`` is there for an HTTP response that is no redirect; its ``status`` may be an error.
    ``seconds`` is the time that the requests took.
    """

    outcome: FetchOutcome | None
    problem: Problem | None = None
    response: Response | None = None
    seconds: float = 0.0
    again_at: float = 0.0


class _RetryableError(Exception):
    """A response that says "not now" (429, 5xx), or none."""

    def __init__(self, problem: Problem, response: Response | None) -> None:
        super().__init__(str(problem))
        self.problem = problem
        self.response = response


class PoliteClient:
    """The HTTP client of one run; ``async with`` closes its connections.

    Args:
        frontier: where hosts are leased and robots.txt is cached.
        clients: makes the connections to each host.
        delay_seconds: least time between two requests to a host.
        concurrency: largest number of requests at once.
        total_seconds: time limit of one request with its response.
    """

    def __init__(
        self,
        frontier: Frontier,
        clients: ClientFactory,
        delay_seconds: float,
        concurrency: int,
        total_seconds: float,
    ) -> None:
        self._frontier = frontier
        self._clients = clients
        self.delay_seconds = delay_seconds
        self._total_seconds = total_seconds
        self._slots = asyncio.Semaphore(concurrency)
        self.hosts = HostSchedule(frontier.hosts, delay_seconds)
        self._rules: dict[str, tuple[float, robots.Rules]] = {}  # until when, monotonic
        self._rules_locks: dict[str, asyncio.Lock] = {}
        self.requests = 0

    async def __aenter__(self) -> "PoliteClient":
        # Names are resolved in threads: a few slow name servers must not hold up all others.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_RESOLVERS))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.hosts.close_all()

    async def get(
        self,
        url: str,
        max_bytes: int,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5",
    ) -> FetchResult:
        """Request a URL politely and follow redirects; what the web does wrong is no exception.

        Args:
            url: the address.
            max_bytes: largest body, compressed and not.
            etag: of the last response, to make the request conditional.
            last_modified: likewise.
            accept: the request's header ``Accept``.
        """
        headers = {"Accept": accept}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        started = time.monotonic()
        try:
            return await self._follow(url, headers, BodyLimit(max_bytes), obey_robots=True)
        except PutOffError as error:
            return FetchResult(None, error.problem, again_at=error.again_at)
        except NotFetchableError as error:
            return FetchResult(FetchOutcome.FAILED, error.problem, None, time.monotonic() - started)

    async def _follow(
        self, url: str, headers: Mapping[str, str], limit: BodyLimit, *, obey_robots: bool
    ) -> FetchResult:
        """Send one request after the other, until a response is no redirect.

        Raises:
            NotFetchableError: the first URL, or the robots.txt that speaks for any, is refused.
        """
        address, seconds = url, 0.0
        for _ in range(MAX_REDIRECTS + 1):
            if obey_robots and (refusal := await self._refusal(address)):
                return FetchResult(FetchOutcome.BLOCKED, refusal, None, seconds)
            started = time.monotonic()
            try:
                response = await self._request_with_retries(address, headers, limit)
            except _RetryableError as error:
                return FetchResult(FetchOutcome.FAILED, error.problem, error.response, seconds)
            except NotFetchableError as error:
                if address == url:
                    raise
                return FetchResult(FetchOutcome.FAILED, error.problem, None, seconds)
            seconds += time.monotonic() - started
            if response.redirect is None:
                return _result(response, seconds)
            address = response.redirect
        detail = f"more than {MAX_REDIRECTS}, the last to {address[:200]}"
        problem = Problem(ProblemCode.TOO_MANY_REDIRECTS, detail)
        return FetchResult(FetchOutcome.FAILED, problem, None, seconds)

    async def _request_with_retries(
        self, address: str, headers: Mapping[str, str], limit: BodyLimit
    ) -> Response:
        """Send a request, and again after growing pauses where that may help.

        Raises:
            _RetryableError: the last attempt failed too.
        """
        for factor in _RETRY_FACTORS:
            try:
                return await self._request(address, headers, limit)
            except _RetryableError:
                await asyncio.sleep(min(factor * self.delay_seconds, PATIENCE_SECONDS))
        return await self._request(address, headers, limit)

    async def _request(
        self, address: str, headers: Mapping[str, str], limit: BodyLimit
    ) -> Response:
        """Send one request in the host's turn."""
        _web_url(address)
        host = self.hosts.host(host_key(address))
        async with host.lock:
            await self.hosts.wait_for_turn(host)
            async with self._slots:
                self.requests += 1
                host.client = host.client or self._clients.new()
                try:
                    response = await send_get(
                        host.client,
                        address,
                        headers,
                        limit,
                        self._total_seconds,
                        lambda: self.hosts.sent(host),
                    )
                except NoResponseError as error:
                    self.hosts.failed(host)
                    raise _RetryableError(error.problem, None) from error
            if response.status == 429 or response.status >= 500:
                self.hosts.failed(host, _retry_after(response))
                raise _RetryableError(_status_problem(response), response)
            self.hosts.succeeded(host)
            return response

    async def _refusal(self, address: str) -> Problem | None:
        """Why robots.txt forbids the address; None if it doesn't."""
        parts = _web_url(address)
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"
        async with self._rules_locks.setdefault(origin, asyncio.Lock()):
            if origin not in self._rules or self._rules[origin][0] < time.monotonic():
                rules = self._cached_rules(origin)
                was_asked = rules is None
                rules = rules or await self._read_rules(origin)
                self._rules[origin] = time.monotonic() + _ROBOTS_SECONDS, rules
                host = self.hosts.host(host_key(address))
                self.hosts.slow_down(host, rules.delay_seconds, was_asked=was_asked)
        return self._rules[origin][1].refusal(address)

    def _cached_rules(self, origin: str) -> robots.Rules | None:
        """The origin's rules from the cache; None if they are not there or too old."""
        known = self._frontier.responses.robots(origin)
        if known is None:
            return None
        has_failed = known.problem is not None or (known.status or 500) >= 429
        lifetime = _FAILED_ROBOTS_SECONDS if has_failed else _ROBOTS_SECONDS
        if not 0 <= time.time() - known.read_at < lifetime:
            return None
        return robots.read_rules(known.status, known.content, known.problem)

    async def _read_rules(self, origin: str) -> robots.Rules:
        """The origin's rules from the web.

        Raises:
            NotFetchableError: nothing may be requested of the origin, so robots.txt is not why.
        """
        fetched = await self._follow(
            f"{origin}/robots.txt",
            _ACCEPT_TEXT,
            BodyLimit(robots.MAX_BYTES, is_start_enough=True),
            obey_robots=False,
        )
        if fetched.response is None:
            status, content, found = None, b"", fetched.problem
        else:
            status, content = fetched.response.status, fetched.response.content
            found = fetched.response.problem
        problem = str(found) if found else None
        rules = robots.read_rules(status, content, problem)
        if rules.problem == robots.A_PAGE and await self._has_a_page_for_anything(origin):
            status, content = 404, b""
            rules = robots.read_rules(status, content)
        self._frontier.responses.save_robots(
            origin, CachedRobots(time.time(), status, content[: robots.MAX_BYTES], problem)
        )
        return rules

    async def _has_a_page_for_anything(self, origin: str) -> bool:
        """Whether the origin answers with a page also where there can be none.

        Then it has no robots.txt, and its server doesn't know the status 404.
        """
        address = f"{origin}/{secrets.token_hex(8)}.txt"
        limit = BodyLimit(robots.MAX_BYTES, is_start_enough=True)
        fetched = await self._follow(address, _ACCEPT_TEXT, limit, obey_robots=False)
        if fetched.outcome is not FetchOutcome.CAPTURED or fetched.response is None:
            return False
        return is_markup(fetched.response.content)


def _web_url(address: str) -> SplitResult:
    parts = split_url(address)
    if parts is None or not is_web_url(address) or parts.port == 0:
        raise NotFetchableError(ProblemCode.BAD_URL, f"{address[:200]!r} is no http(s) URL")
    return parts


def _status_problem(response: Response) -> Problem:
    return Problem(ProblemCode.HTTP_STATUS, str(response.status))


def _result(response: Response, seconds: float) -> FetchResult:
    if response.status == 304:
        return FetchResult(FetchOutcome.NOT_MODIFIED, None, response, seconds)
    if response.status in (404, 410):
        return FetchResult(FetchOutcome.GONE, _status_problem(response), response, seconds)
    if response.status not in _PAGE_STATUSES:
        return FetchResult(FetchOutcome.FAILED, _status_problem(response), response, seconds)
    return FetchResult(FetchOutcome.CAPTURED, response.problem, response, seconds)


def _retry_after(response: Response) -> float:
    """Seconds that ``Retry-After`` asks for; 0 if it is absent or can't be read."""
    value = response.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        seconds = float(value)
    else:
        moment: datetime | None
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return 0.0
        moment = to_utc(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        if moment is None:
            return 0.0
        seconds = (moment - datetime.now(UTC)).total_seconds()
    return min(max(seconds, 0.0), LONGEST_PAUSE_SECONDS)
