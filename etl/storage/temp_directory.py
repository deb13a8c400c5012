"""Where data goes that does not fit into memory: temporary folders of a process, under home."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import psutil

from etl.schema.derive.ddl import literal

_PREFIX = "temp-"


def set_temp_directory(connection: duckdb.DuckDBPyConnection, home: Path) -> None:
    """Give DuckDB a temp directory of its process, which it creates when it needs one.

    Its default is ``.tmp`` in the working folder: outside home, and shared by processes that give
    their files the same names. A directory that is in use can't be set again.
    """
    folder = str(home / f"{_PREFIX}{os.getpid()}")
    if connection.execute("SELECT current_setting('temp_directory')").fetchone() != (folder,):
        connection.execute(f"SET temp_directory = {literal(folder)}")


@contextmanager
def temp_folder(home: Path) -> Iterator[Path]:
    """A folder for data that should not stay in memory, removed at the end of the block."""
    with TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-", dir=home) as folder:
        yield Path(folder)


def clear_temp_folders(home: Path) -> None:
    """Remove folders of processes that were killed; one that ends by itself removes its own."""
    for folder in home.glob(f"{_PREFIX}*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(folder)
