"""Polite requests: robots.txt, one request at a time and host, redirects, retries, circuits.

Everything that Khobor asks of the web goes through ``Web.get``: pages, feeds, sitemaps, listings
and robots.txt itself.
"""

import asyncio
import random
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from etl.ingest.frontier.records import HostState, KnownAnswer
from etl.ingest.frontier.store import LEASE_SECONDS, Frontier
from etl.ingest.web import robots
from etl.ingest.web.connection import Client
from etl.ingest.web.http import Answer, ClientFactory, NoAnswerError, NotFetchableError, ask
from etl.schema.problems import Problem
from etl.schema.vocabulary import FetchOutcome, ProblemCode

MAX_REDIRECTS = 5
# Pauses before the second and the third try, in delays.
_RETRY_FACTORS = (2, 4)
# Jitter only lengthens the delay. Its least part covers the scheduling of two machines, so that the
# server too sees the whole delay; its mean, 2 %, leaves 98 % of what politeness allows.
_JITTER = (0.005, 0.035)
# A host that wants a longer pause than this (Retry-After, an open circuit) is left for a later run.
_PATIENCE_SECONDS = 60.0
_LONGEST_PAUSE_SECONDS = 86_400.0
# The circuit of a host opens after so many failures in a row, for so long, doubled at each further.
_CIRCUIT_FAILURES = 5
_CIRCUIT_SECONDS = 900.0
_RESOLVERS = 32
_RENEW_SECONDS = LEASE_SECONDS / 10
_ROBOTS_SECONDS = 86_400.0
# What may be a passing trouble is asked again sooner.
_ROBOTS_TROUBLE_SECONDS = 3_600.0
_HOST_TAKEN = Problem(ProblemCode.HOST_TAKEN, "another process asks it")
_CIRCUIT_OPEN = Problem(ProblemCode.CIRCUIT_OPEN, "too many failures in a row")


@dataclass(frozen=True, slots=True)
class Fetched:
    """How a request ended. ``outcome`` is None if it was put off until ``again_at`` (epoch).

    ``answer`` is there for an HTTP answer that is no
    redirect; its ``status`` may be an error.
    """

    outcome: FetchOutcome | None
    problem: Problem | None = None
    answer: Answer | None = None
    seconds: float = 0.0
    again_at: float = 0.0


class _PutOffError(Exception):
    """The host can't be asked now: another process has it, or it wants a pause."""

    def __init__(self, problem: Problem, again_at: float) -> None:
        super().__init__(str(problem))
        self.problem = problem
        self.again_at = again_at


class _TroubleError(Exception):
    """An answer that says: not now (429, 5xx), or none."""

    def __init__(self, problem: Problem, answer: Answer | None) -> None:
        super().__init__(str(problem))
        self.problem = problem
        self.answer = answer


@dataclass(slots=True)
class _Host:
    """One host in this process. ``next_at`` is by the monotonic clock."""

    state: HostState
    client: Client | None
    next_at: float
    kept_at: float
    is_ours: bool = True
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


def host_key(url: str) -> str:
    """What politeness counts as one host: the name without ``www.``, and an unusual port."""
    parts = urlsplit(url)
    name = (parts.hostname or "").removeprefix("www.")
    return name if parts.port in (None, 80, 443) else f"{name}:{parts.port}"


class Web:
    """The web as one run sees it; ``async with`` closes its connections."""

    def __init__(
        self,
        frontier: Frontier,
        clients: ClientFactory,
        delay_seconds: float,
        concurrency: int,
        whole_seconds: float,
    ) -> None:
        self._frontier = frontier
        self._clients = clients
        self.delay_seconds = delay_seconds
        self._whole_seconds = whole_seconds
        self._under_way = asyncio.Semaphore(concurrency)
        self._hosts: dict[str, _Host] = {}
        self._rules: dict[str, tuple[float, robots.Rules]] = {}  # until when, monotonic
        self._rules_locks: dict[str, asyncio.Lock] = {}
        self.requests = 0

    async def __aenter__(self) -> "Web":
        # Names are resolved in threads: a few slow name servers must not hold up all others.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_RESOLVERS))
        return self

    async def __aexit__(self, *_: object) -> None:
        for key, host in self._hosts.items():
            await self.close_host(key)
            host.state.next_at = time.time() + max(0.0, host.next_at - time.monotonic())
            self._frontier.keep(host.state)

    async def close_host(self, key: str) -> None:
        """Close the connections of a host that has nothing more to give in this run."""
        host = self._hosts.get(key)
        if host is not None and host.client is not None:
            await host.client.aclose()
            host.client = None

    def is_put_off(self, key: str) -> bool:
        """Whether that host itself can't be asked for now."""
        host = self._hosts.get(key)
        if host is None or not host.is_ours or host.state.open_until > time.time():
            return True
        return host.next_at - time.monotonic() > max(_PATIENCE_SECONDS, 1.1 * host.state.delay)

    async def get(
        self,
        url: str,
        max_bytes: int,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5",
    ) -> Fetched:
        """Ask for a URL, politely, redirects followed; never raises for what the web does."""
        headers = {"Accept": accept}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        started = time.monotonic()
        try:
            return await self._follow(url, headers, max_bytes, obey_robots=True)
        except _PutOffError as error:
            return Fetched(None, error.problem, again_at=error.again_at)
        except NotFetchableError as error:
            return Fetched(FetchOutcome.FAILED, error.problem, None, time.monotonic() - started)

    async def _follow(
        self, url: str, headers: Mapping[str, str], max_bytes: int, *, obey_robots: bool
    ) -> Fetched:
        """One request after the other, until an answer is no redirect.

        :raises NotFetchableError: the first URL, or the robots.txt that speaks for any, is refused.
        """
        address, seconds = url, 0.0
        for _ in range(MAX_REDIRECTS + 1):
            if obey_robots and (refusal := await self._refusal(address)):
                return Fetched(FetchOutcome.BLOCKED, refusal, None, seconds)
            started = time.monotonic()
            try:
                answer = await self._ask_again(address, headers, max_bytes)
            except _TroubleError as error:
                return Fetched(FetchOutcome.FAILED, error.problem, error.answer, seconds)
            except NotFetchableError as error:
                if address == url:
                    raise
                return Fetched(FetchOutcome.FAILED, error.problem, None, seconds)
            seconds += time.monotonic() - started
            if answer.redirect is None:
                return _ended(answer, seconds)
            address = answer.redirect
        return Fetched(
            FetchOutcome.FAILED,
            Problem(
                ProblemCode.TOO_MANY_REDIRECTS,
                f"more than {MAX_REDIRECTS}, the last to {address[:200]}",
            ),
            None,
            seconds,
        )

    async def _ask_again(self, address: str, headers: Mapping[str, str], max_bytes: int) -> Answer:
        """Ask, and again with growing pauses where that may help.

        :raises _TroubleError: it did not.
        """
        for factor in _RETRY_FACTORS:
            try:
                return await self._ask_once(address, headers, max_bytes)
            except _TroubleError:
                await asyncio.sleep(min(factor * self.delay_seconds, _PATIENCE_SECONDS))
        return await self._ask_once(address, headers, max_bytes)

    async def _ask_once(self, address: str, headers: Mapping[str, str], max_bytes: int) -> Answer:
        """One request in the host's turn."""
        _check_url(address)
        host = self._host(host_key(address))
        async with host.lock:
            await self._turn(host)
            async with self._under_way:
                self.requests += 1
                host.client = host.client or self._clients.new()
                try:
                    answer = await ask(
                        host.client,
                        address,
                        headers,
                        max_bytes,
                        self._whole_seconds,
                        lambda: self._sent(host),
                    )
                except NoAnswerError as error:
                    self._failed(host)
                    raise _TroubleError(error.problem, None) from error
            if answer.status == 429 or answer.status >= 500:
                self._failed(host, _retry_after(answer))
                raise _TroubleError(_status_problem(answer), answer)
            if host.state.failures:
                host.state.failures = 0
                self._frontier.keep(host.state)
            return answer

    def _host(self, key: str) -> _Host:
        """The host with this process as its owner.

        :raises _PutOffError: another process has it.
        """
        host = self._hosts.get(key)
        if host is None:
            state = self._frontier.claim(key, self.delay_seconds)
            if state is None:
                raise _PutOffError(_HOST_TAKEN, time.time() + 60)
            # The wall clock may have been set back: never wait longer than a pause can be.
            pause = min(max(0.0, state.next_at - time.time()), _LONGEST_PAUSE_SECONDS)
            now = time.monotonic()
            host = _Host(state, None, now + pause, now)
            self._hosts[key] = host
        return host

    async def _turn(self, host: _Host) -> None:
        """Wait until the host may be asked; renew the lease on it.

        :raises _PutOffError: that is too far off, or the host is ours no more.
        """
        now = time.time()
        if host.state.open_until > now:
            raise _PutOffError(_CIRCUIT_OPEN, host.state.open_until)
        pause = host.next_at - time.monotonic()
        if pause > max(_PATIENCE_SECONDS, 1.1 * host.state.delay):
            raise _PutOffError(Problem(ProblemCode.ASKED_TO_WAIT, f"{pause:.0f} s"), now + pause)
        if pause > 0:
            await asyncio.sleep(pause)
        if host.is_ours and time.monotonic() > host.kept_at + _RENEW_SECONDS:
            host.is_ours = self._frontier.keep(host.state)
            host.kept_at = time.monotonic()
        if not host.is_ours:
            raise _PutOffError(_HOST_TAKEN, time.time() + 60)
        self._sent(host)

    def _sent(self, host: _Host) -> None:
        """A request is on its way: the delay counts from here."""
        jitter = random.uniform(*_JITTER)
        host.next_at = time.monotonic() + host.state.delay * (1 + jitter)

    def _failed(self, host: _Host, retry_after: float = 0.0) -> None:
        state = host.state
        state.failures += 1
        if state.failures >= _CIRCUIT_FAILURES:
            doublings = min(state.failures - _CIRCUIT_FAILURES, 10)
            pause = min(_CIRCUIT_SECONDS * 2**doublings, _LONGEST_PAUSE_SECONDS)
            state.open_until = time.time() + max(pause, retry_after)
        if retry_after:
            host.next_at = max(host.next_at, time.monotonic() + retry_after)
            state.next_at = max(state.next_at, time.time() + retry_after)
        self._frontier.keep(state)

    async def _refusal(self, address: str) -> Problem | None:
        """Why robots.txt forbids the address; None if it doesn't."""
        _check_url(address)
        parts = urlsplit(address)
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"
        async with self._rules_locks.setdefault(origin, asyncio.Lock()):
            if origin not in self._rules or self._rules[origin][0] < time.monotonic():
                rules = await self._read_rules(origin)
                self._rules[origin] = time.monotonic() + _ROBOTS_SECONDS, rules
                host = self._host(host_key(address))
                if rules.delay_seconds > host.state.delay:
                    host.state.delay = rules.delay_seconds
                    host.next_at = max(host.next_at, time.monotonic() + rules.delay_seconds)
                    self._frontier.keep(host.state)
        return self._rules[origin][1].refusal(address)

    async def _read_rules(self, origin: str) -> robots.Rules:
        """The origin's rules, as they are known or as it tells them now.

        :raises NotFetchableError: nothing may be asked of the origin, so robots.txt is not why.
        """
        known = self._frontier.robots(origin)
        if known is not None:
            is_trouble = known.problem is not None or (known.status or 500) >= 429
            lifetime = _ROBOTS_TROUBLE_SECONDS if is_trouble else _ROBOTS_SECONDS
            if 0 <= time.time() - known.read_at < lifetime:
                return robots.read_rules(known.status, known.content, known.problem)
        status, content = None, b""
        fetched = await self._follow(
            f"{origin}/robots.txt",
            {"Accept": "text/plain,*/*;q=0.5"},
            robots.MAX_BYTES,
            obey_robots=False,
        )
        if fetched.answer is None:
            found = fetched.problem
        else:
            status, content = fetched.answer.status, fetched.answer.content
            found = fetched.answer.problem
        problem = str(found) if found else None
        self._frontier.keep_robots(
            origin, KnownAnswer(time.time(), status, content[: robots.MAX_BYTES], problem)
        )
        return robots.read_rules(status, content, problem)


def _check_url(address: str) -> None:
    try:
        parts = urlsplit(address)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
        is_web = is_web and parts.port != 0
    except ValueError:
        is_web = False
    if not is_web:
        raise NotFetchableError(ProblemCode.BAD_URL, f"{address[:200]!r} is no http(s) URL")


def _status_problem(answer: Answer) -> Problem:
    return Problem(ProblemCode.HTTP_STATUS, str(answer.status))


def _ended(answer: Answer, seconds: float) -> Fetched:
    if answer.status == 304:
        return Fetched(FetchOutcome.NOT_MODIFIED, None, answer, seconds)
    if answer.status in (404, 410):
        return Fetched(FetchOutcome.GONE, _status_problem(answer), answer, seconds)
    if answer.status != 200:
        return Fetched(FetchOutcome.FAILED, _status_problem(answer), answer, seconds)
    return Fetched(FetchOutcome.CAPTURED, answer.problem, answer, seconds)


def _retry_after(answer: Answer) -> float:
    """Seconds that ``Retry-After`` asks for; 0 if it is not there or can't be read."""
    value = answer.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        seconds = float(value)
    else:
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return 0.0
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        seconds = (moment - datetime.now(UTC)).total_seconds()
    return min(max(seconds, 0.0), _LONGEST_PAUSE_SECONDS)
