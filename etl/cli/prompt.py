"""The prompt of ``khobor sql``: one query after the other, with a history and completion."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from etl.cli.output.terminal import printable
from etl.errors import KhoborError
from etl.schema.derive.ddl import literal

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession

    from etl.settings import Settings

_HISTORY = "sql_history"
_PROMPT, _MORE = "khobor> ", "     -> "
_HELP = """\
End a query with ; and leave with exit or Ctrl-D. Ctrl-C ends a query that takes too long.

  \\d           the tables          \\x        one column a line, on or off
  \\d TABLE     its columns         help      this list
  TAB          completes tables and columns"""
_TABLES = (
    "SELECT table_name, comment FROM (SELECT table_name, schema_name, comment FROM duckdb_tables() "
    "UNION ALL SELECT view_name, schema_name, comment FROM duckdb_views()) "
    "WHERE schema_name = 'mart' ORDER BY table_name"
)
_COLUMNS = (
    "SELECT column_name, data_type, comment FROM duckdb_columns() "
    "WHERE schema_name = 'mart' AND table_name = "
)
_KEYWORDS = (
    "SELECT", "FROM", "WHERE", "GROUP BY ALL", "ORDER BY", "LIMIT", "JOIN", "USING", "count(*)",
    "DESCRIBE", "AND", "OR", "NOT", "LIKE", "IN", "BETWEEN", "mart.has_word(", "mart.fold(",
)  # fmt: skip

Show = Callable[["Settings", str, str], None]


def run_prompt(settings: "Settings", form: str, show: Show) -> None:
    """Read statements up to their semicolon and show each result, until the user leaves.

    Args:
        settings: where the build and the history are.
        form: the format of results.
        show: runs a query and prints its result in a format.
    """
    session = _session(settings)
    click.echo("End a query with ; and leave with exit or Ctrl-D. `help` lists what else there is.")
    while True:
        try:
            statement = _read(session)
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        word = statement.rstrip("; ").lower()
        if word in ("exit", "quit", "\\q"):
            return
        if word == "help":
            click.echo(_HELP)
        elif word == "\\x":
            form = "table" if form == "line" else "line"
            click.echo("one column a line" if form == "line" else "one row a line")
        elif statement:
            _show(settings, _query_of(statement), form, show)


def _show(settings: "Settings", sql: str, form: str, show: Show) -> None:
    try:
        show(settings, sql, form)
    except KhoborError as error:
        click.echo(f"khobor: {printable(str(error))}", err=True)
    except KeyboardInterrupt:
        click.echo("khobor: the query was ended", err=True)


def _read(session: "PromptSession[str]") -> str:
    """Read lines up to a semicolon; a command of the prompt is one line."""
    lines = [session.prompt(_PROMPT)]
    while lines[-1].strip() and not _is_complete(lines):
        lines.append(session.prompt(_MORE))
    return "\n".join(lines).strip()


def _is_complete(lines: list[str]) -> bool:
    first = lines[0].strip().lower()
    is_command = len(lines) == 1 and (first.startswith("\\") or first in ("help", "exit", "quit"))
    return is_command or lines[-1].rstrip().endswith(";")


def _query_of(statement: str) -> str:
    """Return the query that a statement stands for: that of a ``d`` command, or itself."""
    words = statement.rstrip("; ").split()
    if words[0] != "\\d":
        return statement
    if len(words) == 1:
        return _TABLES
    return _COLUMNS + literal(words[1].removeprefix("mart.")) + " ORDER BY column_index"


def _session(settings: "Settings") -> "PromptSession[str]":
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import FileHistory

    from etl.schema.marts.warehouse import MARTS

    tables = [name for table in MARTS for name in (table.qualified_name, table.name)]
    columns = {column.name for table in MARTS for column in table.columns}
    completer = WordCompleter([*tables, *sorted(columns), *_KEYWORDS], ignore_case=True, WORD=True)
    settings.home.mkdir(parents=True, exist_ok=True)
    return PromptSession(
        history=FileHistory(settings.home / _HISTORY),
        completer=completer,
        complete_while_typing=False,
    )
