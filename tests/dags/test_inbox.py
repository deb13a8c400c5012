"""The inbox under Airflow: the trigger tells of complete files, the DAG takes them."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dags._shared.inbox_trigger import InboxTrigger
from devserver import embedded
from etl.settings import load_settings
from etl.workflows.build.batches import pending_batches
from tests.web.site import article

if TYPE_CHECKING:
    from airflow.sdk import DAG


@pytest.fixture
def inbox(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KHOBOR_INBOX_SETTLE_SECONDS", "0")
    inbox = home / "inbox"
    inbox.mkdir(parents=True)
    return inbox


def test_the_trigger_tells_of_files_that_are_complete(inbox: Path) -> None:
    async def first_event() -> dict[str, int]:
        events = InboxTrigger(poll_seconds=0.01).run()
        waiting = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0)
        (inbox / "half.html.part").write_bytes(article(1))
        done, _ = await asyncio.wait({waiting}, timeout=0.5)
        assert not done
        (inbox / "half.html.part").rename(inbox / "whole.html")
        event = await asyncio.wait_for(waiting, 60)
        assert isinstance(events, AsyncGenerator)
        await events.aclose()
        return event.payload

    assert asyncio.run(first_event()) == {"files": 1}


def test_dropped_files_become_captures(
    dags: "dict[str, DAG]", empty_queue: None, inbox: Path
) -> None:
    (inbox / "good.html").write_bytes(article(1))
    (inbox / "bad.html").write_bytes(b"")
    outcome = embedded.run_dag(dags["ingest_inbox"])
    assert outcome.is_success, outcome.failures
    (report,) = outcome.returned["ingest"]
    assert report["files"] == 2
    assert (inbox / "done" / "good.html").exists()
    assert (inbox / "bad" / "bad.html.reason.txt").exists()
    assert len(pending_batches(load_settings())) == 1
    assert embedded.take_trigger("build_articles")
    # An event that was told twice finds nothing to do, and starts nothing.
    again = embedded.run_dag(dags["ingest_inbox"])
    assert again.is_success
    assert again.returned["ingest"][0]["files"] == 0
