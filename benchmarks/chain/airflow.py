"""The chain through Airflow's DAGs, beside the same by the command line.

``make run`` takes in, builds, publishes and maintains by DAGs in one process, and draws the report;
the command line does the same by a command each.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from benchmarks.measure import Measure, Spent, clocked, main, scratch
from etl.settings import PROJECT, Settings
from tests.factories.pages import write_pages

SIZE = 2_000


def measures(size: int) -> Iterator[Measure]:
    """``size`` made pages."""
    with scratch() as folder:
        write_pages(folder / "pages", size)
        pages = str(folder / "pages")
        line = [["etl", "run", pages], ["etl", "maintain"], ["etl", "report"]]
        baseline = _run(folder / "line", size, line)
        value = _run(folder / "airflow", size, [["devserver.local_run", pages]])
    more, cpu = value.wall - baseline.wall, value.cpu - baseline.cpu
    note = "`make run`; baseline: `khobor run`, `khobor maintain`, `khobor report`; "
    note += f"{more:.1f} s more, {cpu:.1f} s more CPU"
    yield Measure("airflow", value, "s", baseline, size, note)


def _run(home: Path, size: int, programs: Sequence[Sequence[str]]) -> Spent:
    environment = {**os.environ, "KHOBOR_HOME": str(home)}
    with clocked() as spent:
        for program in programs:
            command = [sys.executable, "-m", *program]
            done = subprocess.run(
                command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr[-2_000:]
    warehouse = Settings(home=home).current_build / "warehouse.duckdb"
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM mart.article").fetchone() == (size,)
    return spent


if __name__ == "__main__":
    main(measures, SIZE)
