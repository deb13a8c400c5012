"""What a process that opens the lake again and again may hold of it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from etl.settings import PROJECT

pytestmark = pytest.mark.slow

# A process of its own: another test's openings would shift where DuckDB is started again.
_COMMITS = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from etl.lake.connection import open_lake
from etl.load.runs import record_run
from etl.settings import Settings

settings, held = Settings(home=Path(sys.argv[1])), []
for number in range(120):
    run_id = f"run{number:03d}"
    with open_lake(settings) as lake:
        with lake.write(run_id):
            record_run(lake.connection, run_id, "build", run_id, datetime.now(UTC), (1, 1, 0))
        memory = lake.execute("SELECT sum(memory_usage_bytes) FROM duckdb_memory()")
        held.append(memory.fetchall()[0][0])
print(json.dumps(held))
"""


def test_what_duckdb_keeps_of_snapshots_does_not_grow_with_commits(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _COMMITS, str(tmp_path)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    held = json.loads(done.stdout)
    assert max(held[40:]) <= max(held[:40])
