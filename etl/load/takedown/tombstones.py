"""Tombstones: what was taken down, and may not come in again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from etl.lake import CATALOG
from etl.load.write import insert
from etl.schema.tables.raw import TAKEDOWN
from etl.schema.vocabulary import TakedownKind

_NAME = f"{CATALOG}.{TAKEDOWN.qualified_name}"


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One thing taken down: what it is known by afterwards."""

    kind: TakedownKind
    article_id: str | None = None
    url: str | None = None
    capture_id: str | None = None
    content_sha256: str | None = None
    outlet_id: str | None = None

    @property
    def takedown_id(self) -> str:
        """Its kind and what it stands for."""
        named = {
            TakedownKind.ARTICLE: self.article_id,
            TakedownKind.URL: self.url,
            TakedownKind.CAPTURE: self.capture_id,
        }
        return f"{self.kind}:{named[self.kind]}"


@dataclass(frozen=True, slots=True)
class Request:
    """Who had something taken down, why and when."""

    requested_by: str
    reason: str
    taken_down_at: datetime
    run_id: str


@dataclass(frozen=True, slots=True)
class Tombstones:
    """Everything that a set of tombstones keeps out.

    ``urls`` are canonical. An article's tombstones have its addresses and captures too, so each set
    stands for itself.
    """

    article_ids: frozenset[str] = frozenset()
    urls: frozenset[str] = frozenset()
    capture_ids: frozenset[str] = frozenset()
    hashes: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.article_ids or self.urls or self.capture_ids or self.hashes)

    def covers(
        self,
        *,
        article_id: str | None = None,
        url: str | None = None,
        capture_id: str | None = None,
        content_sha256: str | None = None,
    ) -> bool:
        """Whether something that is known by these was taken down.

        Args:
            article_id: the article that it shows or means.
            url: its canonical address.
            capture_id: the capture's id.
            content_sha256: of the capture's bytes.
        """
        return (
            article_id in self.article_ids
            or url in self.urls
            or capture_id in self.capture_ids
            or content_sha256 in self.hashes
        )


def together(stones: Sequence[Tombstone]) -> Tombstones:
    """What these tombstones keep out."""
    return Tombstones(
        frozenset(
            stone.article_id
            for stone in stones
            if stone.kind is TakedownKind.ARTICLE and stone.article_id
        ),
        frozenset(stone.url for stone in stones if stone.kind is TakedownKind.URL and stone.url),
        frozenset(
            stone.capture_id
            for stone in stones
            if stone.kind is TakedownKind.CAPTURE and stone.capture_id
        ),
        frozenset(
            stone.content_sha256
            for stone in stones
            if stone.kind is TakedownKind.CAPTURE and stone.content_sha256
        ),
    )


def read_tombstones(connection: duckdb.DuckDBPyConnection) -> Tombstones:
    """What all tombstones of the lake keep out."""
    rows = connection.execute(
        f"SELECT takedown_kind, article_id, url, capture_id, content_sha256 FROM {_NAME}"
    ).fetchall()
    return together([Tombstone(TakedownKind(kind), *known) for kind, *known in rows])


def write_tombstones(
    connection: duckdb.DuckDBPyConnection, stones: Sequence[Tombstone], request: Request
) -> None:
    """Write tombstones that the lake does not have; the caller holds a transaction."""
    known = {row[0] for row in connection.execute(f"SELECT takedown_id FROM {_NAME}").fetchall()}
    new = {stone.takedown_id: stone for stone in stones if stone.takedown_id not in known}
    rows = [
        {
            "takedown_id": takedown_id,
            "takedown_kind": stone.kind.value,
            "article_id": stone.article_id,
            "url": stone.url,
            "capture_id": stone.capture_id,
            "content_sha256": stone.content_sha256,
            "outlet_id": stone.outlet_id,
            "requested_by": request.requested_by,
            "reason": request.reason,
            "taken_down_at": request.taken_down_at,
            "run_id": request.run_id,
        }
        for takedown_id, stone in new.items()
    ]
    if rows:
        insert(connection, TAKEDOWN, rows)


def request_of(connection: duckdb.DuckDBPyConnection, takedown_id: str, run_id: str) -> Request:
    """The request that a tombstone is of, for one more capture of the same."""
    rows = connection.execute(
        f"SELECT requested_by, reason, taken_down_at FROM {_NAME} WHERE takedown_id = ?",
        [takedown_id],
    ).fetchall()
    requested_by, reason, taken_down_at = rows[0]
    return Request(requested_by, reason, taken_down_at, run_id)
