"""What a request to take down names: articles, addresses and captures, with all they are known by.

A request for an article covers every address and capture of it; one for an address covers the
article that was there; one for a capture covers only that, and others of the same bytes.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import duckdb

from etl.addresses import canonical_url
from etl.load.takedown import known
from etl.load.takedown.removal import Page, stored_pages
from etl.load.takedown.tombstones import Tombstone, Tombstones
from etl.outlets.profiles import Outlets
from etl.schema.vocabulary import TakedownKind
from etl.transform.identity import native_article_id

_CAPTURE_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Resolved:
    """What is to be taken down, and the words of the request that name nothing here."""

    stones: tuple[Tombstone, ...]
    pages: tuple[Page, ...]
    unknown: tuple[str, ...]


@dataclass(slots=True)
class _Wanted:
    """Ids and canonical addresses, as far as they are found."""

    outlets: Outlets
    article_ids: set[str] = field(default_factory=set)
    urls: set[str] = field(default_factory=set)
    capture_ids: set[str] = field(default_factory=set)
    hashes: set[str] = field(default_factory=set)

    def shows_article(self, page: Page) -> bool:
        """Whether a page shows one of the articles, by the ledger or by its address."""
        return page.article_id in self.article_ids or self.native_id(page.url) in self.article_ids

    def covers(self, page: Page) -> bool:
        return (
            self.shows_article(page)
            or page.capture_id in self.capture_ids
            or _address(page) in self.urls
            or page.content_sha256 in self.hashes
        )

    def kept_out_hash(self, page: Page) -> str | None:
        """The hash by which a page's bytes are kept out; None where others may have the same.

        Two captures that could not be read have the same bytes, none; and an error page at an
        article's address may be that of any other.
        """
        is_content = page.article_id or page.capture_id in self.capture_ids or not self.article_ids
        return page.content_sha256 if page.content_bytes and is_content else None

    def native_id(self, url: str | None) -> str | None:
        return native_article_id(self.outlets.for_url(url), url) if url else None


def resolve(
    connection: duckdb.DuckDBPyConnection,
    items: Sequence[str],
    outlets: Outlets,
    stones: Tombstones,
    on_the_way: Iterable[str],
) -> Resolved:
    """Find what a request names.

    Args:
        connection: has the lake attached.
        items: ids of articles and captures, and addresses.
        outlets: the profiles.
        stones: what was taken down before.
        on_the_way: addresses that are to be fetched, or were fetched and not stored yet.
    """
    wanted = _Wanted(outlets)
    addresses = {item: canonical_url(item) for item in items if "://" in item}
    wanted.urls = {url for url in addresses.values() if url}
    wanted.capture_ids = {item for item in items if _CAPTURE_ID.fullmatch(item)}
    wanted.article_ids = set(items) - addresses.keys() - wanted.capture_ids
    waiting = {url for address in on_the_way if (url := canonical_url(address))}
    wanted.article_ids |= _articles_at(connection, wanted)
    while True:  # an article may have been captured at several addresses
        pages = stored_pages(connection, wanted.covers)
        shown = {_address(page) for page in pages if wanted.shows_article(page)}
        found = known.addresses_of(connection, wanted.article_ids) | {url for url in shown if url}
        hashes = {digest for page in pages if (digest := wanted.kept_out_hash(page))}
        if found <= wanted.urls and hashes <= wanted.hashes:
            break
        wanted.urls |= found
        wanted.hashes |= hashes
    unknown = [
        item
        for item in items
        if not (
            addresses[item] in waiting
            or _is_address_known(connection, addresses[item], wanted, pages, stones)
            if item in addresses
            else _is_id_known(connection, item, wanted, pages, stones)
        )
    ]
    nowhere = {addresses[item] or "" for item in unknown if item in addresses}
    wanted.urls -= nowhere
    wanted.article_ids -= {*unknown, *filter(None, map(wanted.native_id, nowhere))}
    return Resolved(tuple(_stones(wanted, pages)), tuple(pages), tuple(unknown))


def _articles_at(connection: duckdb.DuckDBPyConnection, wanted: _Wanted) -> set[str]:
    """Articles at the addresses: by the outlet's native id, by the facts and by the ledger."""
    if not wanted.urls:
        return set()
    pages = stored_pages(connection, lambda page: _address(page) in wanted.urls)
    return {
        *known.articles_at(connection, wanted.urls),
        *(page.article_id for page in pages if page.article_id),
        *filter(None, map(wanted.native_id, wanted.urls)),
    }


def _is_address_known(
    connection: duckdb.DuckDBPyConnection,
    url: str | None,
    wanted: _Wanted,
    pages: Sequence[Page],
    stones: Tombstones,
) -> bool:
    """Whether the home has, or had, something at an address; None is no address."""
    if url is None:
        return False
    article_id = wanted.native_id(url)
    return (
        known.is_declared_or_fetched(connection, url)
        or any(_address(page) == url for page in pages)
        or any(article_id is not None and page.article_id == article_id for page in pages)
        or stones.covers(url=url, article_id=article_id)
    )


def _is_id_known(
    connection: duckdb.DuckDBPyConnection,
    item: str,
    wanted: _Wanted,
    pages: Sequence[Page],
    stones: Tombstones,
) -> bool:
    """Whether the home has, or had, a capture or an article of that id."""
    if item in wanted.capture_ids:
        return item in {page.capture_id for page in pages} or stones.covers(capture_id=item)
    return (
        known.is_known_article(connection, item)
        or any(item in (page.article_id, wanted.native_id(page.url)) for page in pages)
        or stones.covers(article_id=item)
    )


def _address(page: Page) -> str | None:
    return canonical_url(page.url) if page.url else None


def _stones(wanted: _Wanted, pages: Sequence[Page]) -> Iterable[Tombstone]:
    for article_id in sorted(wanted.article_ids):
        outlet_id = article_id.partition(":")[0]
        yield Tombstone(TakedownKind.ARTICLE, article_id=article_id, outlet_id=outlet_id)
    for url in sorted(wanted.urls):
        outlet = wanted.outlets.for_url(url)
        yield Tombstone(
            TakedownKind.URL,
            article_id=wanted.native_id(url),
            url=url,
            outlet_id=outlet.id if outlet else None,
        )
    for page in pages:
        yield Tombstone(
            TakedownKind.CAPTURE,
            page.article_id,
            _address(page),
            page.capture_id,
            wanted.kept_out_hash(page),
            page.outlet_id,
        )
