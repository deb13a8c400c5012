"""Exclusive locks on files, between processes of one machine.

A lock is the operating system's (``flock``): it goes with its process, however that ends. The
file stays, because a file removed while others wait for its lock would let two of them have one.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

_MODE = 0o600


@contextmanager
def exclusive_lock(
    path: Path, *, wait_seconds: float | None = None, busy: Exception | None = None
) -> Iterator[None]:
    """Hold the lock on a file, which is created where it is missing.

    Args:
        path: the file; its folder must exist.
        wait_seconds: how long to wait for another holder, 0 for not at all; None waits for ever.
        busy: raised if another still holds the lock then.
    """
    lock = _file_lock(path, -1 if wait_seconds is None else wait_seconds)
    try:
        lock.acquire()
    except Timeout as timeout:
        raise busy or timeout from None
    try:
        yield
    finally:
        lock.release()


def is_locked(path: Path) -> bool:
    """Whether a living process holds the lock on a file; False where there is no file."""
    if not path.exists():
        return False
    lock = _file_lock(path, 0)
    try:
        lock.acquire()
    except Timeout:
        return True
    lock.release()
    return False


def _file_lock(path: Path, timeout: float) -> FileLock:
    # Whoever may read a file may hold a lock on it: so its owner alone, also where an older release
    # created it.
    with suppress(FileNotFoundError, PermissionError):
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        os.fchmod(descriptor, _MODE)
        os.close(descriptor)
    # Without flock, filelock would take a file's existence for the lock: a kill leaves that behind.
    return FileLock(path, timeout=timeout, mode=_MODE, fallback_to_soft=False)
