"""Declared URLs written to the frontier and to ``core.fact_declared``."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pyarrow as pa

from etl.addresses import canonical_url
from etl.ingest.frontier.records import NewPage, Validators
from etl.ingest.frontier.store import Frontier
from etl.ingest.sources.discovery import Declaration, SourceReading
from etl.ingest.web.hosts import host_key
from etl.lake.connection import open_lake
from etl.load.declared import write_declared, write_source_reads
from etl.load.takedown.tombstones import read_tombstones
from etl.outlets.profiles import Outlet, load_outlets
from etl.schema.derive.arrow import arrow_schema
from etl.schema.records import DeclaredLink
from etl.schema.tables.ledgers import FACT_DECLARED
from etl.schema.vocabulary import DeclarationKind
from etl.settings import Settings
from etl.transform.identity import native_article_id, outlet_key
from etl.workflows.retries import again_on_conflict
from etl.workflows.takedown.intake import is_taken_down

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
    _readings: list[_Row] = field(default_factory=list)
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

    def add_reading(self, reading: SourceReading) -> None:
        """Add how the reading of one source ended; it is written with the last declarations."""
        self._readings.append(
            {
                "source": reading.source,
                "declaration_kind": reading.kind.value,
                "outlet_id": reading.outlet.id,
                "run_id": self.run_id,
                "read_at": datetime.now(UTC),
                "outcome": reading.outcome.value,
                "file_count": reading.files,
                "failed_file_count": reading.files - reading.good,
                "entry_count": reading.entries,
                "off_site_count": reading.off_site,
                "reason": _reason(reading),
            }
        )

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

    def addresses(self) -> list[str]:
        """Canonical addresses of what has come and is not written yet."""
        return [page.url for page in self._pages]

    def write(self) -> None:
        """Write what has come."""
        self._write_all(*self._take())
        readings, self._readings = self._readings, []
        if readings:
            self._write_readings(readings)

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
        if rows:
            with open_lake(self.settings) as lake:
                stones = read_tombstones(lake.connection)
            outlets = load_outlets(self.settings.outlets)
            pages = [page for page in pages if not is_taken_down(stones, outlets, page.url)]
            rows = [row for row in rows if not is_taken_down(stones, outlets, str(row["url"]))]
        self.new += self.frontier.pages.add(pages)
        if rows:
            self._write_to_lake(pa.Table.from_pylist(rows, schema=arrow_schema(FACT_DECLARED)))
        for address, validators in read:
            self.frontier.responses.save_validators(address, validators)

    @again_on_conflict
    def _write_readings(self, readings: list[_Row]) -> None:
        with open_lake(self.settings) as lake, lake.write(f"read sources {self.run_id}"):
            write_source_reads(lake.connection, readings)

    @again_on_conflict
    def _write_to_lake(self, rows: pa.Table) -> None:
        with open_lake(self.settings) as lake, lake.write(f"discover {self.run_id}"):
            write_declared(lake.connection, rows)


def _reason(reading: SourceReading) -> str | None:
    """The reading's first problem, with the file that has it where that is not the source."""
    found = reading.problem
    if found is None:
        return None
    place = "" if found.address == reading.source else f" ({found.address})"
    return f"{found.problem}{place}"
