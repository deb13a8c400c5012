"""What is wrong with a lake's files: a catalog's SQLite file, a data file."""

import sqlite3
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq


def sqlite_problem(path: Path, *, is_copy: bool = False) -> str | None:
    """What SQLite finds wrong with a catalog's file; None if nothing.

    Args:
        path: the file.
        is_copy: nobody writes it, so that it is read without making a log next to it.
    """
    mode = "immutable=1" if is_copy else "mode=ro"
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=5)
        try:
            (answer,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            connection.execute("SELECT count(*) FROM ducklake_snapshot").fetchone()
        finally:
            connection.close()
    except sqlite3.Error as error:
        return str(error)
    return None if answer == "ok" else str(answer).splitlines()[0]


def file_problem(
    connection: duckdb.DuckDBPyConnection, path: str, size: int, *, deep: bool
) -> str | None:
    """What is wrong with a Parquet file; None if nothing."""
    try:
        if "://" in path:
            what = "read_parquet(?)" if deep else "parquet_file_metadata(?)"
            connection.execute(f"SELECT hash(COLUMNS(*)) FROM {what}", [path]).fetchall()
            return None
        found = Path(path).stat().st_size
        if found != size:
            return f"{found} bytes, {size} were written"
        with pq.ParquetFile(path) as file:
            if deep:
                for batch in file.iter_batches(batch_size=1_000):
                    batch.validate(full=True)
    except FileNotFoundError:
        return "missing"
    except OSError as error:
        return error.strerror or str(error).splitlines()[0]
    except (pa.ArrowException, duckdb.Error) as error:
        return str(error).strip().splitlines()[0]
    return None
