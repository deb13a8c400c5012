"""Options, progress and output that commands share."""

import functools
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from etl.bangla.clock import DHAKA
from etl.cli.output.terminal import printable, printable_json
from etl.errors import UsageError

if TYPE_CHECKING:
    from etl.settings import Settings
    from etl.workflows.reports import IngestReport

# Shared by the contexts of a command and its groups.
_HOME = "etl.cli.home"

DAY = click.DateTime(formats=["%Y-%m-%d"])
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

    @common_options
    @functools.wraps(function)
    def with_settings(**values: object) -> None:
        from etl.settings import load_settings

        settings = load_settings(click.get_current_context().meta.get(_HOME))
        if needs_home:
            _check_home(settings)
        function(settings, **values)

    return with_settings


def common_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options that may stand before or after a command: groups take them too."""
    home = click.option(
        "--home",
        type=click.Path(path_type=Path),
        callback=_keep_home,
        expose_value=False,
        help="Folder that holds all state. [default: $KHOBOR_HOME or var/]",
    )
    # Read by main().
    debug = click.option("--debug", is_flag=True, expose_value=False, help="Show tracebacks.")
    return home(debug(function))


def _keep_home(context: click.Context, _option: click.Parameter, home: Path | None) -> None:
    """Keep the home for the command; the one that stands last wins."""
    if home is not None:
        context.meta[_HOME] = home


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


def day_range(since: date | None, until: date | None) -> tuple[datetime | None, datetime | None]:
    """Return the first and last instant, in UTC, of a range of days in Dhaka."""
    first = datetime.combine(since, time(), DHAKA).astimezone(UTC) if since else None
    if until is None:
        return first, None
    end = datetime.combine(until + timedelta(days=1), time(), DHAKA).astimezone(UTC)
    return first, end - timedelta(seconds=1)


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
    if report.taken_down:
        click.echo(f"refused: {report.taken_down} captures that were taken down (`khobor forget`)")
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
