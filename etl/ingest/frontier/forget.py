"""What the frontier knows of addresses, removed from it."""

import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

_BUSY_SECONDS = 60


def forget_in_frontier(folder: Path, urls: Collection[str]) -> None:
    """Remove addresses and their fetched pages, and what the file's free pages hold of them.

    Args:
        folder: the frontier's; nothing is done where there is none.
        urls: addresses, as they were declared and in canonical form.
    """
    file = folder / "frontier.sqlite"
    if not file.exists():
        return
    with closing(sqlite3.connect(file, timeout=_BUSY_SECONDS, isolation_level=None)) as session:
        for url in urls:
            session.execute("DELETE FROM frontier_page WHERE url = ? OR address = ?", (url, url))
            session.execute(
                "DELETE FROM frontier_outbox WHERE json_extract(fetch, '$.url') = ? "
                "OR json_extract(capture, '$.url') = ?",
                (url, url),
            )
        session.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        session.execute("VACUUM")
        session.execute("PRAGMA wal_checkpoint(TRUNCATE)")
