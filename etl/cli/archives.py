"""Captures from archives and from the inbox; captures exported to archives."""

from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from etl.cli.export import COMMANDS as EXPORT_COMMANDS
from etl.cli.options import (
    PATHS,
    TEXT_OR_JSON,
    command,
    command_without_home,
    common_options,
    day_range,
    print_captures,
    print_report,
    progress,
)

if TYPE_CHECKING:
    from etl.settings import Settings
    from etl.workflows.reports import InboxReport

_NAMED = 5


@click.command("archive")
@PATHS
@click.option("--host", "hosts", multiple=True, help="Only pages of this host; may be repeated.")
@click.option(
    "--language",
    "languages",
    multiple=True,
    help="Only pages in this language (bn, ben); may be repeated.",
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="Only pages captured from this day on, YYYY-MM-DD in Dhaka time.",
)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="Only pages captured up to this day, YYYY-MM-DD in Dhaka time.",
)
@TEXT_OR_JSON
@command_without_home
def ingest_archive_command(
    settings: "Settings",
    paths: tuple[Path, ...],
    hosts: tuple[str, ...],
    languages: tuple[str, ...],
    since: date | None,
    until: date | None,
    form: str,
) -> None:
    """Ingest WARC and WET archives.

    A host includes its subdomains. The language is what the archive records for a page, else what
    its text shows. The days are those of the capture (WARC-Date): a page may be older.

    \b
    khobor ingest archive CC-NEWS-20260101.warc.gz --host kalbela.com --host jugantor.com
    khobor ingest archive CC-MAIN-20260101.warc.wet.gz --language bn
    khobor ingest archive cc-news/ --host kalbela.com --since 2026-01-01 --until 2026-01-07
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.ingest.archives.filter import PageFilter
    from etl.workflows.collect.files import ingest_files
    from etl.workflows.run_ids import new_run_id

    page_filter = PageFilter.parse(hosts, languages, *day_range(since, until))
    with progress("ingesting") as advance:
        report = ingest_files(settings, paths, new_run_id(), advance, page_filter)
    print_report(report, form, print_captures)


@click.command("inbox")
@TEXT_OR_JSON
@command_without_home
def ingest_inbox_command(settings: "Settings", form: str) -> None:
    """Ingest files dropped into the inbox (KHOBOR_INBOX).

    Complete files are ingested and moved to done/ in the inbox, bad ones to bad/ with the reason
    in a file next to them.

    \b
    KHOBOR_INBOX=/srv/inbox khobor ingest inbox
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.workflows.collect import inbox
    from etl.workflows.run_ids import new_run_id

    with progress("ingesting") as advance:
        report = inbox.ingest_inbox(settings, new_run_id(), advance)
    print_report(report, form, partial(_print_inbox, settings.inbox_folder))


def _print_inbox(folder: Path, report: "InboxReport") -> None:
    click.echo(f"files: {report.files} taken from {folder}")
    if report.bad:
        click.echo(f"bad: {len(report.bad)} files, now in {folder / 'bad'}")
        for problem in list(report.bad.values())[:_NAMED]:
            click.echo(f"  {problem}")
    if report.waiting:
        named = ", ".join(report.waiting[:_NAMED]) + (" …" if len(report.waiting) > _NAMED else "")
        click.echo(f"waiting: {len(report.waiting)} files that are not complete yet ({named})")
    print_captures(report.ingest)


@click.group("export")
@common_options
def export_group() -> None:
    """Take parts of the build, or stored captures, away as files."""


for _command in EXPORT_COMMANDS:
    export_group.add_command(_command)


@export_group.command("warc")
@click.argument("output", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--outlet", help="Only captures of this outlet.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only captures of this day on.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Only captures up to this day.")
@command
def export_warc_command(
    settings: "Settings",
    output: Path,
    outlet: str | None,
    since: date | None,
    until: date | None,
) -> None:
    """Export stored captures as a WARC archive.

    Any WARC reader can read it; `khobor ingest archive` restores the same captures from it.
    Days are in Dhaka time, both included. OUTPUT ends in .warc.gz or .warc.

    \b
    khobor export warc backup.warc.gz
    khobor export warc kalbela.warc.gz --outlet kalbela --since 2026-01-01 --until 2026-01-31
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.workflows import export

    with progress("writing") as advance:
        report = export.export_warc(settings, output, outlet, since, until, advance)
    click.echo(f"captures: {report.captures} written to {output} ({report.bytes} bytes)")
