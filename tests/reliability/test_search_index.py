"""A publish killed at any moment leaves a build that can be searched, and the next one goes on."""

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from etl.lake.connection import open_lake
from etl.reading.search import Search, search
from etl.reading.warehouse import Warehouse
from etl.settings import PROJECT, Settings
from etl.workflows import publishing
from etl.workflows.run_ids import new_run_id

_KILLS = 8
_SEED = 20250120


def _found(settings: Settings) -> set[str]:
    with Warehouse(settings.current_build) as warehouse:
        return {hit.article_id for hit in search(warehouse, Search("ইরান")).hits}


@pytest.mark.slow
def test_a_killed_publish_leaves_a_build_that_can_be_searched(
    sample_home: Path, tmp_path: Path
) -> None:
    shutil.copytree(sample_home, tmp_path / "home", symlinks=True)
    settings = Settings(home=tmp_path / "home", workers=1)
    expected = _found(settings)
    command = [sys.executable, "-m", "etl", "publish", "--home", str(settings.home)]
    started = time.monotonic()
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    length = time.monotonic() - started
    source = random.Random(_SEED)
    killed = 0
    for _ in range(_KILLS):
        process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL)
        try:
            process.wait(length * source.uniform(0.3, 1.0))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
        assert _found(settings) == expected
    assert killed
    publishing.publish(settings, new_run_id())
    assert _found(settings) == expected
    with open_lake(settings, read_only=True) as lake:
        count = lake.connection.execute(
            "SELECT count(*) FROM lake.core.fact_article WHERE is_current"
        ).fetchone()
    with Warehouse(settings.current_build) as warehouse:
        assert count == (warehouse.searcher.num_docs,)
