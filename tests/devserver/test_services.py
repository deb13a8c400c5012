"""Processes that ``make serve`` starts and ends."""

import subprocess
import sys
from pathlib import Path

from etl.settings import PROJECT

# In a process of its own, since all children of the process are ended.
PROGRAM = """
import os, sys
from pathlib import Path
from devserver.services import Services

services = Services(Path(sys.argv[1]))
sleep = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
for name in ("first", "second"):
    services.start(name, sleep, dict(os.environ))
    log = Path(sys.argv[1], f"{name}.log")
    services.wait_for(name, lambda: log.read_text() == "up\\n")
services.end()
"""


def test_services_that_ended_are_not_taken_for_running(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, str(tmp_path)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    # Python tells of a process that is forgotten while it runs.
    assert (done.returncode, done.stderr) == (0, "")
