"""Connections to a published build: locked, so that a query can read nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from etl.publish.query import NoBuildError, QueryError

LOCKED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
    # There is no temp directory: the build's folder never changes.
    "temp_directory": "",
    "lock_configuration": True,
}
_MEMORY_LIMIT = "4GB"


@contextmanager
def open_build(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a build for several queries of this program.

    Yields:
        A connection; it may have temporary views.

    Raises:
        NoBuildError: there is no build at that path.
        QueryError: a statement run on the connection is wrong, or needs more memory than it may.
    """
    if not warehouse.exists():
        raise NoBuildError(f"no build at {warehouse}: run `khobor publish`")
    config = {**LOCKED, "memory_limit": _MEMORY_LIMIT}
    try:
        with duckdb.connect(str(warehouse), read_only=True, config=config) as connection:
            yield connection
    except duckdb.Error as error:
        raise QueryError(plain_message(error)) from error


def plain_message(error: Exception) -> str:
    """Return the database's message without the query that it quotes."""
    lines = str(error).strip().splitlines()
    if not lines:
        return type(error).__name__
    hints = [line for line in lines[1:] if line.startswith(("Did you mean", "Candidate bindings"))]
    return "\n".join([lines[0], *hints[:1]])
