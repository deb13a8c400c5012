"""Readers and loaders at once: a short form of ``make test-readers``."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from etl.settings import PROJECT

pytestmark = pytest.mark.slow


def test_readers_see_whole_batches_while_two_loaders_load_publish_and_keep_up(
    tmp_path: Path,
) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.reliability.readers.concurrency",
         "--loads", "10", "--readers", "2", "--loaders", "2"],
        cwd=PROJECT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    result = json.loads(done.stdout)
    assert result["problems"] == []
    assert done.returncode == 0, done.stderr
    assert result["looks"] > 10
