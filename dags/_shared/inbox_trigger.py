"""Tells Airflow that files in the inbox are complete."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

from etl.ingest.files import inbox
from etl.settings import load_settings

# What lies there still after that is told again: its ingest may have failed.
_TOLD_AGAIN_SECONDS = 300.0


class InboxTrigger(BaseEventTrigger):
    """Fires when files have become complete, and again while they are not taken.

    It runs in the triggerer, so it imports only what looks at the folder.
    """

    def __init__(self, poll_seconds: float = 10.0) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.poll_seconds = poll_seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """The class and its arguments, as the metadata database keeps them."""
        return f"{__name__}.{type(self).__name__}", {"poll_seconds": self.poll_seconds}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look again and again; an event names how many files there are to take."""
        told: frozenset[str] = frozenset()
        told_at = 0.0
        while True:
            complete = await asyncio.to_thread(_complete_files)
            is_late = time.monotonic() - told_at >= _TOLD_AGAIN_SECONDS
            if complete - told or (complete and is_late):
                yield TriggerEvent({"files": len(complete)})  # type: ignore[no-untyped-call]
                told_at = time.monotonic()
            told = complete
            await asyncio.sleep(self.poll_seconds)


def _complete_files() -> frozenset[str]:
    settings = load_settings()
    if not settings.inbox_folder.is_dir():
        return frozenset()
    listing = inbox.look(settings.inbox_folder, settings.inbox_settle_seconds, time.time())
    return frozenset(file.source for file in listing.complete)
