"""``make airflow``: Airflow's command line reaches the home's instance, not the user's."""

import os
import subprocess
import sys
from pathlib import Path

from etl.settings import PROJECT


def _run(home: Path, user: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environ = {name: value for name, value in os.environ.items() if "AIRFLOW" not in name}
    return subprocess.run(
        [sys.executable, "-m", "devserver.airflow_command", *arguments],
        cwd=PROJECT,
        env={**environ, "KHOBOR_HOME": str(home), "HOME": str(user)},
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_the_command_reads_the_homes_database_and_writes_nothing_elsewhere(tmp_path: Path) -> None:
    home, user = tmp_path / "home", tmp_path / "user"
    user.mkdir()
    (home / "airflow").mkdir(parents=True)
    (home / "airflow" / "airflow.db").touch()
    done = _run(home, user, "config", "get-value", "database", "sql_alchemy_conn")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1] == f"sqlite:///{home}/airflow/airflow.db"
    assert list(user.iterdir()) == []


def test_without_an_instance_it_says_what_to_do(tmp_path: Path) -> None:
    done = _run(tmp_path / "home", tmp_path, "dags", "list")
    assert done.returncode == 2
    assert done.stderr == f"no Airflow in {tmp_path}/home/airflow: run `make serve` once\n"
