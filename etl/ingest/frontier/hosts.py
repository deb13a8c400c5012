"""Hosts: the state of each, and the lease that gives it to one process at a time."""

import time
from collections.abc import Sequence

from etl.ingest.frontier.database import Database, sql
from etl.ingest.frontier.records import HostState

# A live owner renews at each request; one on another machine that hasn't for so long is taken for
# dead. One on this machine is known dead at once, by its lock.
LEASE_SECONDS = 900.0
# A lease lasts on through a host's pause, a day at most; a longer one is of a clock that was ahead.
_LONGEST_LEASE_SECONDS = 2 * 86_400.0
_RESTED = "CASE WHEN owner <> :owner AND next_at < :now + delay THEN :now + delay ELSE next_at END"


class HostLeases:
    """The hosts as one owner sees them."""

    def __init__(self, database: Database, owner: str) -> None:
        self._database = database
        self._owner = owner

    def claim(self, host: str, delay: float) -> HostState | None:
        """Lease a host to this owner; None if another owner holds it.

        A host whose owner died must rest for its full delay: the time of its last request is
        unknown.

        Args:
            host: its key.
            delay: least seconds between two requests.
        """
        now = time.time()
        values = {"host": host, "owner": self._owner, "delay": delay, "now": now}
        with self._database.begin() as connection:
            connection.execute(
                sql(
                    "INSERT INTO frontier_host "
                    "(host, next_at, delay, failures, open_until, lease_until) "
                    "VALUES (:host, 0, :delay, 0, 0, 0) ON CONFLICT (host) DO NOTHING"
                ),
                values,
            )
            claimed = connection.execute(
                sql(
                    "UPDATE frontier_host "
                    f"SET owner = :owner, lease_until = :until, next_at = {_RESTED}, "
                    "delay = :delay WHERE host = :host "
                    "AND (owner IS NULL OR owner = :owner OR lease_until < :now "
                    "OR lease_until > :latest) "
                    "RETURNING next_at, failures, open_until"
                ),
                {**values, "until": now + LEASE_SECONDS, "latest": now + _LONGEST_LEASE_SECONDS},
            ).one_or_none()
        if claimed is None:
            return None
        next_at, failures, open_until = claimed
        return HostState(host, next_at, delay, failures, open_until)

    def save(self, state: HostState) -> bool:
        """Save a host's state and renew its lease; False if another owner has taken it."""
        return bool(
            self._database.execute(
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

    def delay_of(self, host: str) -> float:
        """Seconds between two requests to a host, as last known; 0 if it was never asked."""
        rows = self._database.rows(
            "SELECT delay FROM frontier_host WHERE host = :host", {"host": host}
        )
        return float(str(rows[0][0])) if rows else 0.0

    def release_all(self) -> None:
        """Release all hosts of this owner."""
        self._database.execute(
            "UPDATE frontier_host SET owner = NULL, lease_until = 0 WHERE owner = :owner",
            {"owner": self._owner},
        )

    def open_circuits(self, hosts: Sequence[str]) -> list[str]:
        """Those of the hosts whose circuit is open: no request is sent to them for now."""
        rows = self._database.rows(
            "SELECT host FROM frontier_host WHERE open_until > :now ORDER BY host",
            {"now": time.time()},
        )
        return [str(host) for (host,) in rows if host in hosts]

    def free(self, dead_owner: str) -> None:
        """Free the hosts of an owner that is gone."""
        self._database.execute(
            f"UPDATE frontier_host SET next_at = {_RESTED}, owner = NULL, lease_until = 0 "
            "WHERE owner = :dead",
            {"owner": self._owner, "dead": dead_owner, "now": time.time()},
        )
