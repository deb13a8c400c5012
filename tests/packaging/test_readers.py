"""Builds are read by other releases of DuckDB, as BI tools and notebooks bring them."""

import subprocess
import sys
from pathlib import Path

import pytest

from etl.publish.releases import WAREHOUSE
from etl.schema.marts.warehouse import MARTS
from etl.settings import Settings

# The oldest that the documents promise, and the newest on the index.
_RELEASES = ("1.4.5", "2.0.1")
_READ = """
import sys, duckdb
assert duckdb.__version__ == sys.argv[1], duckdb.__version__
with duckdb.connect(sys.argv[2], read_only=True) as build:
    for name in sys.argv[3:]:
        build.execute(f"SELECT count(*), count(COLUMNS(*)) FROM {name}").fetchall()
    rows = build.execute(
        "SELECT article.title, body FROM mart.article JOIN mart.article_text USING (article_id) "
        "WHERE contains(body, 'ফেরি')"
    ).fetchall()
    comment = build.execute(
        "SELECT comment FROM duckdb_tables() WHERE table_name = 'article'"
    ).fetchone()[0]
assert rows and comment.startswith("Grain")
"""


@pytest.mark.slow
@pytest.mark.parametrize("release", _RELEASES)
def test_a_build_is_read_by(release: str, tmp_path: Path, sample_home: Path) -> None:
    uv = Path(sys.executable).with_name("uv")
    environment = tmp_path / "reader"
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, environment], check=True)
    python = environment / "bin" / "python"
    done = subprocess.run(
        [uv, "pip", "install", "--quiet", "--python", python, f"duckdb=={release}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"the package index has no DuckDB {release}: {done.stderr.strip()[-200:]}")
    warehouse = Settings(home=sample_home).current_build / WAREHOUSE
    names = [table.qualified_name for table in MARTS]
    done = subprocess.run(
        [python, "-c", _READ, release, warehouse, *names],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
