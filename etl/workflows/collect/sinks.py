"""What collection from the web writes: declared URLs, captures, tries; and the runs of its steps.

The frontier is written before the lake, and what makes the next request conditional last: a kill in
between repeats the rest, and each part is left as it is where it is there already.
"""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa

from etl.ingest.batches import BATCH_BYTES
from etl.ingest.capture import capture_from
from etl.ingest.frontier.records import KnownAnswer, NewPage
from etl.ingest.frontier.store import Frontier
from etl.ingest.sources.discovery import Declaration
from etl.ingest.web.client import host_key
from etl.lake.connection import open_lake, transaction, writer_lock
from etl.load import runs, write
from etl.load.declared import write_declared, write_fetches
from etl.outlets.profiles import Outlet, load_outlets
from etl.schema.derive.arrow import arrow_schema
from etl.schema.records import DeclaredLink
from etl.schema.tables.ledgers import FACT_DECLARED
from etl.schema.vocabulary import DeclarationKind
from etl.settings import Settings
from etl.transform.identity import canonical_url, native_article_id, outlet_key
from etl.workflows.retries import again_on_conflict

# Rows held before they are stored: bounds memory, and keeps commits few.
_DECLARED_ROWS = 5_000
# What tells times of publication.
TIMED = (DeclarationKind.FEED, DeclarationKind.SITEMAP)
_Row = dict[str, object]


@dataclass(slots=True)
class Register:
    """Declared URLs on their way: first to the frontier, then to the lake, then the validators.

    A kill between these repeats the rest: each is left as it is where it is there already.
    """

    settings: Settings
    frontier: Frontier
    run_id: str
    declared: int = 0
    new: int = 0
    _rows: dict[tuple[str, str], _Row] = field(default_factory=dict)
    _pages: list[NewPage] = field(default_factory=list)
    _read: list[tuple[str, KnownAnswer]] = field(default_factory=list)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def take(self, declaration: Declaration) -> None:
        """All that one source declared."""
        for link in declaration.links:
            self.add(
                declaration.outlet, declaration.kind, declaration.address, declaration.read_at, link
            )
        self._read.append((declaration.address, declaration.validators))
        if len(self._rows) >= _DECLARED_ROWS:
            load = self._taken()
            async with self._lock:
                await asyncio.to_thread(self._store, *load)

    def add(
        self,
        outlet: Outlet | None,
        kind: DeclarationKind,
        declared_in: str,
        declared_at: datetime,
        link: DeclaredLink,
    ) -> None:
        """One declared URL."""
        url = canonical_url(link.url)
        owner = outlet or load_outlets(self.settings.outlets).for_url(url)
        outlet_id = outlet_key(owner, url)
        self.declared += 1
        self._rows.setdefault(
            (declared_in, url),
            {
                "declared_in": declared_in,
                "url": url,
                "declaration_kind": kind.value,
                "outlet_id": outlet_id,
                "article_id": native_article_id(owner, url),
                "declared_at": declared_at,
                "declared_rank": link.rank,
                "title": link.title,
                "published_at": link.published_at,
                "section": link.section,
                "capture_id": None,
            },
        )
        self._pages.append(
            NewPage(
                url,
                link.url.partition("#")[0],
                host_key(link.url),
                outlet_id,
                declared_at.timestamp(),
                link.published_at.timestamp() if link.published_at else None,
                kind.value if link.published_at and kind in TIMED else None,
            )
        )

    def store(self) -> None:
        """Store what has come."""
        self._store(*self._taken())

    def _taken(
        self,
    ) -> tuple[list[_Row], list[NewPage], list[tuple[str, KnownAnswer]]]:
        load = list(self._rows.values()), self._pages, self._read
        self._rows, self._pages, self._read = {}, [], []
        return load

    def _store(
        self,
        rows: list[_Row],
        pages: list[NewPage],
        read: list[tuple[str, KnownAnswer]],
    ) -> None:
        self.new += self.frontier.add_pages(pages)
        if rows:
            self._write(pa.Table.from_pylist(rows, schema=arrow_schema(FACT_DECLARED)))
        for address, validators in read:
            self.frontier.keep_source(address, validators)

    @again_on_conflict
    def _write(self, rows: pa.Table) -> None:
        with (
            open_lake(self.settings) as connection,
            writer_lock(self.settings),
            transaction(connection, f"discover {self.run_id}"),
        ):
            write_declared(connection, rows)


@dataclass(slots=True)
class Store:
    """From the frontier's outbox to the lake, a batch a commit; one batch in memory at a time."""

    settings: Settings
    frontier: Frontier
    run_id: str
    batch_ids: list[str] = field(default_factory=list)
    _number: int = 0
    _rows: int = 0
    _bytes: int = 0
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def prepare(self) -> None:
        """Open the lake once: what is wrong with it is told before anything is asked of the web.

        And what opening it imports would hold up the fetcher in the middle of its work.
        """
        with open_lake(self.settings):
            pass

    async def page_done(self, size: int) -> None:
        """Store a batch if one is full; pages go on being fetched meanwhile.

        :param size: bytes of the page.
        """
        self._rows += 1
        self._bytes += size
        is_full = self._rows >= self.settings.batch_rows or self._bytes >= BATCH_BYTES
        if is_full and not self._lock.locked():
            self._rows = self._bytes = 0
            async with self._lock:
                await asyncio.to_thread(self._store)

    def empty(self) -> None:
        """Store all that the outbox holds."""
        while self.frontier.outbox_count():
            self._store()

    @again_on_conflict
    def _store(self) -> None:
        parcels = self.frontier.outbox(self.settings.batch_rows, BATCH_BYTES)
        captures = {}
        for _, parcel in parcels:
            if parcel.capture is not None:
                fields = json.loads(parcel.capture)
                capture = capture_from({**fields, "content": parcel.content or b""})
                captures[capture.capture_id] = capture
        fetches = [json.loads(parcel.fetch) for _, parcel in parcels]
        for row in fetches:
            row["fetched_at"] = datetime.fromisoformat(row["fetched_at"])
        batch_id = f"{self.run_id}-{self._number + 1:06d}"
        with open_lake(self.settings) as connection, writer_lock(self.settings):
            known = write.known_captures(connection, list(captures))
            rows = [
                capture.row(batch_id, self.run_id)
                for capture_id, capture in captures.items()
                if capture_id not in known
            ]
            with transaction(connection, f"fetch {batch_id}"):
                if rows:
                    write.insert_captures(connection, rows)
                write_fetches(connection, fetches)
        if rows:
            self._number += 1
            self.batch_ids.append(batch_id)
        self.frontier.clear_outbox(parcels[-1][0])


@again_on_conflict
def record(
    settings: Settings,
    run_id: str,
    message: str,
    step: str,
    started_at: datetime,
    counts: tuple[int, int, int],
) -> None:
    """Write the run of one step into ``core.etl_run``."""
    batch_id = message.partition(" ")[2] if step == "discover" else runs.ALL
    with (
        open_lake(settings) as connection,
        writer_lock(settings),
        transaction(connection, message),
    ):
        runs.record_run(connection, run_id, step, batch_id, started_at, counts)
