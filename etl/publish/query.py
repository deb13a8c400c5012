"""One read-only query on the published build, for the command line."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from etl.errors import TerminalError, UsageError

# Enough for windows over millions of articles; a query that needs more says so instead of
# swapping the machine. There is no temp directory: the build's folder never changes.
_MEMORY_LIMIT = "4GB"
LOCKED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "memory_limit": _MEMORY_LIMIT,
    "temp_directory": "",
    "lock_configuration": True,
}


class NoBuildError(TerminalError):
    """Nothing is published yet."""


class QueryError(TerminalError):
    """The query can't be run; the message is the database's."""


@dataclass(frozen=True, slots=True)
class Result:
    """Rows of a query; ``types`` are DuckDB's names."""

    columns: list[str]
    types: list[str]
    rows: list[tuple[Any, ...]]


def query(warehouse: Path, sql: str) -> Result:
    """Run one statement on a build, which can read nothing but the build.

    Raises:
        NoBuildError: there is no build at that path.
        UsageError: not exactly one statement.
        QueryError: the statement is wrong, or needs more memory than it may have.
    """
    if not warehouse.exists():
        raise NoBuildError(f"no build at {warehouse}: run `khobor publish`")
    try:
        with duckdb.connect(str(warehouse), read_only=True, config=LOCKED) as connection:
            statements = connection.extract_statements(sql)
            if len(statements) != 1:
                raise UsageError(f"{len(statements)} statements: give exactly one")
            connection.execute("USE mart")  # `FROM article` will do
            connection.execute(statements[0])
            description = connection.description or []
            return Result(
                [str(column[0]) for column in description],
                [str(column[1]) for column in description],
                connection.fetchall() if description else [],
            )
    except duckdb.Error as error:
        raise QueryError(plain_message(error)) from error


def plain_message(error: duckdb.Error) -> str:
    """Return the database's message without the query that it quotes."""
    lines = str(error).strip().splitlines()
    hints = [line for line in lines[1:] if line.startswith(("Did you mean", "Candidate bindings"))]
    return "\n".join([lines[0], *hints[:1]]) if lines else type(error).__name__
