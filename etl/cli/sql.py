"""``khobor sql``: queries on the published build."""

import shutil
import sys
from typing import TYPE_CHECKING

import click

from etl.cli.options import FORMAT, command
from etl.cli.output.terminal import printable
from etl.errors import KhoborError, UsageError

if TYPE_CHECKING:
    from etl.settings import Settings

_HISTORY = "sql_history"
_PROMPT, _MORE = "khobor> ", "     -> "


@click.command("sql", context_settings={"ignore_unknown_options": True})  # SQL may begin with --
@click.argument("query", required=False)
@FORMAT
@command
def sql_command(settings: "Settings", query: str | None, form: str) -> None:
    """Query the published build, read-only.

    Without a query, or with `-`, it is read from standard input; on a terminal a prompt with a
    history reads one query after the other. A long table is paged there and fitted to the
    terminal's width.

    \b
    khobor sql 'SELECT outlet_id, count(*) FROM mart.article GROUP BY ALL'
    khobor sql 'FROM mart.capture_outcome' --format csv > outcomes.csv
    khobor sql < docs/analyst/queries/01-articles-by-outlet.sql
    khobor sql
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    if query is None and sys.stdin.isatty():
        _prompt(settings, form)
    else:
        _print_result(settings, sys.stdin.read() if query in (None, "-") else str(query), form)


def _print_result(settings: "Settings", sql: str, form: str) -> None:
    """Print the result; on a terminal page by page where it is longer."""
    from etl.cli.output.format import FORMATS, STREAMED, format_table
    from etl.publish.query import query as run_query
    from etl.publish.query import rows_of

    if not sql.strip():
        raise UsageError("no query: give one, or pipe one in")
    warehouse = settings.current_build / "warehouse.duckdb"
    if form in STREAMED and not sys.stdout.isatty():
        with rows_of(warehouse, sql, settings.query_seconds) as found:
            for part in STREAMED[form](found.columns, found.parts):
                click.echo(part, nl=False)
        return
    result = run_query(warehouse, sql, settings.query_seconds)
    if not sys.stdout.isatty():
        click.echo(FORMATS[form](result), nl=False)
        return
    size = shutil.get_terminal_size()
    text = format_table(result, size.columns) if form == "table" else FORMATS[form](result)
    text = printable(text)  # CSV is as it is only in a file or a pipe
    if text.count("\n") > size.lines - 2:
        click.echo_via_pager(text)
    else:
        click.echo(text, nl=False)


def _prompt(settings: "Settings", form: str) -> None:
    """Read statements up to their semicolon and run each; ends with Ctrl-D."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import FileHistory

    settings.home.mkdir(parents=True, exist_ok=True)
    session: PromptSession[str] = PromptSession(history=FileHistory(settings.home / _HISTORY))
    click.echo("End a query with ; and leave with Ctrl-D. `SHOW ALL TABLES;` lists the tables.")
    while True:
        try:
            lines = [session.prompt(_PROMPT)]
            while lines[-1].strip() and not lines[-1].rstrip().endswith(";"):
                lines.append(session.prompt(_MORE))
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        statement = "\n".join(lines).strip()
        if not statement:
            continue
        try:
            _print_result(settings, statement, form)
        except KhoborError as error:
            click.echo(f"khobor: {printable(str(error))}", err=True)
