"""Discovery of URLs: outlets' feeds, sitemaps and listings, read by the polite client."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError

from etl.errors import KhoborError
from etl.ingest.frontier.records import Validators
from etl.ingest.frontier.store import Frontier
from etl.ingest.sources import feeds, sitemaps
from etl.ingest.sources.listings import read_listing
from etl.ingest.sources.reader_process import SourceReader
from etl.ingest.web.client import PoliteClient
from etl.ingest.web.hosts import PATIENCE_SECONDS, host_key
from etl.ingest.web.http import Response, gunzip
from etl.outlets.profiles import Outlet, Outlets, sitemap_on
from etl.schema.problems import Problem, SourceProblem, UnreadableSourceError
from etl.schema.records import DeclaredLink
from etl.schema.vocabulary import DeclarationKind, FetchOutcome, ProblemCode, SourceOutcome

# Google News sitemaps hold two days; so does a run without a range.
_USUAL_RANGE = timedelta(days=2)
# An index of indexes occurs, deeper ones are traps. A thousand files take a thousand seconds at the
# usual delay.
_MAX_DEPTH = 3
_MAX_SITEMAPS = 1_000
# A host that allows one request a run would else be asked for its sources alone: after each reading
# so many turns are its pages'.
_PAGE_TURNS = 10


@dataclass(frozen=True, slots=True)
class Declaration:
    """What one source declared of an outlet; ``validators`` make the next request conditional."""

    outlet: Outlet
    kind: DeclarationKind
    address: str
    read_at: datetime
    links: Sequence[DeclaredLink]
    validators: Validators


@dataclass(slots=True)
class SourceReading:
    """One source of a profile while it is read; a sitemap's index has files below it."""

    outlet: Outlet
    kind: DeclarationKind
    source: str
    files: int = 0
    good: int = 0
    unchanged: int = 0
    put_off: int = 0
    entries: int = 0
    off_site: int = 0
    problem: SourceProblem | None = None

    @property
    def is_dated(self) -> bool:
        """Whether the source is one of sitemaps with a day in their addresses."""
        return "{date" in self.source

    @property
    def outcome(self) -> SourceOutcome:
        """How the reading ended: good if one of its files was."""
        if self.good > self.unchanged:
            return SourceOutcome.READ
        if self.good:
            return SourceOutcome.UNCHANGED
        return SourceOutcome.PUT_OFF if self.put_off == self.files else SourceOutcome.FAILED


@dataclass(frozen=True, slots=True)
class _SitemapFile:
    """One file of a sitemap; ``depth`` counts the indexes above it, from 1."""

    address: str
    depth: int
    reading: SourceReading


# The source itself did nothing wrong: another run asks its host, or the host wants a pause.
_PUT_OFF = (ProblemCode.HOST_TAKEN, ProblemCode.ASKED_TO_WAIT)


@dataclass(slots=True)
class Discovery:
    """Reads sources; what they declare goes to ``sink``, how their readings ended to ``done``."""

    client: PoliteClient
    frontier: Frontier
    outlets: Outlets
    sink: Callable[[Declaration], Awaitable[None]]
    done: Callable[[SourceReading], None]
    since: datetime | None
    until: datetime | None
    max_bytes: int
    read: int = 0
    unchanged: int = 0
    off_site: int = 0
    problems: list[SourceProblem] = field(default_factory=list)
    _reader: SourceReader = field(default_factory=SourceReader)

    async def run(self, kind: DeclarationKind, outlets: Sequence[Outlet]) -> None:
        """Read all sources of that kind: each outlet's in turn, the outlets in parallel."""
        try:
            async with asyncio.TaskGroup() as group:
                for outlet in outlets:
                    group.create_task(self._outlet(kind, outlet))
        finally:
            self._reader.close()

    async def _outlet(self, kind: DeclarationKind, outlet: Outlet) -> None:
        if kind is DeclarationKind.FEED:
            for address in outlet.feeds:
                reading = SourceReading(outlet, kind, address)
                await self._page(reading, feeds.ACCEPT, self._feed)
        elif kind is DeclarationKind.LISTING:
            for address in outlet.listings:
                reading = SourceReading(outlet, kind, address)
                await self._page(reading, "text/html,*/*;q=0.5", self._listing)
        else:
            await self._sitemaps(outlet)

    async def _feed(self, outlet: Outlet, response: Response) -> list[DeclaredLink]:
        return await self._reader.read(
            feeds.read_feed,
            response.content,
            response.headers.get("content-type"),
            response.url,
            ZoneInfo(outlet.timezone),
        )

    async def _listing(self, outlet: Outlet, response: Response) -> list[DeclaredLink]:
        links = await self._reader.read(read_listing, response.content, response.url, outlet)
        if not links:
            raise UnreadableSourceError(ProblemCode.NO_ENTRIES, "it has no link to an article")
        return links

    def _is_in_range(self, moment: datetime | None) -> bool:
        """Whether a time is in the range; a page without a time counts as inside."""
        if moment is None:
            return True
        if self.since is not None and moment < self.since:
            return False
        return self.until is None or moment <= self.until

    async def _page(
        self,
        reading: SourceReading,
        accept: str,
        read: Callable[[Outlet, Response], Awaitable[list[DeclaredLink]]],
    ) -> None:
        """One feed or listing."""
        address, declaration = reading.source, None
        with self._reported(reading, address):
            response = await self._response(reading, address, self.max_bytes, accept)
            if response is not None:
                links = await read(reading.outlet, response)
                declaration = self._declaration(reading, address, response, links)
        self.done(reading)
        if declaration is not None:
            wanted = [link for link in declaration.links if self._is_in_range(link.published_at)]
            await self.sink(replace(declaration, links=wanted))

    @contextmanager
    def _reported(self, reading: SourceReading, address: str) -> Iterator[None]:
        """Report whatever the reading of one file raises; the other sources go on.

        Errors of this machine (the frontier's database, a full disk) are not the source's.
        """
        reading.files += 1
        try:
            yield
        except UnreadableSourceError as error:
            self._report(reading, address, error.problem)
        except (KhoborError, SQLAlchemyError, OSError):
            raise
        except Exception as error:  # noqa: BLE001  (any defect; the report names it)
            self._report(reading, address, Problem.internal(error))

    def _report(self, reading: SourceReading, address: str, problem: Problem) -> None:
        found = SourceProblem(address, problem)
        reading.problem = reading.problem or found
        self.problems.append(found)

    async def _response(
        self, reading: SourceReading, address: str, max_bytes: int, accept: str
    ) -> Response | None:
        """A response with a body; None for a source that is unchanged or a problem."""
        if wait := self._wait_for_pages(address):
            reading.put_off += 1
            self._report(reading, address, wait)
            return None
        # A range asks for another part of what may be an unchanged file.
        known = None if self.since or self.until else self.frontier.responses.validators(address)
        fetched = await self.client.get(
            address,
            max_bytes,
            known.etag if known else None,
            known.last_modified if known else None,
            accept,
        )
        if fetched.outcome is FetchOutcome.NOT_MODIFIED:
            self.read += 1
            self.unchanged += 1
            reading.good += 1
            reading.unchanged += 1
            return None
        if fetched.problem is not None:
            reading.put_off += fetched.problem.code in _PUT_OFF
            self._report(reading, address, fetched.problem)
            return None
        return fetched.response

    def _wait_for_pages(self, address: str) -> Problem | None:
        """Why a source isn't read now: the few turns of its host are its pages'."""
        delay = self.frontier.hosts.delay_of(host_key(address))
        known = self.frontier.responses.validators(address)
        if delay <= PATIENCE_SECONDS or known is None:
            return None
        left = known.read_at + _PAGE_TURNS * delay - time.time()
        if not 0 < left <= _PAGE_TURNS * delay:
            return None
        detail = f"its host wants {delay:.0f} s between two requests; read again in {left:.0f} s"
        return Problem(ProblemCode.ASKED_TO_WAIT, detail)

    def _declaration(
        self,
        reading: SourceReading,
        address: str,
        response: Response,
        links: Sequence[DeclaredLink],
    ) -> Declaration:
        """What a source that could be read declares of its outlet."""
        own = [link for link in links if self.outlets.is_of(reading.outlet, link.url)]
        self.read += 1
        self.off_site += len(links) - len(own)
        reading.good += 1
        reading.entries += len(own)
        reading.off_site += len(links) - len(own)
        now = datetime.now(UTC)
        # An outlet whose clock is ahead would make articles of the future.
        own = [
            replace(link, published_at=None)
            if link.published_at and link.published_at > now + timedelta(hours=1)
            else link
            for link in own
        ]
        validators = Validators(
            time.time(),
            etag=response.headers.get("etag"),
            last_modified=response.headers.get("last-modified"),
        )
        return Declaration(reading.outlet, reading.kind, address, now, own, validators)

    async def _sitemaps(self, outlet: Outlet) -> None:
        """Read the outlet's sitemaps and those they list, the newest day first."""
        now = datetime.now(UTC)
        since = self.since or now - _USUAL_RANGE
        zone = ZoneInfo(outlet.timezone)
        days = sitemaps.days(self.since, self.until, now, zone)
        readings = [
            SourceReading(outlet, DeclarationKind.SITEMAP, template) for template in outlet.sitemaps
        ]
        waiting = deque(
            _SitemapFile(address, 1, reading)
            for reading in readings
            for address in dict.fromkeys(sitemap_on(reading.source, day) for day in days)
        )
        seen = {file.address for file in waiting}
        count = 0
        while waiting:
            file = waiting.popleft()
            count += 1
            if count > _MAX_SITEMAPS:
                detail = f"{outlet.id} names more than {_MAX_SITEMAPS}; the rest is left out"
                problem = Problem(ProblemCode.TOO_MANY_SITEMAPS, detail)
                self._report(file.reading, file.address, problem)
                break
            declaration, children = await self._sitemap(file, zone, since)
            if file.depth == _MAX_DEPTH and children:
                detail = f"an index {_MAX_DEPTH - 1} deep is not followed"
                problem = Problem(ProblemCode.INDEX_TOO_DEEP, detail)
                self._report(file.reading, file.address, problem)
            else:
                for child in _newest_first(children):
                    is_old = child.modified_at is not None and child.modified_at < since
                    if child.url not in seen and not is_old:
                        seen.add(child.url)
                        waiting.append(_SitemapFile(child.url, file.depth + 1, file.reading))
            if declaration is not None:
                await self.sink(declaration)
        for reading in readings:
            if reading.files:
                self.done(reading)

    async def _sitemap(
        self, file: _SitemapFile, zone: ZoneInfo, since: datetime
    ) -> tuple[Declaration | None, Sequence[sitemaps.ChildSitemap]]:
        """What one file declares, if it can be read, and the files that it lists."""
        with self._reported(file.reading, file.address):
            response = await self._response(
                file.reading, file.address, sitemaps.MAX_BYTES, sitemaps.ACCEPT
            )
            if response is not None:
                found = await self._read_sitemap(file, response, zone)
                links = [page.link for page in found.pages]
                declaration = self._declaration(file.reading, file.address, response, links)
                wanted = {
                    page.link.url
                    for page in found.pages
                    if file.reading.is_dated or self._is_recent(page.dated_at, since)
                }
                recent = [link for link in declaration.links if link.url in wanted]
                return replace(declaration, links=recent), found.children
        return None, ()

    async def _read_sitemap(
        self, file: _SitemapFile, response: Response, zone: ZoneInfo
    ) -> sitemaps.Sitemap:
        """Read one file.

        Raises:
            UnreadableSourceError: it is no sitemap.
        """
        content, problem = gunzip(response.content, sitemaps.MAX_BYTES)
        if problem:
            raise UnreadableSourceError(problem.code, problem.detail)
        found = await self._reader.read(sitemaps.read_sitemap, content, response.url, zone)
        if found.is_cut:
            detail = f"more than {sitemaps.MAX_URLS} entries; the rest is left out"
            self._report(file.reading, file.address, Problem(ProblemCode.TOO_MANY_URLS, detail))
        return found

    def _is_recent(self, moment: datetime | None, since: datetime) -> bool:
        return moment is None or (moment >= since and self._is_in_range(moment))


def _newest_first(
    children: Sequence[sitemaps.ChildSitemap],
) -> Sequence[sitemaps.ChildSitemap]:
    """Those with a date, newest first, then the others in reverse order.

    Files of an index are mostly numbered or dated upwards.
    """
    dated = [child for child in children if child.modified_at is not None]
    dated.sort(key=lambda child: child.modified_at or datetime.min.replace(tzinfo=UTC))
    undated = [child for child in children if child.modified_at is None]
    return [*reversed(dated), *reversed(undated)]
