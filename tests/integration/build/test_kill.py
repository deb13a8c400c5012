"""A run that is killed anywhere and started again ends as if nothing had happened."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from etl.settings import PROJECT, Settings
from etl.workflows.build import chain
from etl.workflows.build.batches import load_batch, stage_batch
from etl.workflows.collect.files import ingest_files
from etl.workflows.run_ids import new_run_id
from tests.lake_rows import facts_of, rows_of

pytestmark = pytest.mark.slow

PAGES = PROJECT / "seeds" / "pages" / "kalbela"


def _command(home: Path) -> list[str]:
    return [sys.executable, "-m", "etl", "run", str(PAGES), "--home", str(home)]


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    # Small batches make many commits, so that kills fall between and into them.
    return {**os.environ, "KHOBOR_BATCH_ROWS": "5"}


@pytest.fixture(scope="module")
def undisturbed(
    tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]
) -> tuple[Settings, float]:
    home = tmp_path_factory.mktemp("undisturbed")
    started = time.monotonic()
    subprocess.run(_command(home), check=True, capture_output=True, env=environment)
    return Settings(home=home), time.monotonic() - started


@pytest.mark.parametrize("share", [0.5, 0.85])
def test_killed_and_started_again(
    tmp_path: Path,
    undisturbed: tuple[Settings, float],
    environment: dict[str, str],
    share: float,
) -> None:
    reference, seconds = undisturbed
    running = subprocess.Popen(
        _command(tmp_path),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )
    time.sleep(share * seconds)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    done = subprocess.run(
        _command(tmp_path), capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    settings = Settings(home=tmp_path)
    assert facts_of(settings) == facts_of(reference)
    assert rows_of(
        settings, "SELECT count(*), count(DISTINCT capture_id) FROM lake.core.fact_capture"
    ) == rows_of(reference, "SELECT count(*), count(*) FROM lake.raw.page_capture")
    assert (settings.current_build / "warehouse.duckdb").exists()


def test_stories_and_a_build_that_a_kill_left_undone_follow_with_the_next_run(
    tmp_path: Path,
) -> None:
    pages = [
        PROJECT / "seeds/pages/kalbela/japan-nepal-school-aid-kalbela.html",
        PROJECT / "seeds/pages/samakal/japan-nepal-school-aid-samakal.html",
    ]
    settings = Settings(home=tmp_path, workers=1)
    chain.run(settings, pages[:1], new_run_id())
    run_id = new_run_id()
    (batch_id,) = ingest_files(settings, pages[1:], run_id).batch_ids
    stage_batch(settings, batch_id, run_id)
    load_batch(settings, batch_id, run_id)  # and here the process is killed
    again = chain.run(settings, pages[1:], new_run_id())
    assert again.outcomes["loaded"] == 0
    assert rows_of(settings, "SELECT count(*) FROM lake.core.bridge_story") == [(2,)]
    assert again.publish is not None
    assert again.publish.articles == 2
    assert chain.run(settings, pages, new_run_id()).publish is None
