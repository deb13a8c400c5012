"""The frontier: which pages are to be fetched, when each host may be asked, what is on its way.

One SQLite file under home. Everything that must outlive a kill is committed here before the next
request. Several processes may work at once: a host belongs to one of them at a time.
"""

import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import CreateIndex, CreateTable

from etl.ingest.frontier.database import Database
from etl.ingest.frontier.hosts import HostLeases
from etl.ingest.frontier.outbox import Outbox
from etl.ingest.frontier.pages import PageQueue
from etl.ingest.frontier.responses import ResponseCache
from etl.ingest.frontier.tables import METADATA
from etl.storage.locks import exclusive_lock, is_locked

_FILE = "frontier.sqlite"
_BUSY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Frontier:
    """The frontier as one owner sees it; each call of its parts is one transaction."""

    pages: PageQueue
    hosts: HostLeases
    outbox: Outbox
    responses: ResponseCache
    database: Database


def frontier_file(folder: Path) -> Path:
    """The frontier's database in its folder."""
    return folder / _FILE


def has_frontier(folder: Path) -> bool:
    """Whether a folder has a frontier."""
    return frontier_file(folder).exists()


@contextmanager
def open_frontier(folder: Path, run_id: str) -> Iterator[Frontier]:
    """Open the frontier of a folder, created if missing, and take over from owners that died.

    Args:
        folder: where it lies.
        run_id: the run, for the owner's name.

    Yields:
        The frontier, whose hosts are released at the end.
    """
    owners = folder / "owners"
    owners.mkdir(parents=True, exist_ok=True)
    owner = f"{socket.gethostname()}:{run_id}:{secrets.token_hex(4)}"
    engine = create_engine(f"sqlite:///{folder / _FILE}", connect_args={"timeout": _BUSY_SECONDS})
    event.listen(engine, "connect", _prepare)
    lock = owners / f"{owner}.lock"
    try:
        # It ends with its process, and is held before the owner claims anything.
        with exclusive_lock(lock):
            _make(engine, folder)
            database = Database(engine)
            frontier = Frontier(
                PageQueue(database),
                HostLeases(database, owner),
                Outbox(database, owner),
                ResponseCache(database),
                database,
            )
            for other in sorted(_owners(database) - {owner}):
                if not is_locked(owners / f"{other}.lock"):
                    frontier.outbox.take_over(other)
                    frontier.hosts.free(other)
                    (owners / f"{other}.lock").unlink(missing_ok=True)
            try:
                yield frontier
            finally:
                frontier.hosts.release_all()
    finally:
        lock.unlink(missing_ok=True)
        engine.dispose()


def _owners(database: Database) -> set[str]:
    """Who holds a host or has entries in the outbox."""
    rows = database.rows(
        "SELECT owner FROM frontier_host WHERE owner IS NOT NULL "
        "UNION SELECT owner FROM frontier_outbox",
        {},
    )
    return {str(owner) for (owner,) in rows}


def _make(engine: Engine, folder: Path) -> None:
    """Create missing tables, one process after the other.

    SQLite does not wait for others when it changes a file's journal mode; it says "database is
    locked" at once (https://www.sqlite.org/wal.html#sometimes_queries_return_sqlite_busy_in_wal_mode).
    """
    with exclusive_lock(folder / "frontier.lock"), engine.connect() as connection:
        # Write-ahead log: readers don't wait, commits survive a kill. The file keeps the mode.
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
