"""The inbox folder: which files are complete, and their move to ``done/`` or ``bad/``.

Writers put a page's sidecar there before the page, or both under temporary names. A file is
complete when nothing has touched it for a while. A kill during a move neither loses the file nor
makes another capture of it.

Others may write there what they like. So no link is followed, neither to a page nor to a sidecar or
``done/``; nothing that is there is overwritten; what is no file goes to ``bad/`` unread.
"""

import hashlib
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from etl.ingest.files.reader import SIDECAR_ENDING, as_text, open_regular
from etl.schema.problems import Problem
from etl.schema.vocabulary import ProblemCode

DONE, BAD = "done", "bad"
_REASON_ENDING = ".reason.txt"
# Names of files that programs are still writing: browsers, rsync, FTP clients, editors.
_TEMPORARY_ENDINGS = (".tmp", ".part", ".partial", ".crdownload", ".download", ".filepart", "~")
# Folders in folders. The operating system ends a path at 4,096 bytes.
_MOST_DEPTH = 20
# A name has at most 255 bytes on common file systems, with a reason's ending and a number.
_NAME_BYTES = 255 - len(_REASON_ENDING) - len("~99999")
# A time that is further ahead was written by a clock that was wrong: it can't be waited for.
_CLOCK_TOLERANCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class DroppedFile:
    """One complete file.

    Attributes:
        path: where it is.
        source: its path below the inbox, as text.
        problem: why it can't be read, where that is seen before: it is a link, a pipe, a device.
    """

    path: Path
    source: str
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class InboxListing:
    """Complete files of the inbox, and the names of those that are still being written."""

    complete: tuple[DroppedFile, ...]
    waiting: tuple[str, ...]


def list_inbox(inbox: Path, settle_seconds: float, now: float) -> InboxListing:
    """List the inbox in the order of names; links aren't followed.

    A file is complete when neither its content nor its name has changed for ``settle_seconds`` and
    its name isn't a temporary one; a page waits for its sidecar, a sidecar for its page.

    Args:
        inbox: the folder.
        settle_seconds: how long nothing must have changed.
        now: seconds since 1970.
    """
    complete, waiting = [], []
    for dropped in _dropped(inbox):
        path, source = dropped.path, dropped.source
        page = _page_of(path)
        if page is not None:
            if _status(page) is not None or _is_filed(inbox, path):
                continue
            if dropped.problem is None:
                waiting.append(source)
                continue
        if dropped.problem is not None:
            complete.append(dropped)
            continue
        is_settled = all(
            now - changed_at >= settle_seconds or changed_at > now + _CLOCK_TOLERANCE_SECONDS
            for changed_at in (_changed_at(path), _changed_at(_sidecar(path)))
            if changed_at is not None
        )
        if is_settled and not path.name.lower().endswith(_TEMPORARY_ENDINGS):
            complete.append(dropped)
        else:
            waiting.append(source)
    return InboxListing(tuple(complete), tuple(waiting))


def make_folders(inbox: Path) -> None:
    """Create ``done/`` and ``bad/``; a link or a file of that name is renamed, and dropped then."""
    for name in (DONE, BAD):
        status = _status(inbox / name)
        if status is not None and not stat.S_ISDIR(status.st_mode):
            (inbox / name).rename(_free(inbox / name))
        (inbox / name).mkdir(exist_ok=True)


def file_away(inbox: Path, dropped: DroppedFile, reason: str | None) -> Path:
    """Move a file with its sidecar to ``done/``, or to ``bad/`` with a file that has the reason.

    An older file of that name stays: the new one gets a number. The sidecar is copied before the
    page is moved and removed after, so that the page always has it.

    Args:
        inbox: the folder; ``make_folders`` has been called on it.
        dropped: the file.
        reason: why the file is bad; None for a good one.

    Returns:
        The file's new path.

    Raises:
        OSError: it can't be moved.
    """
    folder = _folder_below(inbox / (DONE if reason is None else BAD), inbox, dropped.path.parent)
    target = _free(folder / dropped.path.name)
    if reason is not None:
        _write_new(_reason_file(target), f"{reason}\n".encode(errors="backslashreplace"))
    sidecar = _sidecar(dropped.path)
    status = _status(sidecar)
    is_file = status is not None and stat.S_ISREG(status.st_mode)
    if is_file:
        _copy_new(sidecar, _sidecar(target))
    dropped.path.rename(target)
    if is_file:
        sidecar.unlink(missing_ok=True)
    elif status is not None:  # a link, a folder, a pipe: as it is
        sidecar.rename(_sidecar(target))
    return target


def remove_filed_sidecars(inbox: Path) -> None:
    """Finish moves that were killed between the page and its sidecar."""
    for dropped in _dropped(inbox):
        is_sidecar = dropped.problem is None and _page_of(dropped.path) is not None
        if is_sidecar and _is_filed(inbox, dropped.path):
            dropped.path.unlink(missing_ok=True)


def remove_filed(inbox: Path, is_removed: Callable[[bytes], bool]) -> list[str]:
    """Remove filed pages, with their sidecars, of whose bytes something is true.

    Returns:
        Their paths below the inbox.
    """
    removed = []
    for folder in (inbox / DONE, inbox / BAD):
        is_own = folder.is_dir() and not folder.is_symlink()
        for path in sorted(folder.rglob("*")) if is_own else []:
            if path.is_symlink() or not path.is_file() or not is_removed(path.read_bytes()):
                continue
            removed.append(path.relative_to(inbox).as_posix())
            for part in (_sidecar(path), path.with_name(path.name + _REASON_ENDING), path):
                part.unlink(missing_ok=True)
    return removed


def _dropped(inbox: Path) -> Iterator[DroppedFile]:
    """All that is in the inbox in the order of names, but for folders, ``done/`` and ``bad/``."""
    for folder, subfolders, names in os.walk(inbox):
        depth = len(Path(folder).relative_to(inbox).parts)
        own = (DONE, BAD) if depth == 0 else ()
        found = {name for name in (*subfolders, *names) if not name.startswith(".")}
        subfolders[:] = sorted(name for name in subfolders if name in found and name not in own)
        folders = set(subfolders)
        if depth >= _MOST_DEPTH:
            subfolders.clear()
        for name in sorted(found.difference(own)):
            path = Path(folder, name)
            status = _status(path)
            if status is None:  # its writer has removed it
                continue
            problem = _problem(status, depth)
            if name in folders and stat.S_ISDIR(status.st_mode) and problem is None:
                continue
            yield DroppedFile(path, as_text(path.relative_to(inbox).as_posix()), problem)


def _problem(status: os.stat_result, depth: int) -> Problem | None:
    """Why what is there can't be read; None for a file, and for a folder that can be walked."""
    kind = stat.S_IFMT(status.st_mode)
    if kind == stat.S_IFDIR and depth < _MOST_DEPTH:
        return None
    if kind == stat.S_IFDIR:
        detail = f"more than {_MOST_DEPTH} folders in each other"
    elif kind == stat.S_IFLNK:
        detail = "a link, which is not followed"
    elif kind != stat.S_IFREG:
        detail = "neither a file nor a folder"
    else:
        return None
    return Problem(ProblemCode.UNREADABLE_FILE, detail)


def _is_filed(inbox: Path, sidecar: Path) -> bool:
    """Whether a sidecar without a page is left from a move: page and copy were moved."""
    page = _page_of(sidecar)
    if page is None or _status(page) is not None:
        return False
    try:
        content = _content(sidecar)
        for folder in (DONE, BAD):
            for filed in _numbered(inbox / folder / page.relative_to(inbox)):
                if _status(filed) is None:
                    break
                copy = _sidecar(filed)
                if _status(copy) is not None and _content(copy) == content:
                    return True
    except OSError:  # no file, or not one that may be read
        return False
    return False


def _folder_below(root: Path, inbox: Path, folder: Path) -> Path:
    """The folder's counterpart below ``root``, created; no part of it is a link."""
    target = root
    for part in folder.relative_to(inbox).parts:
        for candidate in _numbered(target / part):
            status = _status(candidate)
            if status is None:
                candidate.mkdir()
            elif not stat.S_ISDIR(status.st_mode):
                continue
            target = candidate
            break
    return target


def _free(path: Path) -> Path:
    """The first numbered path that neither a file, nor its sidecar, nor its reason has."""
    return next(
        candidate
        for candidate in _numbered(path)
        if not any(map(_status, (candidate, _sidecar(candidate), _reason_file(candidate))))
    )


def _numbered(path: Path) -> Iterator[Path]:
    """The path, then with ``~2``, ``~3``, … before its endings; a long name is shortened."""
    path = path.with_name(_fitting(path.name))
    yield path
    stem, dot, endings = path.name.partition(".")
    number = 2
    while True:
        yield path.with_name(f"{stem}~{number}{dot}{endings}")
        number += 1


def _fitting(name: str) -> str:
    """A name that leaves room for an ending: a long one is cut, and told apart by a hash."""
    encoded = os.fsencode(name)
    if len(encoded) <= _NAME_BYTES:
        return name
    mark = f"~{hashlib.sha256(encoded).hexdigest()[:16]}"
    ending = os.fsencode(Path(name).suffix)[-20:]
    kept = encoded[: _NAME_BYTES - len(mark) - len(ending)]
    return kept.decode("utf-8", "ignore") + mark + os.fsdecode(ending)


def _sidecar(path: Path) -> Path:
    return path.with_name(path.name + SIDECAR_ENDING)


def _reason_file(path: Path) -> Path:
    return path.with_name(path.name + _REASON_ENDING)


def _page_of(path: Path) -> Path | None:
    """The page that a sidecar belongs to; None for what is no sidecar."""
    name = path.name.lower()
    if not name.endswith(SIDECAR_ENDING) or name == SIDECAR_ENDING:
        return None
    return path.with_name(path.name[: -len(SIDECAR_ENDING)])


def _status(path: Path) -> os.stat_result | None:
    """What is there, links not followed; None where nothing is or can be."""
    try:
        return path.lstat()
    except OSError:
        return None


def _changed_at(path: Path) -> float | None:
    """When content, name or attributes last changed: also of files whose times were preserved."""
    status = _status(path)
    return None if status is None else max(status.st_mtime, status.st_ctime)


def _content(path: Path) -> bytes:
    with open_regular(path) as file:
        return file.read()


def _copy_new(source: Path, target: Path) -> None:
    with open_regular(source) as file, target.open("xb") as copy:
        shutil.copyfileobj(file, copy)


def _write_new(path: Path, content: bytes) -> None:
    with path.open("xb") as file:  # a link that was put there is not followed
        file.write(content)
