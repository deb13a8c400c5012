"""A full disk is told plainly, costs nothing that was committed, and is got over with room."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from etl.settings import PROJECT

pytestmark = pytest.mark.slow

_OWN_DISK = ["unshare", "--user", "--map-root-user", "--mount"]


def _may_mount(folder: Path) -> bool:
    return bool(shutil.which("unshare")) and not subprocess.run(
        [*_OWN_DISK, "mount", "-t", "tmpfs", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    ).returncode  # fmt: skip


def test_a_full_disk(tmp_path: Path) -> None:
    if not _may_mount(tmp_path):
        pytest.skip("no disk of its own: user namespaces are not to be had here")
    script = (
        f"mount -t tmpfs -o size=200m tmpfs {tmp_path} && "
        f"exec {sys.executable} -W ignore -m tests.reliability.full_disk {tmp_path} 0 100000"
    )
    done = subprocess.run(
        [*_OWN_DISK, "sh", "-c", script], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line for line in lines if line["problems"]] == []
    assert done.returncode == 0, done.stderr
    told = {line["command"] for line in lines if line["said"]}
    assert told == {"first", "ingest", "build", "publish", "maintain"}
