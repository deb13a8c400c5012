"""Finished attempts that are still to be written to the lake (a transactional outbox)."""

from collections.abc import Iterator, Sequence

from etl.ingest.frontier.database import Database, sql
from etl.ingest.frontier.records import OutboxEntry, PageUpdate


class Outbox:
    """The entries of one owner. A fetched page is here until the lake has it."""

    def __init__(self, database: Database, owner: str) -> None:
        self._database = database
        self._owner = owner

    def record(self, attempts: Sequence[tuple[PageUpdate, OutboxEntry]]) -> None:
        """Commit finished attempts: the pages' next times, and an entry for each, together."""
        with self._database.begin() as connection:
            connection.execute(
                sql(
                    "UPDATE frontier_page SET due_at = :due_at, fetched_at = :fetched_at, "
                    "failures = :failures, etag = :etag, last_modified = :last_modified "
                    "WHERE url = :url"
                ),
                [
                    {name: getattr(update, name) for name in PageUpdate.__slots__}
                    for update, _ in attempts
                ],
            )
            connection.execute(
                sql(
                    "INSERT INTO frontier_outbox (owner, size, fetch, capture, content) "
                    "VALUES (:owner, :size, :fetch, :capture, :content)"
                ),
                [
                    {
                        "owner": self._owner,
                        "size": len(entry.content or b""),
                        "fetch": entry.fetch,
                        "capture": entry.capture,
                        "content": entry.content,
                    }
                    for _, entry in attempts
                ],
            )

    def count(self) -> int:
        """The number of this owner's entries."""
        ((count,),) = self._database.rows(
            "SELECT count(*) FROM frontier_outbox WHERE owner = :owner", {"owner": self._owner}
        )
        return int(str(count))

    def oldest(self, max_rows: int, max_bytes: int) -> list[tuple[int, OutboxEntry]]:
        """The oldest entries of this owner with their ids.

        Args:
            max_rows: largest number of entries.
            max_bytes: content after which no further entry is added.
        """
        rows = self._database.rows(
            "SELECT id, size FROM frontier_outbox WHERE owner = :owner ORDER BY id LIMIT :rows",
            {"owner": self._owner, "rows": max_rows},
        )
        last, total = None, 0
        for row_id, size in rows:
            if last is not None and total >= max_bytes:
                break
            last, total = row_id, total + int(str(size))
        if last is None:
            return []
        entries = self._database.rows(
            "SELECT id, fetch, capture, content FROM frontier_outbox "
            "WHERE owner = :owner AND id <= :last ORDER BY id",
            {"owner": self._owner, "last": last},
        )
        return [(row_id, OutboxEntry(*rest)) for row_id, *rest in entries]  # type: ignore[misc, arg-type]

    def clear(self, last_id: int) -> None:
        """Delete this owner's entries up to that id: the lake has them."""
        self._database.execute(
            "DELETE FROM frontier_outbox WHERE owner = :owner AND id <= :last",
            {"owner": self._owner, "last": last_id},
        )

    def all_entries(self) -> Iterator[tuple[int, OutboxEntry]]:
        """The entries of all owners with their ids, one in memory at a time."""
        for (row_id,) in self._database.rows("SELECT id FROM frontier_outbox ORDER BY id", {}):
            for row in self._database.rows(
                "SELECT fetch, capture, content FROM frontier_outbox WHERE id = :id", {"id": row_id}
            ):
                yield int(str(row_id)), OutboxEntry(*row)  # type: ignore[arg-type]

    def remove(self, row_id: int) -> None:
        """Remove one entry, of whatever owner."""
        self._database.execute("DELETE FROM frontier_outbox WHERE id = :id", {"id": row_id})

    def take_over(self, dead_owner: str) -> None:
        """Make the entries of an owner that is gone this owner's."""
        self._database.execute(
            "UPDATE frontier_outbox SET owner = :owner WHERE owner = :dead",
            {"owner": self._owner, "dead": dead_owner},
        )
