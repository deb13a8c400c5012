"""The folder of builds: one publisher at a time, the link to the published one, removal."""

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from etl.errors import PublishError, TransientError
from etl.storage.locks import exclusive_lock

WAREHOUSE = "warehouse.duckdb"
_KEPT_BUILDS = 3
_LOCK_WAIT_SECONDS = 600.0
_BUILD_ID = re.compile(r"\d{8}T\d{12}Z-[0-9a-f]{6}")
_TIME_FORM = "%Y%m%dT%H%M%S%fZ"
_TEMPORARY = ".tmp-"


class PublishBusyError(TransientError):
    """Another publisher holds the builds longer than the waiting time."""


def new_build_id(built_at: datetime, known: Iterable[str] = ()) -> str:
    """A build id that sorts after all known ones; ids of one microsecond still differ.

    Args:
        built_at: the time; where it is not after the known ids', because a clock was ahead then,
            the id has the moment after the last of them.
        known: names of builds and of copies made with them; others are passed over.
    """
    last = max((name[: name.index("-")] for name in known if _BUILD_ID.fullmatch(name)), default="")
    at = f"{built_at.astimezone(UTC):{_TIME_FORM}}"
    if at <= last:
        after = datetime.strptime(last, _TIME_FORM).replace(tzinfo=UTC) + timedelta(microseconds=1)
        at = f"{after:{_TIME_FORM}}"
    return f"{at}-{secrets.token_hex(3)}"


def check_build_id(build_id: str) -> None:
    """Check that a build id is one that sorts by its time.

    Raises:
        PublishError: it is not.
    """
    if not _BUILD_ID.fullmatch(build_id):
        raise PublishError(f"build id {build_id!r} is not of the form of `new_build_id`")


@contextmanager
def publisher_lock(builds: Path) -> Iterator[None]:
    """Let one publisher work at a time.

    Raises:
        PublishBusyError: another publisher held the lock for ten minutes.
    """
    builds.mkdir(parents=True, exist_ok=True)
    path = builds / "publish.lock"
    busy = PublishBusyError(
        f"another publish has held {path} for {_LOCK_WAIT_SECONDS:.0f} s: "
        "wait for it or stop it, then publish again"
    )
    with exclusive_lock(path, wait_seconds=_LOCK_WAIT_SECONDS, busy=busy):
        yield


@contextmanager
def folder_aside(builds: Path, build_id: str) -> Iterator[Path]:
    """Create a folder ``<id>.tmp-…`` to build in, removed at the end unless it was renamed."""
    folder = builds / f"{build_id}{_TEMPORARY}{os.getpid()}"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_stale(builds: Path, current: Path) -> None:
    """Remove leftovers of killed publishers; call it under the lock, when no other is alive."""
    for folder in builds.glob(f"*{_TEMPORARY}*"):
        shutil.rmtree(folder, ignore_errors=True)
    for link in current.parent.glob(f"{current.name}{_TEMPORARY}*"):
        link.unlink(missing_ok=True)


def seal(folder: Path, builds: Path, build_id: str) -> Path:
    """Sync a finished folder to disk and give it its name.

    Returns:
        The build's folder.

    Raises:
        PublishError: a build of that id is there.
    """
    target = builds / build_id
    if target.exists():
        raise PublishError(f"build {build_id} is there already: give each build its own id")
    _sync(folder / WAREHOUSE)
    _sync(folder)
    folder.rename(target)
    _sync(builds)
    return target


def flip(current: Path, build: Path) -> None:
    """Point ``current`` to the build, atomically for readers.

    Raises:
        PublishError: ``current`` is there and is no link.
    """
    if current.exists() and not current.is_symlink():
        raise PublishError(f"{current} is no link: move it away, then publish again")
    aside = current.with_name(f"{current.name}{_TEMPORARY}{os.getpid()}")
    aside.unlink(missing_ok=True)
    aside.symlink_to(os.path.relpath(build, current.parent), target_is_directory=True)
    aside.replace(current)
    _sync(current.parent)


def remove_old(builds: Path, current: Path) -> int:
    """Remove all but the last three builds, the published one and those that are open.

    Returns:
        The number of builds removed.
    """
    published = current.resolve()
    finished = sorted(folder for folder in builds.iterdir() if _BUILD_ID.fullmatch(folder.name))
    old = [
        folder
        for folder in finished[:-_KEPT_BUILDS]
        if folder.resolve() != published and not _is_open(folder / WAREHOUSE)
    ]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)


def clear_builds(builds: Path, current: Path) -> int:
    """Remove old builds and leftovers of killed publishers.

    Returns:
        The number of finished builds removed.
    """
    if not builds.is_dir():
        return 0
    with publisher_lock(builds):
        remove_stale(builds, current)
        return remove_old(builds, current)


def remove_all_but_published(builds: Path, current: Path) -> int:
    """Remove all builds but the published one, also those that are open.

    A reader who has one open keeps its file until it closes it.

    Returns:
        The number of builds removed.
    """
    if not builds.is_dir():
        return 0
    with publisher_lock(builds):
        remove_stale(builds, current)
        published = current.resolve()
        old = [
            folder
            for folder in builds.iterdir()
            if folder.is_dir() and folder.resolve() != published
        ]
        for folder in old:
            shutil.rmtree(folder)
    return len(old)


def _is_open(warehouse: Path) -> bool:
    """Whether a DuckDB has the file open: each reader holds a shared lock on it."""
    try:
        with warehouse.open("r+b") as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
