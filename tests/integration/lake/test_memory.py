"""What a process that opens the lake again and again may hold of it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from etl.lake.connection import open_lake
from etl.load.runs import record_run
from etl.settings import Settings

pytestmark = pytest.mark.slow


def test_what_duckdb_keeps_of_snapshots_does_not_grow_with_commits(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    held = []
    for number in range(120):
        run_id = f"run{number:03d}"
        with open_lake(settings) as lake:
            with lake.write(run_id):
                record_run(lake.connection, run_id, "build", run_id, datetime.now(UTC), (1, 1, 0))
            memory = lake.execute("SELECT sum(memory_usage_bytes) FROM duckdb_memory()")
            held.append(memory.fetchall()[0][0])

    assert max(held[40:]) <= max(held[:40])
