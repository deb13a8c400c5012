"""Planted secrets reach no file under home and no line that is printed."""

import os
import subprocess
import sys
from pathlib import Path

from etl.settings import PROJECT

SECRET = "planted-5ecret"
_SECRETS = {
    "KHOBOR_S3_KEY_ID": f"{SECRET}-id",
    "KHOBOR_S3_SECRET": f"{SECRET}-key",
    "KHOBOR_METABASE_URL": "http://127.0.0.1:9",  # where nobody listens
    "KHOBOR_METABASE_USER": "admin@example.com",
    "KHOBOR_METABASE_PASSWORD": f"{SECRET}-metabase",
    "AIRFLOW_CONN_KHOBOR": f"postgres://user:{SECRET}-airflow@127.0.0.1:9/airflow",
}
_DSN = f"postgresql://khobor:{SECRET}-dsn@127.0.0.1:9/lake"


def _khobor(home: Path, *words: str, **variables: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "etl", *words, "--home", str(home)],
        cwd=PROJECT,
        env={**os.environ, **_SECRETS, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_no_secret_is_printed_nor_written(tmp_path: Path) -> None:
    page = str(PROJECT / "seeds/pages/manabzamin/winter-bird-census.html")
    code, said = _khobor(tmp_path, "run", page)
    assert code == 0, said
    assert "warning" in said  # Metabase could not be told
    code, told = _khobor(tmp_path, "doctor")
    said += told
    code, told = _khobor(
        tmp_path, "run", page, KHOBOR_CATALOG=_DSN, KHOBOR_DATA_PATH=f"{tmp_path}/data/"
    )
    assert code == 1, told
    said += told
    code, told = _khobor(tmp_path, "run", page, KHOBOR_CATALOG=_DSN.replace("postgresql", "mysql"))
    assert code == 2, told
    said += told
    assert SECRET not in said
    written = [
        path
        for path in tmp_path.rglob("*")
        if path.is_file() and SECRET.encode() in path.read_bytes()
    ]
    assert written == []
