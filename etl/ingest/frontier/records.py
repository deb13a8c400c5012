"""What goes into the frontier and comes out of it. Times are seconds since 1970, UTC."""

from dataclasses import dataclass


@dataclass(slots=True)
class HostState:
    """What is remembered of a host; times in seconds since 1970."""

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
    """A page whose time has come."""

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
class Done:
    """How a due page stands after a try: when it is due again, and its validators."""

    url: str
    due_at: float | None
    fetched_at: float | None
    failures: int
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class Parcel:
    """One finished try on its way to the lake: a fetch as JSON, and a capture if there is one."""

    fetch: str
    capture: str | None
    content: bytes | None


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """What is kept of an answer: of robots.txt with its body, of a source its validators."""

    read_at: float
    status: int | None = None
    content: bytes = b""
    problem: str | None = None
    etag: str | None = None
    last_modified: str | None = None
