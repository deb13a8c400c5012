"""Records of the frontier. Times are seconds since 1970, UTC."""

from dataclasses import dataclass


@dataclass(slots=True)
class HostState:
    """A host's saved state: failures in a row, and the circuit that is open until a time."""

    host: str
    next_at: float
    delay: float
    failures: int
    open_until: float


@dataclass(frozen=True, slots=True)
class NewPage:
    """A page that a source declared; ``url`` identifies it."""

    url: str
    address: str
    host: str
    outlet_id: str
    declared_at: float
    published_at: float | None
    time_source: str | None


@dataclass(frozen=True, slots=True)
class DuePage:
    """A page that is due."""

    url: str
    address: str
    host: str
    outlet_id: str
    declared_at: float
    published_at: float | None
    time_source: str | None
    fetched_at: float | None
    failures: int
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class PageUpdate:
    """A page's state after an attempt: when it is due again (None: never), and its validators."""

    url: str
    due_at: float | None
    fetched_at: float | None
    failures: int
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One finished attempt for the lake: a fetch as JSON, and a capture if there is one."""

    fetch: str
    capture: str | None
    content: bytes | None


@dataclass(frozen=True, slots=True)
class CachedRobots:
    """The answer to a request for robots.txt; ``problem`` says why there is none."""

    read_at: float
    status: int | None
    content: bytes
    problem: str | None


@dataclass(frozen=True, slots=True)
class CachedPolicy:
    """``/.well-known/tdmrep.json`` and ``/ai.txt`` of an origin; None where there is none."""

    read_at: float
    tdmrep: bytes | None
    ai_txt: bytes | None


@dataclass(frozen=True, slots=True)
class Validators:
    """What makes the next request for a source conditional (RFC 9110, 8.8)."""

    read_at: float
    etag: str | None
    last_modified: str | None
