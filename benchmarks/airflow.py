"""The chain through Airflow's DAGs, beside the same by the command line.

Both run in a process of their own, from start to published build.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb

from benchmarks.made_pages import write_pages
from benchmarks.measure import Measure, Spent, clocked, main, scratch
from etl.settings import PROJECT, Settings

SIZE = 2_000


def measures(size: int) -> Iterator[Measure]:
    """``size`` made pages."""
    with scratch() as folder:
        write_pages(folder / "pages", size)
        pages = str(folder / "pages")
        baseline = _run(folder / "line", size, "etl", "run", pages)
        value = _run(folder / "airflow", size, "dags.local_run", pages)
    more, cpu = value.wall - baseline.wall, value.cpu - baseline.cpu
    note = "`make run`, its report included; baseline: `khobor run`; "
    note += f"{more:.1f} s more, {cpu:.1f} s more CPU"
    yield Measure("airflow", value, "s", baseline, size, note)


def _run(home: Path, size: int, module: str, *arguments: str) -> Spent:
    environment = {**os.environ, "KHOBOR_HOME": str(home)}
    command = [sys.executable, "-m", module, *arguments]
    with clocked() as spent:
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
