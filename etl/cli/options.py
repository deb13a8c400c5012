"""What commands of the command line share: their options, and the counter of pages."""

import functools
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from etl.cli.output.terminal import printable, printable_json

if TYPE_CHECKING:
    from etl.workflows.reports import IngestReport

PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))

FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="How to print the rows.",
)

TABLE_OR_JSON = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to print the answer.",
)

TEXT_OR_JSON = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to tell what was done.",
)


def command(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options every command has; the function gets the settings first."""

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
        function(load_settings(home), **values)

    return with_settings


@contextmanager
def progress(label: str) -> Iterator[Callable[[int], None]]:
    """A counter of pages on a terminal, nothing in a pipe."""
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


def print_report(report: object, form: str, tell: Callable[[Any], None]) -> None:
    """Tell what was done in words, or print the report as one JSON object."""
    if form == "json":
        click.echo(printable_json(report))
    else:
        tell(report)


def print_ingest(report: "IngestReport") -> None:
    """What came in, and what didn't."""
    click.echo(f"captures: {report.captures_new} new, {report.captures_known} already there")
    if report.skipped:
        named = printable(", ".join(report.skipped[:5])) + (" …" if len(report.skipped) > 5 else "")
        click.echo(f"skipped: {len(report.skipped)} files that are no pages ({named})")
    _print_counts("skipped: {} records that are no pages or not selected", report.skipped_records)
    _print_counts("anomalies in {} records", report.anomalies)


def print_captures(report: "IngestReport") -> None:
    """What came in, and the command that goes on, if there is something to go on with."""
    print_ingest(report)
    if report.captures_new:
        click.echo("next: khobor build")


def _print_counts(text: str, counts: Mapping[str, int]) -> None:
    if counts:
        named = ", ".join(f"{count} {what}" for what, count in counts.items())
        click.echo(f"{text.format(sum(counts.values()))} ({named})")
