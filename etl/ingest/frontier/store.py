"""The frontier: which pages are to be fetched, when each host may be asked, what is on its way.

One SQLite file under home. Everything that must outlive a kill is committed here before the next
request: a fetched page lies in the outbox until the lake has it, so no page is fetched twice for
nothing. Several processes may work at once: a host belongs to one of them at a time.
"""

import secrets
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import Engine, TextClause, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import CreateIndex, CreateTable

from etl.ingest.frontier.records import Done, DuePage, HostState, KnownAnswer, NewPage, Parcel
from etl.ingest.frontier.tables import METADATA
from etl.storage.locks import exclusive_lock, is_locked

# A live owner renews at each request; one on another machine that has been silent for longer is
# taken for dead. One on this machine is known dead at once, by its lock.
LEASE_SECONDS = 900.0
_BUSY_SECONDS = 30.0
_RESTED = "CASE WHEN owner <> :owner AND next_at < :now + delay THEN :now + delay ELSE next_at END"


@cache
def _sql(statement: str) -> TextClause:
    """Kept, because SQLAlchemy reads a statement through for its parameters each time."""
    return text(statement)


class Frontier:
    """All reads and writes of the frontier; each call is one transaction."""

    def __init__(self, engine: Engine, owner: str) -> None:
        self._engine = engine
        self._owner = owner

    def _run(self, statement: str, values: object = None) -> int:
        with self._engine.begin() as connection:
            return connection.execute(_sql(statement), values).rowcount  # type: ignore[call-overload, no-any-return]

    def _rows(self, statement: str, values: Mapping[str, object]) -> list[tuple[object, ...]]:
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(_sql(statement), values)]

    def add_pages(self, pages: Sequence[NewPage]) -> int:
        """Pages that are not there yet become due; how many those are.

        A page that is there and whose publish time was not known gets it.
        """
        if not pages:
            return 0
        rows = [
            {name: getattr(page, name) for name in NewPage.__slots__}
            for page in {page.url: page for page in reversed(pages)}.values()
        ]
        names = ", ".join(NewPage.__slots__)
        with self._engine.begin() as connection:
            before = connection.execute(text("SELECT count(*) FROM frontier_page")).scalar_one()
            connection.execute(
                text(
                    f"INSERT INTO frontier_page ({names}, due_at, failures) VALUES "
                    "(:url, :address, :host, :outlet_id, :declared_at, :published_at, "
                    ":time_source, :declared_at, 0) "
                    "ON CONFLICT (url) DO UPDATE SET published_at = excluded.published_at, "
                    "time_source = excluded.time_source "
                    "WHERE frontier_page.published_at IS NULL "
                    "AND excluded.published_at IS NOT NULL"
                ),
                rows,
            )
            after = connection.execute(text("SELECT count(*) FROM frontier_page")).scalar_one()
        return int(after) - int(before)

    def due_hosts(self, now: float, outlet_ids: Sequence[str]) -> dict[str, int]:
        """Hosts with pages due, and how many."""
        rows = self._rows(
            f"SELECT host, count(*) FROM frontier_page WHERE due_at <= :now{_among(outlet_ids)} "
            "GROUP BY host ORDER BY host",
            {"now": now, **_outlet_values(outlet_ids)},
        )
        return {str(host): int(str(count)) for host, count in rows}

    def next_due(
        self, host: str, now: float, outlet_ids: Sequence[str], limit: int
    ) -> list[DuePage]:
        """The host's pages that are due for longest."""
        rows = self._rows(
            "SELECT url, address, host, outlet_id, declared_at, published_at, time_source, "
            "fetched_at, failures, etag, last_modified FROM frontier_page "
            f"WHERE host = :host AND due_at <= :now{_among(outlet_ids)} "
            "ORDER BY due_at, url LIMIT :limit",
            {"host": host, "now": now, "limit": limit, **_outlet_values(outlet_ids)},
        )
        return [DuePage(*row) for row in rows]  # type: ignore[arg-type]

    def finish(self, tries: Sequence[tuple[Done, Parcel]]) -> None:
        """Tries have ended: the pages' next times, and what the lake must learn, in one commit."""
        with self._engine.begin() as connection:
            connection.execute(
                _sql(
                    "UPDATE frontier_page SET due_at = :due_at, fetched_at = :fetched_at, "
                    "failures = :failures, etag = :etag, last_modified = :last_modified "
                    "WHERE url = :url"
                ),
                [{name: getattr(done, name) for name in Done.__slots__} for done, _ in tries],
            )
            connection.execute(
                _sql(
                    "INSERT INTO frontier_outbox (owner, size, fetch, capture, content) "
                    "VALUES (:owner, :size, :fetch, :capture, :content)"
                ),
                [
                    {
                        "owner": self._owner,
                        "size": len(parcel.content or b""),
                        "fetch": parcel.fetch,
                        "capture": parcel.capture,
                        "content": parcel.content,
                    }
                    for _, parcel in tries
                ],
            )

    def postpone(self, url: str, until: float) -> None:
        """A page that could not be tried now is due later."""
        self._run(
            "UPDATE frontier_page SET due_at = :until WHERE url = :url",
            {"url": url, "until": until},
        )

    def outbox_count(self) -> int:
        """Parcels of this owner."""
        ((count,),) = self._rows(
            "SELECT count(*) FROM frontier_outbox WHERE owner = :owner", {"owner": self._owner}
        )
        return int(str(count))

    def outbox(self, max_rows: int, max_bytes: int) -> list[tuple[int, Parcel]]:
        """The owner's oldest parcels with their ids, about ``max_bytes`` of content together."""
        rows = self._rows(
            "SELECT id, size FROM frontier_outbox WHERE owner = :owner ORDER BY id LIMIT :rows",
            {"owner": self._owner, "rows": max_rows},
        )
        last, total = None, 0
        for row_id, size in rows:
            if last is not None and total >= max_bytes:
                break
            last, total = row_id, total + int(str(size))
        if last is None:
            return []
        parcels = self._rows(
            "SELECT id, fetch, capture, content FROM frontier_outbox "
            "WHERE owner = :owner AND id <= :last ORDER BY id",
            {"owner": self._owner, "last": last},
        )
        return [(row_id, Parcel(*rest)) for row_id, *rest in parcels]  # type: ignore[misc, arg-type]

    def clear_outbox(self, last_id: int) -> None:
        """The lake has this owner's parcels up to that id."""
        self._run(
            "DELETE FROM frontier_outbox WHERE owner = :owner AND id <= :last",
            {"owner": self._owner, "last": last_id},
        )

    def claim(self, host: str, delay: float) -> HostState | None:
        """Make this owner the only one to ask the host; None if another one is.

        A host whose owner was lost has its whole delay before it: when it was last asked is not
        known.
        """
        now = time.time()
        values = {"host": host, "owner": self._owner, "delay": delay, "now": now}
        with self._engine.begin() as connection:
            connection.execute(
                _sql(
                    "INSERT INTO frontier_host "
                    "(host, next_at, delay, failures, open_until, lease_until) "
                    "VALUES (:host, 0, :delay, 0, 0, 0) ON CONFLICT (host) DO NOTHING"
                ),
                values,
            )
            claimed = connection.execute(
                _sql(
                    "UPDATE frontier_host "
                    f"SET owner = :owner, lease_until = :until, next_at = {_RESTED}, "
                    "delay = :delay WHERE host = :host "
                    "AND (owner IS NULL OR owner = :owner OR lease_until < :now) "
                    "RETURNING next_at, failures, open_until"
                ),
                {**values, "until": now + LEASE_SECONDS},
            ).one_or_none()
        if claimed is None:
            return None
        next_at, failures, open_until = claimed
        return HostState(host, next_at, delay, failures, open_until)

    def keep(self, state: HostState) -> bool:
        """Write a host's state and renew the lease; False if another owner has taken it over."""
        return bool(
            self._run(
                "UPDATE frontier_host SET next_at = :next_at, delay = :delay, "
                "failures = :failures, open_until = :open_until, lease_until = :until "
                "WHERE host = :host AND owner = :owner",
                {
                    "host": state.host,
                    "next_at": state.next_at,
                    "delay": state.delay,
                    "failures": state.failures,
                    "open_until": state.open_until,
                    "until": max(time.time() + state.delay, state.next_at) + LEASE_SECONDS,
                    "owner": self._owner,
                },
            )
        )

    def release(self) -> None:
        """Give all hosts back."""
        self._run(
            "UPDATE frontier_host SET owner = NULL, lease_until = 0 WHERE owner = :owner",
            {"owner": self._owner},
        )

    def open_circuits(self, hosts: Sequence[str]) -> list[str]:
        """Those of the hosts that nothing is asked of for now."""
        rows = self._rows(
            "SELECT host FROM frontier_host WHERE open_until > :now ORDER BY host",
            {"now": time.time()},
        )
        return [str(host) for (host,) in rows if host in hosts]

    def robots(self, origin: str) -> KnownAnswer | None:
        """The origin's robots.txt as it was last read."""
        rows = self._rows(
            "SELECT read_at, status, content, problem FROM frontier_robots WHERE origin = :origin",
            {"origin": origin},
        )
        return KnownAnswer(*rows[0]) if rows else None  # type: ignore[arg-type]

    def keep_robots(self, origin: str, answer: KnownAnswer) -> None:
        """Remember an answer to robots.txt."""
        self._run(
            "INSERT INTO frontier_robots (origin, read_at, status, content, problem) "
            "VALUES (:origin, :read_at, :status, :content, :problem) "
            "ON CONFLICT (origin) DO UPDATE SET read_at = excluded.read_at, "
            "status = excluded.status, content = excluded.content, problem = excluded.problem",
            {
                "origin": origin,
                "read_at": answer.read_at,
                "status": answer.status,
                "content": answer.content,
                "problem": answer.problem,
            },
        )

    def source(self, url: str) -> KnownAnswer | None:
        """The validators of a feed, sitemap or listing that was read before."""
        rows = self._rows(
            "SELECT read_at, etag, last_modified FROM frontier_source WHERE url = :url",
            {"url": url},
        )
        if not rows:
            return None
        read_at, etag, last_modified = rows[0]
        return KnownAnswer(read_at, etag=etag, last_modified=last_modified)  # type: ignore[arg-type]

    def keep_source(self, url: str, answer: KnownAnswer) -> None:
        """Remember a source's validators: all it declared is stored."""
        self._run(
            "INSERT INTO frontier_source (url, read_at, etag, last_modified) "
            "VALUES (:url, :read_at, :etag, :last_modified) "
            "ON CONFLICT (url) DO UPDATE SET read_at = excluded.read_at, "
            "etag = excluded.etag, last_modified = excluded.last_modified",
            {
                "url": url,
                "read_at": answer.read_at,
                "etag": answer.etag,
                "last_modified": answer.last_modified,
            },
        )

    def owners(self) -> set[str]:
        """Who holds a host or has parcels."""
        rows = self._rows(
            "SELECT owner FROM frontier_host WHERE owner IS NOT NULL "
            "UNION SELECT owner FROM frontier_outbox",
            {},
        )
        return {str(owner) for (owner,) in rows}

    def inherit(self, dead: str) -> None:
        """Take over what a dead owner left: its parcels become this owner's, its hosts free."""
        values = {"owner": self._owner, "dead": dead, "now": time.time()}
        self._run("UPDATE frontier_outbox SET owner = :owner WHERE owner = :dead", values)
        self._run(
            f"UPDATE frontier_host SET next_at = {_RESTED}, owner = NULL, lease_until = 0 "
            "WHERE owner = :dead",
            values,
        )


def _among(outlet_ids: Sequence[str]) -> str:
    if not outlet_ids:
        return ""
    places = ", ".join(f":outlet{number}" for number in range(len(outlet_ids)))
    return f" AND outlet_id IN ({places})"


def _outlet_values(outlet_ids: Sequence[str]) -> dict[str, object]:
    return {f"outlet{number}": outlet_id for number, outlet_id in enumerate(outlet_ids)}


@contextmanager
def open_frontier(folder: Path, run_id: str) -> Iterator[Frontier]:
    """The frontier in that folder, made where it is not there; dead owners' leavings taken over."""
    owners = folder / "owners"
    owners.mkdir(parents=True, exist_ok=True)
    owner = f"{socket.gethostname()}:{run_id}:{secrets.token_hex(4)}"
    engine = create_engine(
        f"sqlite:///{folder / 'frontier.sqlite'}", connect_args={"timeout": _BUSY_SECONDS}
    )
    event.listen(engine, "connect", _prepare)
    lock = owners / f"{owner}.lock"
    try:
        # It goes with its process, and is held before the owner claims anything.
        with exclusive_lock(lock):
            _make(engine, folder)
            frontier = Frontier(engine, owner)
            for other in sorted(frontier.owners() - {owner}):
                if not is_locked(owners / f"{other}.lock"):
                    frontier.inherit(other)
                    (owners / f"{other}.lock").unlink(missing_ok=True)
            try:
                yield frontier
            finally:
                frontier.release()
    finally:
        lock.unlink(missing_ok=True)
        engine.dispose()


def _make(engine: Engine, folder: Path) -> None:
    """Make what is not there, one process after the other.

    SQLite does not wait for others when it changes a file's journal mode; it says "database is
    locked" at once (https://www.sqlite.org/wal.html#sometimes_queries_return_sqlite_busy_in_wal_mode).
    """
    with exclusive_lock(folder / "frontier.lock"), engine.connect() as connection:
        # Write ahead: readers don't wait; a commit survives a kill. The file keeps the mode.
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        for table in METADATA.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))
            for index in table.indexes:
                connection.execute(CreateIndex(index, if_not_exists=True))
        connection.commit()


def _prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()
