"""Where what does not fit into memory goes: folders of the process, under home."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import psutil

from etl.schema.derive.ddl import literal

_PREFIX = "spill-"


def spill_under(connection: duckdb.DuckDBPyConnection, home: Path) -> None:
    """Let DuckDB spill into a folder of its process, which it makes when it needs one.

    Its own choice is ``.tmp`` in the working folder: outside home, and shared by processes that
    give their files the same names. A folder that is in use can't be set again.
    """
    folder = str(home / f"{_PREFIX}{os.getpid()}")
    if connection.execute("SELECT current_setting('temp_directory')").fetchone() != (folder,):
        connection.execute(f"SET temp_directory = {literal(folder)}")


@contextmanager
def spill_folder(home: Path) -> Iterator[Path]:
    """A folder for what is to lie outside memory for a while; it goes with the block."""
    with TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-", dir=home) as folder:
        yield Path(folder)


def clear_spills(home: Path) -> None:
    """Remove what processes that were killed had spilt; one that ends by itself clears its own."""
    for folder in home.glob(f"{_PREFIX}*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(folder)
