"""Ends what a program started as soon as the program ends, however it ends.

``python -m devserver.supervisor`` reads process ids from its input, one a line: leaders of sessions
that the program started. The input ends with the program, or earlier if the program closes it.
Then the leaders are asked to end, as a Ctrl-C would, and what is left of their sessions after a
while, with all that it started itself, is killed. On SIGTERM it does not wait.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Collection, Iterable

import psutil

# Airflow waits for running tasks, and gunicorn for requests; then they are killed.
_STOP_SECONDS = 20.0
_POLL_SECONDS = 0.25


def main() -> None:
    """Wait for the end of the input, then end the sessions."""
    hurry = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: hurry.set())
    _end({int(line) for line in sys.stdin}, hurry)


def _end(leaders: Collection[int], hurry: threading.Event) -> None:
    ours = _started_by(leaders)
    for process in ours:
        if process.pid in leaders:  # each passes it on to its own
            _send(process, signal.SIGINT)
    deadline = time.monotonic() + _STOP_SECONDS
    while _alive(ours) and time.monotonic() < deadline and not hurry.wait(_POLL_SECONDS):
        pass
    for process in _alive({*ours, *_started_by(leaders)}):
        _send(process, signal.SIGKILL)


def _started_by(leaders: Collection[int]) -> set[psutil.Process]:
    """Processes of the leaders' sessions, and their descendants in whatever session."""
    found: set[psutil.Process] = set()
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) in leaders:
                found.update((process, *process.children(recursive=True)))
        except (OSError, psutil.NoSuchProcess):
            continue
    return found


def _alive(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Those that run; one that has ended may still wait for its parent to ask how."""
    alive = []
    for process in processes:
        try:
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                alive.append(process)
        except psutil.NoSuchProcess:
            continue
    return alive


def _send(process: psutil.Process, number: int) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return


if __name__ == "__main__":
    main()
