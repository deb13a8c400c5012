"""Discovery of URLs: outlets' feeds, sitemaps and listings, read by the polite client."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError

from etl.errors import KhoborError
from etl.ingest.frontier.records import Validators
from etl.ingest.frontier.store import Frontier
from etl.ingest.sources import feeds, sitemaps
from etl.ingest.sources.listings import read_listing
from etl.ingest.web.client import PoliteClient
from etl.ingest.web.http import Response, gunzip
from etl.outlets.profiles import Outlet, Outlets, sitemap_on
from etl.schema.problems import Problem, SourceProblem, UnreadableSourceError
from etl.schema.records import DeclaredLink
from etl.schema.vocabulary import DeclarationKind, FetchOutcome, ProblemCode

# Google News sitemaps hold two days; so does a run without a range.
_USUAL_RANGE = timedelta(days=2)
# An index of indexes occurs, deeper ones are traps. A thousand files take a thousand seconds at the
# usual delay.
_MAX_DEPTH = 3
_MAX_SITEMAPS = 1_000


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
class Discovery:
    """Reads sources, counts them, and passes what they declare to ``sink``."""

    client: PoliteClient
    frontier: Frontier
    outlets: Outlets
    sink: Callable[[Declaration], Awaitable[None]]
    since: datetime | None
    until: datetime | None
    max_bytes: int
    read: int = 0
    unchanged: int = 0
    off_site: int = 0
    problems: list[SourceProblem] = field(default_factory=list)

    async def run(self, kind: DeclarationKind, outlets: Sequence[Outlet]) -> None:
        """Read all sources of that kind: each outlet's in turn, the outlets in parallel."""
        async with asyncio.TaskGroup() as group:
            for outlet in outlets:
                group.create_task(self._outlet(kind, outlet))

    async def _outlet(self, kind: DeclarationKind, outlet: Outlet) -> None:
        if kind is DeclarationKind.FEED:
            for address in outlet.feeds:
                await self._page(outlet, kind, address, feeds.ACCEPT, partial(self._feed, outlet))
        elif kind is DeclarationKind.LISTING:
            for address in outlet.listings:
                read = partial(self._listing, outlet)
                await self._page(outlet, kind, address, "text/html,*/*;q=0.5", read)
        else:
            await self._sitemaps(outlet)

    def _feed(self, outlet: Outlet, response: Response) -> list[DeclaredLink]:
        links = feeds.read_feed(
            response.content,
            response.headers.get("content-type"),
            response.url,
            ZoneInfo(outlet.timezone),
        )
        return [link for link in links if self._is_in_range(link.published_at)]

    def _listing(self, outlet: Outlet, response: Response) -> list[DeclaredLink]:
        return read_listing(response.content, response.url, outlet)

    def _is_in_range(self, moment: datetime | None) -> bool:
        """Whether a time is in the range; a page without a time counts as inside."""
        if moment is None:
            return True
        if self.since is not None and moment < self.since:
            return False
        return self.until is None or moment <= self.until

    async def _page(
        self,
        outlet: Outlet,
        kind: DeclarationKind,
        address: str,
        accept: str,
        read: Callable[[Response], list[DeclaredLink]],
    ) -> None:
        """One feed or listing."""
        declaration = None
        with self._reported(address):
            response = await self._response(address, self.max_bytes, accept)
            if response is not None:
                links = read(response)
                declaration = self._declaration(outlet, kind, address, response, links)
        if declaration is not None:
            await self.sink(declaration)

    @contextmanager
    def _reported(self, address: str) -> Iterator[None]:
        """Report whatever the reading of one source raises; the other sources go on.

        Errors of this machine (the frontier's database, a full disk) are not the source's.
        """
        try:
            yield
        except UnreadableSourceError as error:
            self.problems.append(SourceProblem(address, error.problem))
        except (KhoborError, SQLAlchemyError, OSError):
            raise
        except Exception as error:  # noqa: BLE001  (any defect; the report names it)
            self.problems.append(SourceProblem(address, Problem.internal(error)))

    async def _response(self, address: str, max_bytes: int, accept: str) -> Response | None:
        """A response with a body; None for a source that is unchanged or a problem."""
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
            return None
        if fetched.problem is not None:
            self.problems.append(SourceProblem(address, fetched.problem))
            return None
        return fetched.response

    def _declaration(
        self,
        outlet: Outlet,
        kind: DeclarationKind,
        address: str,
        response: Response,
        links: Sequence[DeclaredLink],
    ) -> Declaration:
        """What a source that could be read declares of its outlet."""
        own = [link for link in links if self.outlets.is_of(outlet, link.url)]
        self.read += 1
        self.off_site += len(links) - len(own)
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
        return Declaration(outlet, kind, address, now, own, validators)

    async def _sitemaps(self, outlet: Outlet) -> None:
        """Read the outlet's sitemaps and those they list, the newest day first."""
        now = datetime.now(UTC)
        since = self.since or now - _USUAL_RANGE
        zone = ZoneInfo(outlet.timezone)
        days = sitemaps.days(self.since, self.until, now, zone)
        waiting = [
            (address, 1, is_dated)
            for template in outlet.sitemaps
            for is_dated in ["{date" in template]
            for address in dict.fromkeys(sitemap_on(template, day) for day in days)
        ]
        seen = {address for address, _, _ in waiting}
        count = 0
        while waiting:
            address, depth, is_dated = waiting.pop(0)
            count += 1
            if count > _MAX_SITEMAPS:
                detail = f"{outlet.id} names more than {_MAX_SITEMAPS}; the rest is left out"
                self._report(address, ProblemCode.TOO_MANY_SITEMAPS, detail)
                return
            declaration: Declaration | None = None
            children: Sequence[sitemaps.ChildSitemap] = ()
            with self._reported(address):
                response = await self._response(address, sitemaps.MAX_BYTES, sitemaps.ACCEPT)
                if response is not None:
                    found = self._sitemap(address, response, zone)
                    children = found.children
                    links = [
                        page.link
                        for page in found.pages
                        if is_dated or self._is_recent(page.dated_at, since)
                    ]
                    declaration = self._declaration(
                        outlet, DeclarationKind.SITEMAP, address, response, links
                    )
            if depth == _MAX_DEPTH and children:
                detail = f"an index {_MAX_DEPTH - 1} deep is not followed"
                self._report(address, ProblemCode.INDEX_TOO_DEEP, detail)
            else:
                for child in _newest_first(children):
                    is_old = child.modified_at is not None and child.modified_at < since
                    if child.url not in seen and not is_old:
                        seen.add(child.url)
                        waiting.append((child.url, depth + 1, is_dated))
            if declaration is not None:
                await self.sink(declaration)

    def _sitemap(self, address: str, response: Response, zone: ZoneInfo) -> sitemaps.Sitemap:
        """Read one file.

        Raises:
            UnreadableSourceError: it is no sitemap.
        """
        content, problem = gunzip(response.content, sitemaps.MAX_BYTES)
        if problem:
            raise UnreadableSourceError(problem.code, problem.detail)
        found = sitemaps.read_sitemap(content, response.url, zone)
        if found.is_cut:
            detail = f"more than {sitemaps.MAX_URLS} entries; the rest is left out"
            self._report(address, ProblemCode.TOO_MANY_URLS, detail)
        return found

    def _report(self, address: str, code: ProblemCode, detail: str) -> None:
        self.problems.append(SourceProblem(address, Problem(code, detail)))

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
