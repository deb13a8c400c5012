"""The DAGs under a real scheduler, on two Celery workers that share only servers."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl.settings import PROJECT, Settings
from etl.workflows.build import chain
from etl.workflows.run_ids import new_run_id
from tests.lake_rows import facts_of, rows_of
from tests.scale import servers
from tests.scale.cluster import Cluster, cluster

pytestmark = pytest.mark.celery

PAGES = PROJECT / "seeds" / "pages" / "kalbela"
_BATCH_ROWS = 4  # batches enough for both workers
_CHAIN = ("ingest_folder", "build_articles", "publish_warehouse")


@pytest.fixture
def redis_port(server_folder: Path) -> Iterator[int]:
    if shutil.which("redis-server") is None:
        pytest.skip("Redis is not installed: `make test-scale` installs it")
    with servers.redis(server_folder) as port:
        yield port


@pytest.fixture
def shared(postgres: servers.Postgres, s3: servers.S3, tmp_path: Path) -> Settings:
    dsn = postgres.create_database("celery_lake")
    return Settings(home=tmp_path / "first", catalog=dsn, **s3.settings("celery"))


@pytest.fixture
def site(
    postgres: servers.Postgres, redis_port: int, shared: Settings, tmp_path: Path
) -> Iterator[Cluster]:
    settings = {
        **servers.as_environment(shared),
        "KHOBOR_BATCH_ROWS": str(_BATCH_ROWS),
        "KHOBOR_WORKERS": "1",
    }
    (tmp_path / "site").mkdir()
    with cluster(tmp_path / "site", postgres, redis_port, settings) as site:
        site.start_worker("first", "home,default", KHOBOR_HOME=str(shared.home))
        site.start_worker("second", "default", KHOBOR_HOME=str(tmp_path / "second"))
        yield site


def test_a_worker_killed_in_a_task_loses_nothing(
    site: Cluster, shared: Settings, tmp_path: Path
) -> None:
    site.wait_until(lambda: _let_run(site), "the parsed DAGs", 300)
    site.run("dags", "trigger", "ingest_folder", "--conf", json.dumps({"paths": [str(PAGES)]}))

    def second_reads_pages() -> bool:
        running = site.rows(
            "SELECT pid FROM task_instance WHERE task_id = 'batch.stage' AND state = 'running'"
        )
        return any(site.runs_on(pid, "second") for (pid,) in running)

    site.wait_until(second_reads_pages, "a task on the second worker", 900)
    site.kill("second")

    def is_over() -> bool:
        """All three have run to an end; Data Docs may be rendered beside the publishing."""
        runs = site.rows("SELECT dag_id, state FROM dag_run")
        return {dag_id for dag_id, _ in runs} == set(_CHAIN) and {"success", "failed"} >= {
            state for _, state in runs
        }

    site.wait_until(is_over, "the end of the chain", 900)
    assert {state for (state,) in site.rows("SELECT state FROM dag_run")} == {"success"}
    (retried,) = site.rows("SELECT count(*) FROM task_instance WHERE try_number > 1")
    assert retried >= (1,)

    embedded = Settings(home=tmp_path / "embedded", batch_rows=_BATCH_ROWS)
    chain.run(embedded, [PAGES], new_run_id())
    assert facts_of(shared) == facts_of(embedded)
    assert rows_of(
        shared, "SELECT count(*), count(DISTINCT capture_id) FROM lake.core.fact_capture"
    ) == rows_of(embedded, "SELECT count(*), count(*) FROM lake.raw.page_capture")
    assert (shared.current_build / "warehouse.duckdb").is_file()
    assert (shared.data_docs / "index.html").is_file()


def _let_run(site: Cluster) -> bool:
    """Take the pause off the chain's DAGs; whether all of them are known yet."""
    released = site.rows(f"UPDATE dag SET is_paused = false WHERE dag_id IN {_CHAIN} RETURNING 1")
    return len(released) == len(_CHAIN)
