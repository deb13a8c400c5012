"""Politeness to each host: one request at a time, its delay, its circuit, and the lease on it."""

import asyncio
import random
import time
from dataclasses import dataclass, field

from etl.addresses import split_url
from etl.ingest.frontier.hosts import LEASE_SECONDS, HostLeases
from etl.ingest.frontier.records import HostState
from etl.ingest.web.connection import Client
from etl.schema.problems import Problem
from etl.schema.vocabulary import ProblemCode

# Jitter only lengthens the delay. Its least part covers the scheduling of two machines, so that the
# server too sees the full delay; its mean, 2 %, leaves 98 % of what politeness allows.
_JITTER = (0.005, 0.035)
# A host that wants a longer pause than this (Retry-After, Crawl-delay) is left for a later run, and
# so is one with an open circuit.
PATIENCE_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 86_400.0
# The circuit of a host opens after so many failures in a row, for so long, doubled at each further.
_CIRCUIT_FAILURES = 5
_CIRCUIT_SECONDS = 900.0
_RENEW_SECONDS = LEASE_SECONDS / 10
_TAKEN_SECONDS = 60.0
_HOST_TAKEN = Problem(ProblemCode.HOST_TAKEN, "another process asks it")
_CIRCUIT_OPEN = Problem(ProblemCode.CIRCUIT_OPEN, "too many failures in a row")


class PutOffError(Exception):
    """The host can't be asked now: another process has it, or it wants a pause.

    ``again_at`` is in seconds since 1970.
    """

    def __init__(self, problem: Problem, again_at: float) -> None:
        super().__init__(str(problem))
        self.problem = problem
        self.again_at = again_at


@dataclass(slots=True)
class Host:
    """One host in this process; ``next_at`` and ``saved_at`` are by the monotonic clock."""

    state: HostState
    next_at: float
    saved_at: float
    client: Client | None = None
    is_ours: bool = True
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def pause(self) -> float:
        """Seconds until it may be asked; negative if it may be now."""
        return self.next_at - time.monotonic()


def host_key(url: str) -> str:
    """What counts as one host: the name without ``www.``, and a port that is not the usual.

    Addresses that can't be read have the empty host.
    """
    parts = split_url(url)
    if parts is None:
        return ""
    name = (parts.hostname or "").removeprefix("www.")
    return name if parts.port in (None, 80, 443) else f"{name}:{parts.port}"


class HostSchedule:
    """The hosts that one run asks, each leased to this process."""

    def __init__(self, leases: HostLeases, delay_seconds: float) -> None:
        self._leases = leases
        self._delay_seconds = delay_seconds
        self._patience = max(PATIENCE_SECONDS, 1.1 * delay_seconds)
        self._hosts: dict[str, Host] = {}

    def host(self, key: str) -> Host:
        """Lease a host to this process, or return it where that is done.

        Raises:
            PutOffError: another process has it.
        """
        host = self._hosts.get(key)
        if host is None:
            state = self._leases.claim(key, self._delay_seconds)
            if state is None:
                raise PutOffError(_HOST_TAKEN, time.time() + _TAKEN_SECONDS)
            # The wall clock may have been set back: never wait longer than a pause can be.
            pause = min(max(0.0, state.next_at - time.time()), LONGEST_PAUSE_SECONDS)
            state.open_until = min(state.open_until, time.time() + LONGEST_PAUSE_SECONDS)
            now = time.monotonic()
            host = Host(state, now + pause, now)
            self._hosts[key] = host
        return host

    def is_put_off(self, key: str) -> bool:
        """Whether that host can't be asked for now."""
        host = self._hosts.get(key)
        if host is None or not host.is_ours or host.state.open_until > time.time():
            return True
        return host.pause > self._patience

    async def wait_for_turn(self, host: Host) -> None:
        """Wait until the host may be asked, and renew the lease on it.

        Raises:
            PutOffError: that would take too long, or another process has taken the host.
        """
        now = time.time()
        if host.state.open_until > now:
            raise PutOffError(_CIRCUIT_OPEN, host.state.open_until)
        pause = host.pause
        if pause > self._patience:
            detail = f"{pause:.0f} s"
            if host.state.delay > self._patience:
                detail += f"; its robots.txt wants {host.state.delay:.0f} s between two requests"
            raise PutOffError(Problem(ProblemCode.ASKED_TO_WAIT, detail), now + pause)
        if pause > 0:
            await asyncio.sleep(pause)
        if host.is_ours and time.monotonic() > host.saved_at + _RENEW_SECONDS:
            host.is_ours = self._leases.save(host.state)
            host.saved_at = time.monotonic()
        if not host.is_ours:
            raise PutOffError(_HOST_TAKEN, time.time() + _TAKEN_SECONDS)
        self.sent(host)

    def sent(self, host: Host) -> None:
        """Count the delay from now: a request is on its way."""
        jitter = random.uniform(*_JITTER)
        host.next_at = time.monotonic() + host.state.delay * (1 + jitter)

    def succeeded(self, host: Host) -> None:
        """Close the circuit: the host has answered."""
        if host.state.failures:
            host.state.failures = 0
            self._leases.save(host.state)

    def failed(self, host: Host, retry_after: float = 0.0) -> None:
        """Count a failure, which may open the circuit.

        Args:
            host: the host that failed.
            retry_after: seconds for which it asked not to be asked.
        """
        state = host.state
        state.failures += 1
        if state.failures >= _CIRCUIT_FAILURES:
            doublings = min(state.failures - _CIRCUIT_FAILURES, 10)
            pause = min(_CIRCUIT_SECONDS * 2**doublings, LONGEST_PAUSE_SECONDS)
            state.open_until = time.time() + max(pause, retry_after)
        if retry_after:
            host.next_at = max(host.next_at, time.monotonic() + retry_after)
            state.next_at = max(state.next_at, time.time() + retry_after)
        self._leases.save(state)

    def slow_down(self, host: Host, delay_seconds: float, *, was_asked: bool) -> None:
        """Raise the host's delay to what its robots.txt asks for.

        Args:
            host: the host.
            delay_seconds: what the file asks for.
            was_asked: whether the file was requested just now, and not taken from the cache.
        """
        if delay_seconds > host.state.delay:
            host.state.delay = delay_seconds
            if was_asked:
                host.next_at = max(host.next_at, time.monotonic() + delay_seconds)
            self._leases.save(host.state)

    async def close(self, key: str) -> None:
        """Close the connections of a host that has no more pages in this run."""
        host = self._hosts.get(key)
        if host is not None and host.client is not None:
            await host.client.aclose()
            host.client = None

    async def close_all(self) -> None:
        """Close all connections, and save when each host may be asked next."""
        for key, host in self._hosts.items():
            await self.close(key)
            host.state.next_at = time.time() + max(0.0, host.pause)
            self._leases.save(host.state)
