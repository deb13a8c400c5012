"""The drop folder: which files are complete, and where they go when they are done.

Whoever drops files writes a page's sidecar before the page, or both under temporary names. A file
is complete when nothing has touched it for a while; its moves leave no moment at which a kill would
lose it, or make another capture of it.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from etl.ingest.files.walk import SIDECAR_ENDING

DONE, BAD = "done", "bad"
_REASON_ENDING = ".reason.txt"
# Names that programs give to what they are still writing: browsers, rsync, FTP clients, editors.
_TEMPORARY_ENDINGS = (".tmp", ".part", ".partial", ".crdownload", ".download", ".filepart", "~")


@dataclass(frozen=True, slots=True)
class Dropped:
    """One file to take; ``source`` is its path below the inbox."""

    path: Path
    source: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies in the inbox: files to take, and the names of those that are still written."""

    complete: tuple[Dropped, ...]
    waiting: tuple[str, ...]


def look(inbox: Path, settle_seconds: float, now: float) -> Listing:
    """Sort what lies in the inbox, in the order of names; links out of it aren't followed.

    A file is complete when neither its content nor its name has changed for ``settle_seconds`` and
    its name isn't a temporary one; a page waits for its sidecar, a sidecar for its page.
    """
    complete, waiting = [], []
    for path in _dropped(inbox):
        source = path.relative_to(inbox).as_posix()
        if source.lower().endswith(SIDECAR_ENDING):
            page = path.with_name(path.name[: -len(SIDECAR_ENDING)])
            if not page.exists() and not _is_filed(inbox, path):
                waiting.append(source)
            continue
        sidecar = _sidecar(path)
        is_settled = all(
            now - changed_at >= settle_seconds
            for changed_at in (_changed_at(path), _changed_at(sidecar))
            if changed_at is not None
        )
        if is_settled and not path.name.lower().endswith(_TEMPORARY_ENDINGS):
            complete.append(Dropped(path, source))
        else:
            waiting.append(source)
    return Listing(tuple(complete), tuple(waiting))


def file_away(inbox: Path, dropped: Dropped, reason: str | None) -> Path:
    """Move a file with its sidecar to ``done/``, or with the reason beside it to ``bad/``.

    An older file of that name stays: the new one gets a number. The page is moved last but for its
    sidecar, which is copied before and removed after: at no moment is the page without it.

    :returns: where the file lies now.
    """
    target = _free(inbox / (DONE if reason is None else BAD) / dropped.source)
    target.parent.mkdir(parents=True, exist_ok=True)
    if reason is not None:
        target.with_name(target.name + _REASON_ENDING).write_text(f"{reason}\n", encoding="utf-8")
    sidecar = _sidecar(dropped.path)
    if sidecar.exists():
        shutil.copy2(sidecar, _sidecar(target))
    dropped.path.replace(target)
    sidecar.unlink(missing_ok=True)
    return target


def remove_filed_sidecars(inbox: Path) -> None:
    """Finish moves that a kill cut off between a page and its sidecar."""
    for path in _dropped(inbox):
        if path.name.lower().endswith(SIDECAR_ENDING) and _is_filed(inbox, path):
            path.unlink(missing_ok=True)


def _dropped(inbox: Path) -> Iterator[Path]:
    """All regular files, in the order of their names; not the filed ones, which may be many."""
    for folder, subfolders, names in os.walk(inbox):
        is_top = Path(folder) == inbox
        kept = [name for name in subfolders if not (is_top and name in (DONE, BAD))]
        subfolders[:] = sorted(name for name in kept if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and Path(folder, name).is_file():
                yield Path(folder, name)


def _is_filed(inbox: Path, sidecar: Path) -> bool:
    """Whether a sidecar without a page is the rest of a move: its page was filed, with its copy."""
    page = sidecar.with_name(sidecar.name[: -len(SIDECAR_ENDING)])
    if page.exists():
        return False
    content = sidecar.read_bytes()
    for folder in (DONE, BAD):
        for filed in _numbered(inbox / folder / page.relative_to(inbox)):
            if not filed.exists():
                break
            copy = _sidecar(filed)
            if copy.exists() and copy.read_bytes() == content:
                return True
    return False


def _free(path: Path) -> Path:
    return next(candidate for candidate in _numbered(path) if not candidate.exists())


def _numbered(path: Path) -> Iterator[Path]:
    """The path, then with ``~2``, ``~3``, … before its endings."""
    yield path
    stem, dot, endings = path.name.partition(".")
    number = 2
    while True:
        yield path.with_name(f"{stem}~{number}{dot}{endings}")
        number += 1


def _sidecar(path: Path) -> Path:
    return path.with_name(path.name + SIDECAR_ENDING)


def _changed_at(path: Path) -> float | None:
    """When content, name or attributes last changed; programs that keep times can't hide it."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return max(status.st_mtime, status.st_ctime)
