"""Declared URLs written to the frontier and to ``core.fact_declared``."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa

from etl.addresses import canonical_url
from etl.ingest.frontier.records import NewPage, Validators
from etl.ingest.frontier.store import Frontier
from etl.ingest.sources.discovery import Declaration
from etl.ingest.web.hosts import host_key
from etl.lake.connection import open_lake
from etl.load import takedown
from etl.load.declared import write_declared
from etl.outlets.profiles import Outlet, load_outlets
from etl.schema.derive.arrow import arrow_schema
from etl.schema.records import DeclaredLink
from etl.schema.tables.ledgers import FACT_DECLARED
from etl.schema.vocabulary import DeclarationKind
from etl.settings import Settings
from etl.transform.identity import native_article_id, outlet_key
from etl.workflows.retries import again_on_conflict

# Rows held before they are stored: bounds memory, and keeps commits few.
_DECLARED_ROWS = 5_000
# Sources that give times of publication.
TIMED = (DeclarationKind.FEED, DeclarationKind.SITEMAP)
_Row = dict[str, object]


@dataclass(slots=True)
class DeclarationWriter:
    """Collects declared URLs and writes them: to the frontier, to the lake, then the validators.

    After a kill in between, a repeated run writes the rest: each write is idempotent, and without
    its validators a source is read again.
    """

    settings: Settings
    frontier: Frontier
    run_id: str
    declared: int = 0
    new: int = 0
    _rows: dict[tuple[str, str], _Row] = field(default_factory=dict)
    _pages: list[NewPage] = field(default_factory=list)
    _read: list[tuple[str, Validators]] = field(default_factory=list)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def add_source(self, declaration: Declaration) -> None:
        """Add all that one source declared; write when enough has come."""
        for link in declaration.links:
            self.add(
                declaration.outlet, declaration.kind, declaration.address, declaration.read_at, link
            )
        self._read.append((declaration.address, declaration.validators))
        if len(self._rows) >= _DECLARED_ROWS:
            load = self._take()
            async with self._lock:
                await asyncio.to_thread(self._write_all, *load)

    def add(
        self,
        outlet: Outlet | None,
        kind: DeclarationKind,
        declared_in: str,
        declared_at: datetime,
        link: DeclaredLink,
    ) -> None:
        """Add one declared URL; one that can't be read as an address is left out.

        Args:
            outlet: its outlet; None to find it by the URL's host.
            kind: what declared it.
            declared_in: the source's address, or the list's name.
            declared_at: when the source was read.
            link: the URL with what the source says of it.
        """
        url = canonical_url(link.url)
        if url is None:
            return
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

    def write(self) -> None:
        """Write what has come."""
        self._write_all(*self._take())

    def _take(
        self,
    ) -> tuple[list[_Row], list[NewPage], list[tuple[str, Validators]]]:
        load = list(self._rows.values()), self._pages, self._read
        self._rows, self._pages, self._read = {}, [], []
        return load

    def _write_all(
        self,
        rows: list[_Row],
        pages: list[NewPage],
        read: list[tuple[str, Validators]],
    ) -> None:
        kept_out = self._taken_down() if pages else set()
        self.new += self.frontier.pages.add([page for page in pages if page.url not in kept_out])
        if rows:
            self._write_to_lake(pa.Table.from_pylist(rows, schema=arrow_schema(FACT_DECLARED)))
        for address, validators in read:
            self.frontier.responses.save_validators(address, validators)

    def _taken_down(self) -> set[str]:
        """Addresses that are not to be fetched again."""
        with open_lake(self.settings) as lake:
            return takedown.taken_down_urls(lake.connection)

    @again_on_conflict
    def _write_to_lake(self, rows: pa.Table) -> None:
        with open_lake(self.settings) as lake, lake.write(f"discover {self.run_id}"):
            write_declared(lake.connection, rows)
            takedown.sweep(lake.connection)
