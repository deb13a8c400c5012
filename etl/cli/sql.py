"""``khobor sql``: queries on the published build."""

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from etl.cli.options import command
from etl.cli.output.terminal import printable
from etl.errors import UsageError

if TYPE_CHECKING:
    from etl.settings import Settings

# The words of `FORMATS` and `FileFormat`, whose modules are not imported just to print help.
_FORMATS = ("table", "json", "csv", "markdown", "line", "parquet", "xlsx", "jsonl")
_ONLY_FILES = ("parquet", "xlsx", "jsonl")
_OF_FILES = {"csv": "csv", "markdown": "md", "parquet": "parquet", "xlsx": "xlsx", "jsonl": "jsonl"}


@click.command("sql", context_settings={"ignore_unknown_options": True})  # SQL may begin with --
@click.argument("query", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="table",
    show_default=True,
    help="Output format; line has one column a line.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write, for all formats but table, json and line.",
)
@click.option("--bom", is_flag=True, help="Begin CSV with a mark by which Excel knows UTF-8.")
@command
def sql_command(
    settings: "Settings", query: str | None, form: str, output: Path | None, bom: bool
) -> None:
    """Query the published build, read-only.

    Without a query, or with `-`, it is read from standard input; on a terminal a prompt with a
    history reads one query after the other (`help` lists its commands). A long table is paged
    there and fitted to the terminal's width.

    \b
    khobor sql 'SELECT outlet_id, count(*) FROM mart.article GROUP BY ALL'
    khobor sql 'FROM mart.capture_outcome' --format csv --bom > outcomes.csv
    khobor sql 'FROM mart.article' --format parquet --output articles.parquet
    khobor sql < docs/analyst/queries/01-articles-by-outlet.sql
    khobor sql
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    if query is None and sys.stdin.isatty() and output is None:
        from etl.cli.prompt import run_prompt

        run_prompt(settings, form, _print_result)
        return
    sql = sys.stdin.read() if query in (None, "-") else str(query)
    if output is not None or bom or form in _ONLY_FILES:
        _write_result(settings, sql, form, output, bom)
    else:
        _print_result(settings, sql, form)


def _write_result(
    settings: "Settings", sql: str, form: str, output: Path | None, bom: bool
) -> None:
    """Write the result to a file, or bytes to standard output."""
    from etl.reading.files import FileFormat, write, write_file
    from etl.reading.warehouse import Warehouse

    if form not in _OF_FILES:
        raise UsageError(f"--format {form} is for the screen: take {', '.join(_OF_FILES)}")
    chosen = FileFormat(_OF_FILES[form])
    if output is None and form in ("parquet", "xlsx"):
        raise UsageError(f"{form} is no text: name a file with --output FILE")
    build = Warehouse(settings.current_build, settings.query_seconds)
    with build as warehouse, warehouse.stream(sql) as rows:
        if output is None:
            write(sys.stdout.buffer, chosen, rows, has_bom=bom)
            return
        written = write_file(output, chosen, rows, has_bom=bom)
    click.echo(f"{written.rows} rows written to {output}")


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
