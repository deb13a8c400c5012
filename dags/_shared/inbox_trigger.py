"""Trigger that fires when files in the inbox are complete."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

from etl.ingest.files import inbox
from etl.settings import load_settings

# Files that are still there after that are reported again: their ingest may have failed.
_REPORT_AGAIN_SECONDS = 300.0


class InboxTrigger(BaseEventTrigger):
    """Fires when files have become complete, and again while they are not taken.

    It runs in the triggerer, so it imports only what lists the folder.
    """

    def __init__(self, poll_seconds: float = 10.0) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.poll_seconds = poll_seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """The class and its arguments, as the metadata database keeps them."""
        return f"{__name__}.{type(self).__name__}", {"poll_seconds": self.poll_seconds}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Poll the folder; an event has the number of complete files."""
        reported: frozenset[str] = frozenset()
        reported_at = 0.0
        while True:
            complete = await asyncio.to_thread(_complete_files)
            is_late = time.monotonic() - reported_at >= _REPORT_AGAIN_SECONDS
            if complete - reported or (complete and is_late):
                yield TriggerEvent({"files": len(complete)})  # type: ignore[no-untyped-call]
                reported_at = time.monotonic()
            reported = complete
            await asyncio.sleep(self.poll_seconds)


def _complete_files() -> frozenset[str]:
    settings = load_settings()
    if not settings.inbox_folder.is_dir():
        return frozenset()
    listing = inbox.list_inbox(settings.inbox_folder, settings.inbox_settle_seconds, time.time())
    return frozenset(file.source for file in listing.complete)
