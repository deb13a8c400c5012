"""Processes that one program starts, watches and ends, with all that they started themselves."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from etl.errors import KhoborError
from etl.resources import checkout

_START_SECONDS = 300.0
_POLL_SECONDS = 0.25


class StoppedError(Exception):
    """The user asked to stop."""


class Services:
    """Each service is a session of its own, so that a Ctrl-C reaches it only through here.

    What it prints goes to ``<logs>/<name>.log``. The methods raise ``StoppedError`` as soon as a
    stop is asked for. Ending them is the work of ``devserver.supervisor``, a process of its own: it
    does so even where this one is killed.
    """

    def __init__(self, logs: Path) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._logs = logs
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._started: list[subprocess.Popen[bytes]] = []
        self._supervisor = subprocess.Popen(
            [sys.executable, "-m", "devserver.supervisor"],
            cwd=checkout(),
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
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

        Raises:
            KhoborError: it failed.
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

        Raises:
            KhoborError: it did not in five minutes, or any service ended.
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

        Raises:
            KhoborError: a service ended by itself.
        """
        while True:
            self._check()
            self._pause()

    def end(self) -> None:
        """End all services and whatever they started, running or left behind."""
        assert self._supervisor.stdin is not None
        self._supervisor.stdin.close()
        while self._supervisor.poll() is None:
            if self._hurry.is_set():
                self._supervisor.terminate()
            for process in self._started:
                process.poll()
            time.sleep(_POLL_SECONDS)
        for process in self._started:
            process.wait()

    def _popen(
        self, name: str, command: list[str], environment: dict[str, str]
    ) -> subprocess.Popen[bytes]:
        with self._log(name).open("ab") as log:
            process = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._started.append(process)
        assert self._supervisor.stdin is not None
        self._supervisor.stdin.write(b"%d\n" % process.pid)
        self._supervisor.stdin.flush()
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
