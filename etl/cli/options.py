"""Options, progress and output that commands share."""

import functools
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from etl.cli.output.terminal import printable, printable_json
from etl.errors import UsageError

if TYPE_CHECKING:
    from etl.settings import Settings
    from etl.workflows.reports import IngestReport

EXISTING = click.Path(exists=True, path_type=Path)
PATHS = click.argument("paths", nargs=-1, required=True, type=EXISTING)

FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="Output format.",
)

TABLE_OR_JSON = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="Output format.",
)

TEXT_OR_JSON = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Output format.",
)


def command(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options that every command has; the command works on a home that exists.

    Args:
        function: a command; it is called with the settings and its own options.
    """
    return _with_options(function, needs_home=True)


def command_without_home(function: Callable[..., None]) -> Callable[..., None]:
    """Add the same options to a command that makes the home, or has no use for one."""
    return _with_options(function, needs_home=False)


def _with_options(function: Callable[..., None], *, needs_home: bool) -> Callable[..., None]:

    @click.option(
        "--home",
        type=click.Path(path_type=Path),
        help="Folder that holds all state. [default: $KHOBOR_HOME or var/]",
    )
    @click.option("--debug", is_flag=True, help="Show tracebacks.")
    @functools.wraps(function)
    def with_settings(*, home: Path | None, debug: bool, **values: object) -> None:
        from etl.settings import load_settings

        del debug  # read by main()
        settings = load_settings(home)
        if needs_home:
            _check_home(settings)
        function(settings, **values)

    return with_settings


def _check_home(settings: "Settings") -> None:
    """Refuse a home that is missing, most likely misspelt, unless the state lies on servers."""
    if not settings.home.is_dir() and not settings.is_catalog_on_postgres:
        raise UsageError(
            f"no home at {settings.home}: give the one that `khobor run` or `khobor ingest` made "
            "(--home or KHOBOR_HOME)"
        )


@contextmanager
def progress(label: str) -> Iterator[Callable[[int], None]]:
    """Show a counter of pages on a terminal, nothing in a pipe.

    Args:
        label: what is being done.

    Returns:
        A function that takes the number of pages done since its last call.
    """
    if not sys.stderr.isatty():
        from etl.observability.progress import no_progress

        yield no_progress
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.completed:.0f} pages"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label)
        yield lambda count: bar.advance(task, count)


def print_report(report: object, form: str, print_text: Callable[[Any], None]) -> None:
    """Print a report, as text or as one JSON object.

    Args:
        report: what a workflow returned.
        form: ``text`` or ``json``.
        print_text: prints the report as text.
    """
    if form == "json":
        click.echo(printable_json(report))
    else:
        print_text(report)


def print_ingest(report: "IngestReport") -> None:
    """Print what was ingested and what was skipped."""
    click.echo(f"captures: {report.captures_new} new, {report.captures_known} already there")
    if report.taken_down:
        click.echo(f"left out: {report.taken_down} captures of what was taken down")
    if report.skipped:
        named = printable(", ".join(report.skipped[:5])) + (" …" if len(report.skipped) > 5 else "")
        click.echo(f"skipped: {len(report.skipped)} files that are no pages ({named})")
    _print_counts("skipped: {} records that are no pages or not selected", report.skipped_records)
    _print_counts("anomalies in {} records", report.anomalies)


def print_captures(report: "IngestReport") -> None:
    """Print what was ingested and, if there is something to build, the next command."""
    print_ingest(report)
    if report.captures_new:
        click.echo("next: khobor build")


def _print_counts(text: str, counts: Mapping[str, int]) -> None:
    if counts:
        named = ", ".join(f"{count} {what}" for what, count in counts.items())
        click.echo(f"{text.format(sum(counts.values()))} ({named})")
