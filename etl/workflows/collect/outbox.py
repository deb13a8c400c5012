"""Finished attempts loaded from the frontier's outbox into the lake."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import datetime

from etl.ingest.batches import BATCH_BYTES
from etl.ingest.frontier.store import Frontier
from etl.lake.connection import open_lake
from etl.load import write
from etl.load.declared import write_fetches
from etl.load.takedown.tombstones import read_tombstones
from etl.outlets.profiles import load_outlets
from etl.settings import Settings
from etl.workflows.retries import again_on_conflict
from etl.workflows.takedown.intake import attempt_is_taken_down, fetched_capture


@dataclass(slots=True)
class OutboxLoader:
    """Loads a batch a commit, with one batch in memory at a time.

    An entry is deleted once the lake has it; after a kill in between it is loaded again, and what
    the lake has is left as it is.
    """

    settings: Settings
    frontier: Frontier
    run_id: str
    batch_ids: list[str] = field(default_factory=list)
    _number: int = 0
    _rows: int = 0
    _bytes: int = 0
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def check_lake(self) -> None:
        """Open the lake once, so that an unusable one is reported before any request is sent.

        What opening it imports would also hold up the fetcher in the middle of its work.
        """
        with open_lake(self.settings):
            pass

    async def page_done(self, size: int) -> None:
        """Load a batch if one is full; fetching goes on meanwhile.

        Args:
            size: bytes of the page that was just fetched.
        """
        self._rows += 1
        self._bytes += size
        is_full = self._rows >= self.settings.batch_rows or self._bytes >= BATCH_BYTES
        if is_full and not self._lock.locked():
            self._rows = self._bytes = 0
            async with self._lock:
                await asyncio.to_thread(self._load_batch)

    def load_all(self) -> None:
        """Load all entries of the outbox."""
        while self.frontier.outbox.count():
            self._load_batch()

    @again_on_conflict
    def _load_batch(self) -> None:
        entries = self.frontier.outbox.oldest(self.settings.batch_rows, BATCH_BYTES)
        attempts = [(json.loads(entry.fetch), fetched_capture(entry)) for _, entry in entries]
        batch_id = f"{self.run_id}-{self._number + 1:06d}"
        with open_lake(self.settings) as lake, lake.lock():
            stones = read_tombstones(lake.connection)
            outlets = load_outlets(self.settings.outlets)
            kept = [
                (fetch, capture)
                for fetch, capture in attempts
                if not attempt_is_taken_down(stones, outlets, fetch["url"], capture)
            ]
            captures = {capture.capture_id: capture for _, capture in kept if capture is not None}
            fetches = [
                {**fetch, "fetched_at": datetime.fromisoformat(fetch["fetched_at"])}
                for fetch, _ in kept
            ]
            known = write.known_captures(lake.connection, list(captures))
            rows = [
                capture.row(batch_id, self.run_id)
                for capture_id, capture in captures.items()
                if capture_id not in known
            ]
            with lake.transaction(f"fetch {batch_id}"):
                if rows:
                    write.insert_captures(lake.connection, rows)
                write_fetches(lake.connection, fetches)
        if rows:
            self._number += 1
            self.batch_ids.append(batch_id)
        self.frontier.outbox.clear(entries[-1][0])
