"""The examples run over the published sample pages, each in a process of its own."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from etl.settings import PROJECT

EXAMPLES = PROJECT / "examples"


def run(name: str, folder: Path, *words: str, **environ: str) -> str:
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / name), *words],
        cwd=folder,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def warehouse(sample_home: Path) -> str:
    return str(sample_home / "publish" / "current" / "warehouse.duckdb")


def test_the_script_counts_and_writes_a_file_for_excel(warehouse: str, tmp_path: Path) -> None:
    said = run("iran_and_russia.py", tmp_path, warehouse)
    assert "one of the two" in said
    written = (tmp_path / "iran_and_russia.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    header = next(csv.reader(written.decode("utf-8-sig").splitlines()))
    assert header[0] == "article_id"


def test_the_notebook_runs_as_a_script(warehouse: str, tmp_path: Path) -> None:
    said = run("silent_edits.py", tmp_path, KHOBOR_WAREHOUSE=warehouse)
    assert "কালবেলা" in said
    assert "kalbela:253604" in said
