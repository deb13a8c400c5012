"""New captures and declared links checked against the tombstones, before they are stored."""

import json
from collections.abc import Iterable

from etl.addresses import canonical_url
from etl.ingest.capture import NewCapture, capture_from_fields
from etl.ingest.frontier.records import OutboxEntry
from etl.load.takedown.tombstones import Tombstones
from etl.outlets.profiles import Outlets
from etl.transform.identity import native_article_id


def is_taken_down(stones: Tombstones, outlets: Outlets, url: str | None) -> bool:
    """Whether what is at an address was taken down.

    Args:
        stones: what was taken down.
        outlets: the profiles, which read an article's id out of an address.
        url: the address, as declared or requested.
    """
    if url is None or not stones:
        return False
    address = canonical_url(url)
    article_id = native_article_id(outlets.for_url(address), address) if address else None
    return stones.covers(article_id=article_id, url=address)


def taken_down_captures(
    stones: Tombstones, outlets: Outlets, captures: Iterable[NewCapture]
) -> set[str]:
    """Ids of the captures that were taken down: by id, by bytes, by address."""
    if not stones:
        return set()
    return {
        capture.capture_id
        for capture in captures
        if stones.covers(capture_id=capture.capture_id, content_sha256=capture.content_sha256)
        or is_taken_down(stones, outlets, capture.url)
    }


def outbox_address(entry: OutboxEntry) -> str:
    """The address of a finished attempt."""
    return str(json.loads(entry.fetch)["url"])


def fetched_capture(entry: OutboxEntry) -> NewCapture | None:
    """The capture that a finished attempt gave; None where it gave none."""
    if entry.capture is None:
        return None
    fields = json.loads(entry.capture)
    return capture_from_fields({**fields, "content": entry.content or b""})


def attempt_is_taken_down(
    stones: Tombstones, outlets: Outlets, url: str, capture: NewCapture | None
) -> bool:
    """Whether a finished attempt is of a page that was taken down, or gave its bytes."""
    return is_taken_down(stones, outlets, url) or bool(
        capture and taken_down_captures(stones, outlets, [capture])
    )
