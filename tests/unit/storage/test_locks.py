"""Locks between processes: waited for, given up, and gone with the process that held them."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from etl.settings import PROJECT
from etl.storage.locks import exclusive_lock, is_locked

_HOLDER = """
import sys, time
from pathlib import Path
from etl.storage.locks import exclusive_lock
with exclusive_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


@contextmanager
def held_elsewhere(path: Path, seconds: float) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", _HOLDER, str(path), str(seconds)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield holder
        holder.kill()


def test_a_lock_held_by_another_process_is_given_up_after_the_wait(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with held_elsewhere(path, 60):
        started = time.monotonic()
        with (
            pytest.raises(RuntimeError, match="busy"),
            exclusive_lock(path, wait_seconds=0.3, busy=RuntimeError("busy")),
        ):
            pass
        assert time.monotonic() - started >= 0.3


def test_a_lock_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with held_elsewhere(path, 0.3), exclusive_lock(path, wait_seconds=30):
        assert path.exists()


def test_a_lock_goes_with_its_process_and_its_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not is_locked(path)
    assert not path.exists()
    with held_elsewhere(path, 60) as holder:
        assert is_locked(path)
        holder.kill()
        holder.wait()
        assert not is_locked(path)
    assert path.exists()
    with exclusive_lock(path, wait_seconds=0, busy=RuntimeError("busy")):
        assert is_locked(path)
