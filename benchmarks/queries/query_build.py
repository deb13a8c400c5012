"""Ten BI questions on the build, beside the same on SQLite and on Postgres with indexes.

Postgres is started for this alone, on loopback, where its programs are found.
"""

import os
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import duckdb

from benchmarks.measure import Measure, main, scratch
from benchmarks.queries.builds import Ask, build_reader, compare, generated_build
from benchmarks.queries.questions import POSTGRES, SQLITE
from etl.schema.derive.ddl import literal

SIZE = 1_000_000
_TABLES = ("article", "entity_daily", "capture_outcome")
_INDEXES = (
    "article (outlet_id, published_date)",
    "article (published_date)",
    "article (story_id)",
    "article (outlet_id, word_count)",
    "entity_daily (entity_id, published_date)",
    "entity_daily (entity_kind, published_date)",
    "capture_outcome (outlet_id, outcome)",
)


def measures(size: int) -> Iterator[Measure]:
    """The build of a lake of ``size`` articles."""
    with (
        scratch() as folder,
        generated_build(folder, size) as (connection, warehouse),
        build_reader(warehouse) as ask_build,
    ):
        connection.execute(f"ATTACH {literal(str(warehouse))} AS bi (READ_ONLY)")
        with _sqlite(connection, folder / "bi.sqlite") as ask:
            timings = compare(ask_build, ask)
        value, baseline = timings.medians()
        note = f"the median of ten questions; baseline: SQLite with {len(_INDEXES)} indexes"
        note += f"; {timings.summary()}"
        yield Measure("query_build", value, "questions/s", baseline, size, note, 1)
        if programs := _postgres_programs():
            with _postgres(connection, folder, programs) as ask:
                timings = compare(ask_build, ask)
            # Postgres works in processes of its own: only the wall clock sees both.
            rates = [1 / spent.wall for spent in timings.medians()]
            note = f"baseline: Postgres with the same indexes; {timings.summary()}"
            yield Measure("query_build_postgres", rates[0], "questions/s", rates[1], size, note)
        connection.execute("DETACH bi")


@contextmanager
def _sqlite(connection: duckdb.DuckDBPyConnection, path: Path) -> Iterator[Ask]:
    connection.execute(f"ATTACH {literal(str(path))} AS other (TYPE sqlite)")
    _copy(connection, "other")
    connection.execute("DETACH other")
    session = sqlite3.connect(path)
    try:
        for number, index in enumerate(_INDEXES):
            session.execute(f"CREATE INDEX i{number} ON {index}")
        session.execute("ANALYZE")
        yield lambda question: session.execute(SQLITE.sql(question)).fetchall()
    finally:
        session.close()


def _extension(name: str) -> Path:
    spec = find_spec(f"duckdb_extension_{name}")
    assert spec is not None
    folder = Path((spec.submodule_search_locations or [""])[0])
    return folder / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"


def _copy(connection: duckdb.DuckDBPyConnection, target: str) -> None:
    for table in _TABLES:
        connection.execute(f"CREATE TABLE {target}.{table} AS SELECT * FROM bi.mart.{table}")


def _postgres_programs() -> Path | None:
    """The folder of Postgres' programs: Debian has the server's outside the path."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return installed[-1].parent if installed else None


@contextmanager
def _postgres(connection: duckdb.DuckDBPyConnection, folder: Path, programs: Path) -> Iterator[Ask]:
    import psycopg

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "postgres"
    data.mkdir()
    # Postgres refuses to run as root.
    as_user: list[str] = []
    if os.geteuid() == 0:
        as_user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        folder.chmod(0o755)
        shutil.chown(data, "nobody", "nogroup")

    def run(program: str, *arguments: str) -> None:
        command = [*as_user, str(programs / program), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")

    run("initdb", "-D", str(data), "-U", "bench", "-A", "trust", "--no-sync", "-E", "UTF8")
    options = f"-h 127.0.0.1 -p {port} -k '' -c fsync=off -c work_mem=256MB -c shared_buffers=1GB"
    run("pg_ctl", "-D", str(data), "-w", "-o", options, "-l", str(data / "log"), "start")
    try:
        dsn = f"host=127.0.0.1 port={port} user=bench dbname=postgres"
        connection.execute(f"LOAD {literal(str(_extension('postgres_scanner')))}")
        connection.execute(f"ATTACH {literal(dsn)} AS other (TYPE postgres)")
        _copy(connection, "other")
        connection.execute("DETACH other")
        with psycopg.connect(dsn, autocommit=True) as session:
            for index in _INDEXES:
                session.execute(f"CREATE INDEX ON {index}".encode())
            session.execute("VACUUM ANALYZE")
            yield lambda question: session.execute(POSTGRES.sql(question).encode()).fetchall()
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")


if __name__ == "__main__":
    main(measures, SIZE)
