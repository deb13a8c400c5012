"""Takedown: articles, addresses and captures removed everywhere, and not taken in again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from etl.errors import UsageError
from etl.ingest.frontier.store import has_frontier, open_frontier
from etl.lake.connection import open_lake
from etl.load import runs
from etl.load.takedown import removal
from etl.load.takedown.tombstones import (
    Request,
    Tombstone,
    Tombstones,
    read_tombstones,
    together,
    write_tombstones,
)
from etl.outlets.profiles import load_outlets
from etl.schema.vocabulary import TakedownKind
from etl.settings import Settings
from etl.workflows.reports import ForgetReport
from etl.workflows.retries import again_on_conflict
from etl.workflows.takedown.erase import erase
from etl.workflows.takedown.intake import is_taken_down, outbox_address
from etl.workflows.takedown.resolve import resolve

_STEP = "forget"


@dataclass(frozen=True, slots=True)
class _Removed:
    stones: tuple[Tombstone, ...]
    captures: tuple[str, ...]
    sources: tuple[str, ...]
    mentioned_in: tuple[str, ...]
    unknown: tuple[str, ...]
    is_unfinished: bool


def forget(
    settings: Settings, items: Sequence[str], requested_by: str, reason: str, run_id: str
) -> ForgetReport:
    """Take down articles, addresses and captures.

    Their rows leave the tables in one commit, with the tombstones that keep them out. Then they are
    erased from files, snapshots, copies and builds. A run that was killed is completed by the next.

    Args:
        settings: the home and its services.
        items: ids of articles and captures, and addresses.
        requested_by: who takes them down.
        reason: why.
        run_id: the run that writes.

    Raises:
        UsageError: nothing is named, no reason is given, or nothing of what is named is here.
    """
    wanted = list(dict.fromkeys(word for item in items if (word := item.strip())))
    if not wanted:
        raise UsageError("nothing to take down: name articles, addresses or captures")
    for option, text in (("--reason", reason), ("--by", requested_by)):
        if not text.strip():
            raise UsageError(f"{option} is empty: it is kept with the tombstone")
    request = Request(
        " ".join(requested_by.split()), " ".join(reason.split()), datetime.now(UTC), run_id
    )
    removed = _remove(settings, wanted, request)
    if len(removed.unknown) == len(wanted):
        raise UsageError(
            f"{wanted[0]}: no article, address or capture of that name is here or was taken down; "
            "nothing was removed"
        )
    is_due = removed.is_unfinished
    return ForgetReport(
        tuple(s.article_id or "" for s in removed.stones if s.kind is TakedownKind.ARTICLE),
        tuple(s.url or "" for s in removed.stones if s.kind is TakedownKind.URL),
        removed.captures,
        removed.mentioned_in,
        _archives_in_inbox(settings, removed.sources),
        removed.unknown,
        erase(settings, run_id) if is_due else None,
    )


def apply_tombstones(settings: Settings, run_id: str) -> int:
    """Remove again what was taken down, where a restored catalog or copy brought it back.

    Returns:
        The number of captures removed; they are erased from files too.
    """
    with open_lake(settings) as lake, lake.lock():
        stones = read_tombstones(lake.connection)
        outlets = load_outlets(settings.outlets)
        pages = removal.stored_pages(
            lake.connection,
            lambda page: (
                stones.covers(
                    article_id=page.article_id,
                    capture_id=page.capture_id,
                    content_sha256=page.content_sha256,
                )
                or is_taken_down(stones, outlets, page.url)
            ),
        )
        ids = [page.capture_id for page in pages]
        if ids:
            dependent = removal.dependent_captures(lake.connection, ids)
            with lake.transaction(f"{_STEP} {run_id}"):
                removal.remove_facts(lake.connection, ids, dependent, f"{run_id}-000001")
                removal.remove_references(lake.connection, stones)
                removal.note_removal(lake.connection, run_id, _STEP, len(ids))
            runs.check_recorded(lake.connection, run_id, _STEP)
    if ids:
        erase(settings, run_id)
    return len(ids)


@again_on_conflict
def _remove(settings: Settings, items: Sequence[str], request: Request) -> _Removed:
    """Remove the rows and write the tombstones, in one commit."""
    outlets = load_outlets(settings.outlets)
    on_the_way = _on_the_way(settings, request.run_id)
    with open_lake(settings) as lake, lake.lock():
        connection = lake.connection
        known = read_tombstones(connection)
        found = resolve(connection, items, outlets, known, on_the_way)
        ids = [page.capture_id for page in found.pages]
        mentioned: list[str] = []
        is_new = bool(ids) or not _has_all(known, found.stones)
        if is_new:
            dependent = removal.dependent_captures(connection, ids)
            with lake.transaction(f"{_STEP} {request.run_id}"):
                removal.remove_facts(connection, ids, dependent, f"{request.run_id}-000001")
                mentioned = removal.remove_references(connection, together(found.stones))
                write_tombstones(connection, found.stones, request)
                removal.note_removal(connection, request.run_id, _STEP, len(ids))
            runs.check_recorded(connection, request.run_id, _STEP)
        return _Removed(
            found.stones,
            tuple(ids),
            tuple(page.source for page in found.pages),
            tuple(mentioned),
            found.unknown,
            bool(removal.unfinished_removals(connection)),
        )


def _has_all(known: Tombstones, stones: Sequence[Tombstone]) -> bool:
    new = together(stones)
    return (
        new.article_ids <= known.article_ids
        and new.urls <= known.urls
        and new.capture_ids <= known.capture_ids
    )


def _on_the_way(settings: Settings, run_id: str) -> list[str]:
    """Addresses of pages to fetch, and of those fetched that are not stored yet."""
    if not has_frontier(settings.frontier):
        return []
    with open_frontier(settings.frontier, run_id) as frontier:
        fetched = [outbox_address(entry) for _, entry in frontier.outbox.all_entries()]
        return [*frontier.pages.addresses(), *fetched]


def _archives_in_inbox(settings: Settings, sources: Sequence[str]) -> tuple[str, ...]:
    """Archives in the inbox that captures came from."""
    names = {source.partition("#")[0] for source in sources if "#" in source}
    folder = settings.inbox_folder
    places = [folder / part / name for name in sorted(names) for part in ("", "done", "bad")]
    return tuple(str(place) for place in places if place.is_file())
