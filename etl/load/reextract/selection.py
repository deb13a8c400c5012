"""Which captures have to be read again together: complete articles, and listings of one page."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from etl.bangla.clock import DHAKA
from etl.lake import CATALOG

_LEDGER = f"{CATALOG}.core.fact_capture"
_OF_IDS = "IN (SELECT unnest(?::VARCHAR[]))"


@dataclass(frozen=True, slots=True)
class Known:
    """A capture as the ledger has it; ``address`` is its URL, or its source where it has none."""

    capture_id: str
    batch_id: str
    article_id: str | None
    outcome: str
    address: str
    content_bytes: int


def selected_captures(
    connection: duckdb.DuckDBPyConnection,
    outlet_id: str | None,
    since: date | None,
    until: date | None,
) -> list[Known]:
    """Captures of an outlet and of days in Dhaka, both included, with their articles' others."""
    return _known(
        connection,
        f"""
        SELECT capture_id FROM {_LEDGER}
        WHERE (?::VARCHAR IS NULL OR outlet_id = ?)
          AND (?::DATE IS NULL OR timezone('{DHAKA}', captured_at)::DATE >= ?)
          AND (?::DATE IS NULL OR timezone('{DHAKA}', captured_at)::DATE <= ?)
        """,
        [outlet_id, outlet_id, since, since, until, until],
    )


def captures_showing(
    connection: duckdb.DuckDBPyConnection, article_ids: Collection[str]
) -> list[Known]:
    """Captures that show these articles, with their articles' others."""
    return _known(
        connection,
        f"SELECT capture_id FROM {_LEDGER} WHERE article_id {_OF_IDS}",
        [sorted(article_ids)],
    )


def captures_without_article(connection: duckdb.DuckDBPyConnection) -> list[Known]:
    """Captures whose pages show no article: among them, all that declare links."""
    return _known(connection, f"SELECT capture_id FROM {_LEDGER} WHERE outcome = 'not_article'", [])


def _known(
    connection: duckdb.DuckDBPyConnection, query: str, values: Sequence[object]
) -> list[Known]:
    rows = connection.execute(
        f"""
        WITH selected AS ({query}),
        chosen AS (
          SELECT ledger.* FROM {_LEDGER} AS ledger
          WHERE capture_id IN (FROM selected)
            OR article_id IN (
              SELECT article_id FROM {_LEDGER} SEMI JOIN selected USING (capture_id)
            )
        )
        SELECT capture_id, chosen.batch_id, article_id, outcome,
          coalesce(chosen.url, chosen.source), content_bytes
        FROM chosen JOIN {CATALOG}.raw.page_capture AS page USING (capture_id)
        ORDER BY article_id, chosen.captured_at, capture_id
        """,
        list(values),
    ).fetchall()
    return [Known(*row) for row in rows]


def chunks(captures: Sequence[Known], max_rows: int, max_bytes: int) -> Iterator[list[Known]]:
    """Captures in parts to read at once; an article is divided only where it is larger."""
    part: list[Known] = []
    size = 0
    for capture in captures:
        is_full = len(part) >= max_rows or size + capture.content_bytes > max_bytes
        if part and is_full:
            yield part
            part, size = [], 0
        part.append(capture)
        size += capture.content_bytes
    if part:
        yield part


class Groups:
    """Captures joined by what they share, so that what belongs together is committed together."""

    def __init__(self) -> None:
        self._parent: dict[tuple[str, str], tuple[str, str]] = {}

    def join(self, capture_id: str, shared: Collection[tuple[str, str]]) -> None:
        """Put a capture into the group of everything that it shares."""
        for thing in shared:
            self._parent[self._root(thing)] = self.group_of(capture_id)

    def group_of(self, capture_id: str) -> tuple[str, str]:
        """What is the same for all captures of a group, and for no other."""
        return self._root(("capture", capture_id))

    def packed(self, capture_ids: Sequence[str], max_rows: int) -> Iterator[list[str]]:
        """Whole groups, in the order of their first captures, up to about ``max_rows`` together."""
        groups: dict[tuple[str, str], list[str]] = {}
        for capture_id in capture_ids:
            groups.setdefault(self.group_of(capture_id), []).append(capture_id)
        packed: list[str] = []
        for group in groups.values():
            if packed and len(packed) + len(group) > max_rows:
                yield packed
                packed = []
            packed = [*packed, *group]
        if packed:
            yield packed

    def _root(self, thing: tuple[str, str]) -> tuple[str, str]:
        parent = self._parent.setdefault(thing, thing)
        while parent != self._parent[parent]:
            self._parent[thing] = parent = self._parent[parent]
        return parent
