"""The inbox folder: which files are complete, and their move to ``done/`` or ``bad/``.

Writers put a page's sidecar there before the page, or both under temporary names. A file is
complete when nothing has touched it for a while. A kill during a move neither loses the file nor
makes another capture of it.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from etl.ingest.files.reader import SIDECAR_ENDING

DONE, BAD = "done", "bad"
_REASON_ENDING = ".reason.txt"
_LONGEST_NAME = 255  # bytes, on Linux
# Names of files that programs are still writing: browsers, rsync, FTP clients, editors.
_TEMPORARY_ENDINGS = (".tmp", ".part", ".partial", ".crdownload", ".download", ".filepart", "~")


@dataclass(frozen=True, slots=True)
class DroppedFile:
    """One complete file; ``source`` is its path below the inbox."""

    path: Path
    source: str


@dataclass(frozen=True, slots=True)
class InboxListing:
    """Complete files of the inbox, and the names of those that are still being written."""

    complete: tuple[DroppedFile, ...]
    waiting: tuple[str, ...]


def list_inbox(inbox: Path, settle_seconds: float, now: float) -> InboxListing:
    """List the inbox in the order of names; links out of it aren't followed.

    A file is complete when neither its content nor its name has changed for ``settle_seconds`` and
    its name isn't a temporary one; a page waits for its sidecar, a sidecar for its page.

    Args:
        inbox: the folder.
        settle_seconds: how long nothing must have changed.
        now: seconds since 1970.
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
            complete.append(DroppedFile(path, source))
        else:
            waiting.append(source)
    return InboxListing(tuple(complete), tuple(waiting))


def file_away(inbox: Path, dropped: DroppedFile, reason: str | None) -> Path:
    """Move a file with its sidecar to ``done/``, or to ``bad/`` with a file that has the reason.

    An older file of that name stays: the new one gets a number. The sidecar is copied before the
    page is moved and removed after, so that the page always has it.

    Args:
        inbox: the folder.
        dropped: the file.
        reason: why the file is bad; None for a good one.

    Returns:
        The file's new path.
    """
    target = _free(inbox / (DONE if reason is None else BAD) / dropped.source)
    target.parent.mkdir(parents=True, exist_ok=True)
    if reason is not None:
        _with_ending(target, _REASON_ENDING).write_text(f"{reason}\n", encoding="utf-8")
    sidecar = _sidecar(dropped.path)
    has_sidecar = _changed_at(sidecar) is not None
    if has_sidecar:
        shutil.copy2(sidecar, _sidecar(target))
    dropped.path.replace(target)
    if has_sidecar:
        sidecar.unlink(missing_ok=True)
    return target


def remove_filed_sidecars(inbox: Path) -> None:
    """Finish moves that were killed between the page and its sidecar."""
    for path in _dropped(inbox):
        if path.name.lower().endswith(SIDECAR_ENDING) and _is_filed(inbox, path):
            path.unlink(missing_ok=True)


def _dropped(inbox: Path) -> Iterator[Path]:
    """All regular files in the order of their names, but for ``done/`` and ``bad/``."""
    for folder, subfolders, names in os.walk(inbox):
        is_top = Path(folder) == inbox
        kept = [name for name in subfolders if not (is_top and name in (DONE, BAD))]
        subfolders[:] = sorted(name for name in kept if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and Path(folder, name).is_file():
                yield Path(folder, name)


def _is_filed(inbox: Path, sidecar: Path) -> bool:
    """Whether a sidecar without a page is left from a move: page and copy were moved."""
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
        ending = f"~{number}{dot}{endings}"
        # Its sidecar must have room for the same.
        yield path.with_name(f"{_cut(stem, ending + SIDECAR_ENDING)}{ending}")
        number += 1


def _with_ending(path: Path, ending: str) -> Path:
    """A file next to another, whose name is cut where it would be too long with the ending."""
    return path.with_name(_cut(path.name, ending) + ending)


def _cut(name: str, ending: str) -> str:
    """As much of a name as fits with an ending; a letter of Bangla has three bytes."""
    room = _LONGEST_NAME - len(os.fsencode(ending))
    written = os.fsencode(name)
    return name if len(written) <= room else written[:room].decode("utf-8", "ignore")


def _sidecar(path: Path) -> Path:
    return path.with_name(path.name + SIDECAR_ENDING)


def _changed_at(path: Path) -> float | None:
    """When content, name or attributes last changed: also of files whose times were preserved."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:  # no sidecar can have that name
            return None
        raise
    return max(status.st_mtime, status.st_ctime)
