"""The pages to fetch: which are due, and when."""

from collections.abc import Callable, Sequence

from etl.ingest.frontier.database import Database, sql
from etl.ingest.frontier.records import DuePage, NewPage


class PageQueue:
    """The table of pages."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, pages: Sequence[NewPage]) -> int:
        """Add unknown pages as due now; a known page gets a publication time that it lacked.

        Returns:
            The number of pages added.
        """
        if not pages:
            return 0
        rows = [
            {name: getattr(page, name) for name in NewPage.__slots__}
            for page in {page.url: page for page in reversed(pages)}.values()
        ]
        names = ", ".join(NewPage.__slots__)
        with self._database.begin() as connection:
            before = connection.execute(sql("SELECT count(*) FROM frontier_page")).scalar_one()
            connection.execute(
                sql(
                    f"INSERT INTO frontier_page ({names}, due_at, failures) VALUES "
                    "(:url, :address, :host, :outlet_id, :declared_at, :published_at, "
                    ":time_source, :declared_at, 0) "
                    "ON CONFLICT (url) DO UPDATE SET published_at = excluded.published_at, "
                    "time_source = excluded.time_source "
                    "WHERE frontier_page.published_at IS NULL "
                    "AND excluded.published_at IS NOT NULL"
                ),
                rows,
            )
            after = connection.execute(sql("SELECT count(*) FROM frontier_page")).scalar_one()
        return int(after) - int(before)

    def due_hosts(self, now: float, outlet_ids: Sequence[str]) -> dict[str, int]:
        """The hosts with due pages, and how many.

        Args:
            now: seconds since 1970.
            outlet_ids: only pages of these outlets; empty for all.
        """
        rows = self._database.rows(
            f"SELECT host, count(*) FROM frontier_page WHERE due_at <= :now{_among(outlet_ids)} "
            "GROUP BY host ORDER BY host",
            {"now": now, **_outlet_values(outlet_ids)},
        )
        return {str(host): int(str(count)) for host, count in rows}

    def next_due(
        self, host: str, now: float, outlet_ids: Sequence[str], limit: int
    ) -> list[DuePage]:
        """The host's pages that have been due longest, at most ``limit``."""
        rows = self._database.rows(
            "SELECT url, address, host, outlet_id, declared_at, published_at, time_source, "
            "fetched_at, failures, etag, last_modified FROM frontier_page "
            f"WHERE host = :host AND due_at <= :now{_among(outlet_ids)} "
            "ORDER BY due_at, url LIMIT :limit",
            {"host": host, "now": now, "limit": limit, **_outlet_values(outlet_ids)},
        )
        return [DuePage(*row) for row in rows]  # type: ignore[arg-type]

    def make_due(self, urls: Sequence[str], now: float) -> None:
        """Make pages due now whatever is known of them; their next request has no condition.

        Args:
            urls: addresses that identify pages.
            now: seconds since 1970.
        """
        if not urls:
            return
        with self._database.begin() as connection:
            connection.execute(
                sql(
                    "UPDATE frontier_page SET due_at = :now, failures = 0, etag = NULL, "
                    "last_modified = NULL WHERE url = :url"
                ),
                [{"url": url, "now": now} for url in urls],
            )

    def postpone(self, url: str, until: float) -> None:
        """Make a page due later that could not be tried now."""
        self._database.execute(
            "UPDATE frontier_page SET due_at = :until WHERE url = :url",
            {"url": url, "until": until},
        )

    def addresses(self) -> list[str]:
        """The addresses of all pages."""
        rows = self._database.rows("SELECT address FROM frontier_page ORDER BY url", {})
        return [str(address) for (address,) in rows]

    def remove(self, is_removed: Callable[[str], bool]) -> int:
        """Remove the pages of whose addresses something is true.

        Returns:
            The number of pages removed.
        """
        removed = [address for address in self.addresses() if is_removed(address)]
        for address in removed:
            self._database.execute(
                "DELETE FROM frontier_page WHERE address = :address", {"address": address}
            )
        return len(removed)


def _among(outlet_ids: Sequence[str]) -> str:
    if not outlet_ids:
        return ""
    places = ", ".join(f":outlet{number}" for number in range(len(outlet_ids)))
    return f" AND outlet_id IN ({places})"


def _outlet_values(outlet_ids: Sequence[str]) -> dict[str, object]:
    return {f"outlet{number}": outlet_id for number, outlet_id in enumerate(outlet_ids)}
