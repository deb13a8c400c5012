"""Processes that one program starts, watches and ends, with all that they started themselves."""

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from etl.errors import KhoborError

_START_SECONDS = 300.0
# Airflow waits for running tasks, and gunicorn for requests; then they are killed.
_STOP_SECONDS = 20.0
_POLL_SECONDS = 0.25
# Where the program is killed outright, the kernel asks the services to end, as a Ctrl-C would;
# setpriv is part of every Linux (util-linux). Elsewhere they would be left running.
_SETPRIV = shutil.which("setpriv")
_WITH_US = [_SETPRIV, "--pdeathsig", "INT", "--"] if _SETPRIV else []


class StoppedError(Exception):
    """The user asked to stop."""


class Services:
    """Each service is a session of its own, so that a Ctrl-C reaches it only through here.

    What it prints goes to ``<logs>/<name>.log``. The methods raise ``StoppedError`` as soon as a
    stop is asked for. ``start`` is for the main thread: services end with the thread they began in.
    """

    def __init__(self, logs: Path) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._logs = logs
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._started: dict[int, subprocess.Popen[bytes]] = {}  # by session
        self._stop = threading.Event()
        self._hurry = threading.Event()

    @contextmanager
    def until_signalled(self) -> Iterator[None]:
        """Inside, a signal to end asks for a stop; a second one does not wait for it."""

        def ask(_number: int, _frame: object) -> None:
            (self._hurry if self._stop.is_set() else self._stop).set()

        signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, ask) for number in signals}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def run(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        """Run a command to its end.

        :raises KhoborError: it failed.
        """
        process = self._popen(name, command, environment)
        while process.poll() is None:
            self._pause()
        if process.returncode:
            raise KhoborError(f"{name} failed: see the end of {self._log(name)}")

    def start(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        """Start a service."""
        self._processes[name] = self._popen(name, command, environment)

    def wait_for(self, name: str, is_up: Callable[[], bool]) -> None:
        """Wait until a service answers.

        :raises KhoborError: it did not in five minutes, or any service ended.
        """
        deadline = time.monotonic() + _START_SECONDS
        while not is_up():
            self._check()
            self._pause()
            if time.monotonic() > deadline:
                raise KhoborError(
                    f"{name} did not answer in {_START_SECONDS:.0f} s: see {self._log(name)}"
                )

    def watch(self) -> None:
        """Wait for a stop.

        :raises KhoborError: a service ended by itself.
        """
        while True:
            self._check()
            self._pause()

    def end(self) -> None:
        """End all services and whatever they started, running or left behind."""
        ours = self._ours()
        for process in ours:
            if process.pid in self._started:  # each passes it on to its own
                _send(process, signal.SIGINT)
        deadline = time.monotonic() + _STOP_SECONDS
        while ours and time.monotonic() < deadline and not self._hurry.is_set():
            _, ours = psutil.wait_procs(ours, timeout=_POLL_SECONDS)
        ours = [*ours, *self._ours()]
        for process in ours:
            _send(process, signal.SIGKILL)
        psutil.wait_procs(ours, timeout=_STOP_SECONDS)
        for started in self._started.values():
            started.poll()  # it was psutil that waited for it, so it takes itself for running

    def _popen(
        self, name: str, command: list[str], environment: dict[str, str]
    ) -> subprocess.Popen[bytes]:
        with self._log(name).open("ab") as log:
            process = subprocess.Popen(
                [*_WITH_US, *command],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._started[process.pid] = process
        return process

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def _pause(self) -> None:
        if self._stop.wait(_POLL_SECONDS):
            raise StoppedError

    def _check(self) -> None:
        for name, process in self._processes.items():
            if process.poll() is not None:
                raise KhoborError(f"{name} ended: see the end of {self._log(name)}")

    def _ours(self) -> list[psutil.Process]:
        """Descendants, and those of our sessions whose parent is gone."""
        found = set(psutil.Process().children(recursive=True))
        for process in psutil.process_iter():
            try:
                if os.getsid(process.pid) in self._started:
                    found.update((process, *process.children(recursive=True)))
            except (OSError, psutil.NoSuchProcess):
                continue
        return list(found)


def _send(process: psutil.Process, number: int) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return
