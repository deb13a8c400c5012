"""``khobor forget`` and ``khobor purge``: takedown and retention."""

import getpass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from etl.cli.options import TEXT_OR_JSON, command, print_report
from etl.errors import TerminalError

if TYPE_CHECKING:
    from etl.settings import Settings
    from etl.workflows.reports import ErasureReport, ForgetReport, PurgeReport

_NAMED = 5


class NotFoundError(TerminalError):
    """Some of what was named is not here; the rest was taken down."""


@click.command("forget")
@click.argument("items", nargs=-1, metavar="[ARTICLE|URL|CAPTURE]...")
@click.option(
    "--list",
    "listed",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File with one article, address or capture a line.",
)
@click.option("--reason", required=True, help="Why; it is kept.")
@click.option(
    "--by", "requested_by", default=getpass.getuser, help="Who; it is kept. [default: your user]"
)
@TEXT_OR_JSON
@command
def forget_command(
    settings: "Settings",
    items: tuple[str, ...],
    listed: Path | None,
    reason: str,
    requested_by: str,
    form: str,
) -> None:
    """Take down articles, addresses or captures, everywhere in the home and for good.

    Their rows, texts and bytes leave the lake, its files, snapshots and copies, the frontier,
    staging, the inbox and all builds; a new build is published. A tombstone without content stays,
    and what it stands for is not taken in again. What was exported or backed up before is out of
    reach. Killed, it is completed by the same command, or by `khobor maintain`.

    \b
    khobor forget kalbela:253604 --reason 'request of 12 March'
    khobor forget https://www.kalbela.com/country-news/253604 --reason 'court order 7/2026'
    khobor forget --list takedowns.txt --reason 'request of 12 March' --by Rina
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.workflows.run_ids import new_run_id
    from etl.workflows.takedown.forget import forget

    lines = listed.read_text("utf-8").splitlines() if listed else []
    report = forget(settings, [*items, *lines], requested_by, reason, new_run_id())
    print_report(report, form, _print_forgotten)
    if report.unknown:
        raise NotFoundError(
            f"{len(report.unknown)} of what was named is not here: "
            f"{', '.join(report.unknown[:_NAMED])}; the rest was taken down"
        )


@click.command("purge")
@click.option(
    "--before",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    help="First day that stays, in Dhaka.",
)
@click.option("--outlet", metavar="ID", help="Only what is of this outlet.")
@TEXT_OR_JSON
@command
def purge_command(settings: "Settings", before: datetime, outlet: str | None, form: str) -> None:
    """Remove for good what was captured before a day, with all that came from it.

    An article that was captured since keeps what the later captures show. Nothing is kept out: the
    same pages may be taken in again.

    \b
    khobor purge --before 2024-01-01
    khobor purge --before 2025-07-01 --outlet kalbela
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.workflows.run_ids import new_run_id
    from etl.workflows.takedown.purge import purge

    report = purge(settings, before.date(), outlet, new_run_id())
    print_report(report, form, _print_purged)


def _print_forgotten(report: "ForgetReport") -> None:
    if report.erasure is None:
        click.echo("taken down already: nothing to do")
        return
    click.echo(
        f"taken down: {len(report.articles)} articles, {len(report.urls)} addresses, "
        f"{len(report.captures)} captures"
    )
    _print_erasure(report.erasure)
    if report.mentioned_in:
        click.echo(
            f"not removed: {len(report.mentioned_in)} captures of other pages, whose bytes show "
            f"such a headline in a list ({_some(report.mentioned_in)}); forget them by their ids "
            "if they have to go too"
        )
    for archive in report.archives:
        click.echo(f"not removed: {archive}, from which captures came; remove it if it has to go")
    click.echo(
        "out of reach: exported files, backups made before (`khobor backup` replaces them), and "
        "what other programs have copied"
    )


def _print_purged(report: "PurgeReport") -> None:
    click.echo(f"purged: {report.captures} captures")
    _print_erasure(report.erasure)


def _print_erasure(report: "ErasureReport") -> None:
    click.echo(
        f"erased: {report.files} files of the lake, {report.builds} older builds, "
        f"{report.copies} copies of the catalog"
    )
    if report.build_id:
        click.echo(f"published: {report.build_id}")


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
