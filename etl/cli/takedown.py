"""``khobor forget`` and ``khobor purge``: takedowns, and retention."""

import getpass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from etl.cli.options import TEXT_OR_JSON, command, print_report
from etl.cli.output.terminal import printable
from etl.errors import KhoborError, UsageError

if TYPE_CHECKING:
    from etl.settings import Settings
    from etl.workflows.reports import ForgetReport, PurgeReport


class StillFoundError(KhoborError):
    """Files of the home still have what was taken down."""


@click.command("forget")
@click.argument("targets", nargs=-1, metavar="[ARTICLE|URL|CAPTURE]…")
@click.option("--reason", required=True, help="Why; kept with the takedown.")
@click.option("--by", help="Who asked for it. [default: the user of this machine]")
@click.option(
    "--list",
    "listed",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with one article, URL or capture a line.",
)
@TEXT_OR_JSON
@command
def forget_command(
    settings: "Settings",
    targets: tuple[str, ...],
    reason: str,
    by: str | None,
    listed: Path | None,
    form: str,
) -> None:
    """Remove articles, addresses or captures for good, and keep them out.

    All captures and versions of an article go: out of the lake and its files, builds, copies of
    the catalog, the frontier, the inbox and logs. What comes again is not taken in. Queries that
    are running fail. Archives that were exported are out of reach.

    \b
    khobor forget kalbela:251042 --reason "court order 12/2026"
    khobor forget https://outlet.example/news/1 --reason "asked by the person" --by desk
    khobor forget --list takedowns.txt --reason "withdrawn by the outlet"
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.workflows import takedown
    from etl.workflows.run_ids import new_run_id

    lines = listed.read_text("utf-8").splitlines() if listed else []
    wanted = list(dict.fromkeys([*targets, *filter(None, map(str.strip, lines))]))
    if not wanted:
        raise UsageError("nothing to forget: give an article, a URL, a capture, or --list FILE")
    by = by or getpass.getuser()
    report = takedown.forget(settings, wanted, reason, by, new_run_id())
    print_report(report, form, _print_forgotten)
    if report.remaining:
        raise StillFoundError(
            f"it is still found in {len(report.remaining)} files of the home, "
            f"{', '.join(report.remaining[:3])}: remove it there"
        )


@click.command("purge")
@click.option(
    "--before",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    help="The first day that is kept, YYYY-MM-DD in Dhaka.",
)
@click.option("--outlet", "outlet_id", help="Only this outlet.")
@TEXT_OR_JSON
@command
def purge_command(settings: "Settings", before: datetime, outlet_id: str | None, form: str) -> None:
    """Remove what was captured before a day, for good: articles not seen since, and their captures.

    Unlike after `forget`, what comes again is taken in again.

    \b
    khobor purge --before 2025-01-01
    khobor purge --before 2025-01-01 --outlet kalbela
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.workflows import takedown
    from etl.workflows.run_ids import new_run_id

    report = takedown.purge(settings, before.date(), outlet_id, new_run_id())
    print_report(report, form, _print_purged)


def _print_forgotten(report: "ForgetReport") -> None:
    click.echo(
        f"forgotten: {report.articles} articles, {report.captures} captures; kept out by "
        f"{report.keys} keys (takedown {report.takedown_id})"
    )
    if report.named_in:
        shown = printable(", ".join(report.named_in[:3]))
        click.echo(
            f"still listed on {len(report.named_in)} captures of other pages, which stay: {shown}"
        )
    click.echo("archives that were exported before are out of reach: remove it there yourself")


def _print_purged(report: "PurgeReport") -> None:
    click.echo(f"purged: {report.articles} articles, {report.captures} captures")
