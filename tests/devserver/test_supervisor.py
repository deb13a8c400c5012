"""What a program started ends with it, also what does not listen and what has left its session."""

import subprocess
import sys

import psutil
import pytest

from etl.settings import PROJECT

# Neither listens to a Ctrl-C; the second is a session of its own, as a task of Airflow's is.
_STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
child = subprocess.Popen(["sleep", "600"], start_new_session=True)
print(child.pid, flush=True)
time.sleep(600)
"""
_SUPERVISOR = (
    "from devserver import supervisor; supervisor._STOP_SECONDS = {seconds}; supervisor.main()"
)


def _is_gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.parametrize("is_hurried", [False, True])
def test_all_ends_when_the_program_does(is_hurried: bool) -> None:
    supervisor = subprocess.Popen(
        [sys.executable, "-c", _SUPERVISOR.format(seconds=600 if is_hurried else 0.5)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        text=True,
    )
    service = subprocess.Popen(
        [sys.executable, "-c", _STUBBORN],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with supervisor, service:
        assert service.stdout is not None
        assert supervisor.stdin is not None
        child = int(service.stdout.readline())
        supervisor.stdin.write(f"{service.pid}\n")
        supervisor.stdin.flush()
        assert service.poll() is None
        supervisor.stdin.close()  # as the kernel does for a program that is killed
        if is_hurried:
            with pytest.raises(subprocess.TimeoutExpired):
                supervisor.wait(timeout=1)
            supervisor.terminate()
        assert supervisor.wait(timeout=60) == 0
        service.wait(timeout=60)
        assert _is_gone(child)
