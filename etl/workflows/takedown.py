"""Takedowns and retention: what people ask to have removed, and what is older than it may be.

Rows leave the lake in one commit, with keys by which they are kept out when they come again. Then
what still holds them on disk is written again or removed: data files, older snapshots, copies of
the catalog, builds, staged batches, the frontier, validation results, the report, logs, files of
the inbox. What is left is looked for and named.
"""

import hashlib
import json
import shutil
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import unquote

from etl.bangla.text import composed
from etl.errors import LakeError, UsageError
from etl.ingest.frontier.forget import forget_in_frontier
from etl.lake.connection import open_lake
from etl.lake.erase import erase_deleted, erase_in_catalog
from etl.lake.lake import Lake
from etl.lake.maintain import back_up_catalog
from etl.load import retention, takedown
from etl.load.rebuild import unfinished_rebuild
from etl.load.runs import ALL, record_run
from etl.observability.events import observed
from etl.outlets.profiles import load_outlets
from etl.settings import Settings
from etl.storage import staging
from etl.storage.search import files_with, without_lines
from etl.storage.temp_directory import clear_temp_folders
from etl.transform.identity import native_article_id
from etl.workflows import publishing
from etl.workflows.build.chain import build_docs
from etl.workflows.build.stories import link_stories
from etl.workflows.reports import ForgetReport, PurgeReport
from etl.workflows.retries import again_on_conflict


@observed("forget")
@again_on_conflict
def forget(
    settings: Settings, targets: Sequence[str], reason: str, by: str, run_id: str
) -> ForgetReport:
    """Remove articles, addresses or captures for good, and keep them out.

    A capture that shows an article takes the article with it, and all of its captures.

    Args:
        settings: the home.
        targets: ids of articles or captures, or addresses.
        reason: why; kept with the keys.
        by: who asked for it; likewise.
        run_id: names the takedown.

    Raises:
        UsageError: nothing is known by a target that is no address, or the reason is empty.
        LakeError: a rebuild is not finished.
    """
    if not reason.strip():
        raise UsageError("--reason is empty: say why, for those who ask later")
    started_at = datetime.now(UTC)
    with open_lake(settings) as lake, lake.lock():
        _check_rebuilt(lake)
        found = _find(lake, settings, targets)
        with lake.transaction(f"forget {run_id}"):
            takedown.record(lake.connection, found, run_id, started_at, by, reason)
            captures = takedown.sweep(lake.connection)
            counts = (len(targets), captures, 0)
            record_run(lake.connection, run_id, "forget", ALL, started_at, counts)
        erase_deleted(lake, settings)
    files = _erase_files(settings, found, run_id)
    # Takedowns keep addresses, in the lake and in the build.
    kept = [settings.lake_folder, settings.builds]
    remaining = files_with(settings.home, _words(found), skipped=[settings.logs, *kept])
    titles = _words(takedown.Belongings(titles=found.titles))
    remaining += [path for folder in kept for path in files_with(folder, titles)]
    return ForgetReport(
        run_id,
        len(found.articles),
        captures,
        len(found.pairs()),
        tuple(sorted(found.named_in)),
        files,
        tuple(path.relative_to(settings.home).as_posix() for path in remaining),
    )


@observed("purge")
@again_on_conflict
def purge(settings: Settings, before: date, outlet_id: str | None, run_id: str) -> PurgeReport:
    """Remove what was captured before a day: captures, and articles not seen since then.

    Nothing is kept out: what comes again is taken in again.

    Args:
        settings: the home.
        before: the first day, in Dhaka, that is kept.
        outlet_id: only of this outlet.
        run_id: the run that writes.

    Raises:
        UsageError: the outlet is unknown.
        LakeError: a rebuild is not finished.
    """
    started_at = datetime.now(UTC)
    with open_lake(settings) as lake, lake.lock():
        _check_rebuilt(lake)
        with lake.transaction(f"purge {run_id}"):
            captures, articles = retention.delete_before(lake.connection, before, outlet_id)
            counts = (captures, articles, 0)
            record_run(lake.connection, run_id, "purge", ALL, started_at, counts)
        erase_deleted(lake, settings)
    if captures or articles:
        _erase_derived(settings, run_id)
    return PurgeReport(captures, articles)


def _check_rebuilt(lake: Lake) -> None:
    if batch_id := unfinished_rebuild(lake.connection):
        raise LakeError(
            f"a rebuild is not finished, batch {batch_id} is to come: run `khobor build` first"
        )


def _find(lake: Lake, settings: Settings, targets: Sequence[str]) -> takedown.Belongings:
    outlets = load_outlets(settings.outlets)
    meant = {target: native_article_id(outlets.for_url(target), target) for target in targets}
    articles = [article for article in meant.values() if article]
    found = takedown.find_belongings(lake.connection, targets, articles)
    for target in targets:
        if "://" not in target and target not in found.articles | found.captures:
            raise UsageError(
                f"nothing is known by {target!r}: give the id of an article or a capture, or an "
                "address with https://"
            )
    return found


def _erase_files(settings: Settings, found: takedown.Belongings, run_id: str) -> int:
    """Remove it from all else under home; return the number of files removed or rewritten."""
    forget_in_frontier(settings.frontier, found.urls)
    _erase_derived(settings, run_id)
    changed = _erase_dropped(settings.inbox_folder, found.contents)
    for path in sorted(settings.logs.rglob("*")):
        changed += path.is_file() and without_lines(path, _words(found))
    return changed


def _erase_derived(settings: Settings, run_id: str) -> None:
    """Make again what is derived from the lake, and remove what was derived before."""
    for batch_id in staging.all_batches(settings):
        staging.remove(settings, batch_id)
    clear_temp_folders(settings.home)
    link_stories(settings, run_id)
    has_report = settings.report.exists()
    build = publishing.publish(settings, run_id).build_id
    for folder in settings.builds.iterdir():
        if folder.is_dir() and folder.name != build:
            shutil.rmtree(folder)
    erase_in_catalog(settings)
    back_up_catalog(settings, build)
    shutil.rmtree(settings.data_docs, ignore_errors=True)
    build_docs(settings)
    if has_report:
        publishing.report(settings)


def _erase_dropped(inbox: Path, contents: Iterable[str]) -> int:
    """Remove files of the inbox with these bytes, and their sidecars."""
    wanted = frozenset(contents)
    removed = 0
    for path in sorted(inbox.rglob("*")) if inbox.is_dir() else ():
        if path.is_symlink() or not path.is_file():
            continue
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest in wanted:
            for companion in (path, path.with_name(f"{path.name}.meta.json")):
                companion.unlink(missing_ok=True)
            removed += 1
    return removed


def _words(found: takedown.Belongings) -> list[bytes]:
    """What a copy of it would have in it, as pages, facts and JSON write it."""
    titles = set(filter(takedown.is_telling, found.titles))
    texts = {*found.urls, *map(unquote, found.urls), *titles}
    texts |= {composed(title) for title in titles}
    return sorted({form.encode() for text in texts for form in (text, json.dumps(text)[1:-1])})
