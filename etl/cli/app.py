"""The command line.

Modules that take long to import are imported by the command that needs them.
"""

import sys
import traceback
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from etl.cli.archives import export_group, ingest_archive_command, ingest_inbox_command
from etl.cli.backup import backup_command, restore_command
from etl.cli.bi import bi_group
from etl.cli.collect import COMMANDS as COLLECT_COMMANDS
from etl.cli.collect import check_sources, print_discovered, print_fetched
from etl.cli.doctor import doctor_command
from etl.cli.explorer import COMMANDS as EXPLORER_COMMANDS
from etl.cli.metrics import metrics_command
from etl.cli.options import (
    DAY,
    EXISTING,
    PATHS,
    TABLE_OR_JSON,
    TEXT_OR_JSON,
    command,
    command_without_home,
    common_options,
    print_captures,
    print_ingest,
    print_report,
    progress,
)
from etl.cli.output.terminal import printable, printable_json
from etl.cli.quarantine import quarantine_group
from etl.cli.reading import COMMANDS as READING_COMMANDS
from etl.cli.reextract import rebuild_command, reextract_command
from etl.cli.sql import sql_command
from etl.cli.takedown import forget_command, purge_command
from etl.cli.upgrade import upgrade_command
from etl.errors import KhoborError, UsageError, describe_os_error
from etl.masking import masked

if TYPE_CHECKING:
    from etl.settings import Settings
    from etl.workflows.reports import CollectReport, MaintainReport, PublishReport, RunReport


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: words of the command line; by default those of the process.

    Returns:
        The exit code: 0 done, 1 could not, 2 wrong usage.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        cli.main(words, prog_name="khobor", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 0
    except click.ClickException as error:
        _say(error.format_message())
        return 2
    except click.Abort:
        click.echo("khobor: stopped; run the same command again to go on", err=True)
        return 1
    except BrokenPipeError:
        # The reader of a pipe has gone (`| head`); keep Python from complaining at exit.
        sys.stdout = None
    except Exception as error:  # noqa: BLE001  (nothing ends with a traceback but for --debug)
        _say("".join(traceback.format_exception(error)) if "--debug" in words else _words(error))
        return 2 if isinstance(error, UsageError) else 1
    return 0


def _words(error: Exception) -> str:
    """An error in one or two lines."""
    if isinstance(error, KhoborError):
        return str(error)
    if isinstance(error, OSError):
        return describe_os_error(error)
    return (
        f"a defect of this program, {type(error).__name__}: {error}\n"
        "run the same command with --debug and report what it prints"
    )


def _say(text: str) -> None:
    """Print an error without secrets and without what a terminal would act on."""
    from etl.settings import load_settings

    try:
        shown = load_settings().without_secrets(text)
    except UsageError:
        shown = masked(text)
    click.echo(f"khobor: {printable(shown)}", err=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="khobor")
@common_options
def cli() -> None:
    """Khobor: a news warehouse, Bangla first.

    \b
    khobor run PAGES/            pages to facts to a build for BI
    khobor search 'সীমান্ত হত্যা'  find articles by their words
    khobor sql 'SELECT ...'      query the published build
    khobor status                what is in it, and how fresh
    """  # noqa: D301  (Click: \b keeps the lines below as they are)


cli.add_command(backup_command)
cli.add_command(bi_group)
cli.add_command(doctor_command)
cli.add_command(metrics_command)
cli.add_command(export_group)
cli.add_command(forget_command)
cli.add_command(purge_command)
cli.add_command(quarantine_group)
cli.add_command(rebuild_command)
cli.add_command(reextract_command)
cli.add_command(restore_command)
cli.add_command(sql_command)
cli.add_command(upgrade_command)
for _command in (*READING_COMMANDS, *EXPLORER_COMMANDS):
    cli.add_command(_command)


@cli.command("run")
@click.argument("paths", nargs=-1, type=EXISTING)
@TEXT_OR_JSON
@command_without_home
def run_command(settings: "Settings", paths: tuple[Path, ...], form: str) -> None:
    """Run the full chain: ingest, build, publish.

    Without paths, pages are collected from the outlets' feeds and sitemaps.

    \b
    khobor run
    khobor run pages/ --home var
    khobor run CC-NEWS-20260101.warc.gz
    khobor run pages/ --format json | jq .outcomes
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.workflows.build import chain
    from etl.workflows.collect import web
    from etl.workflows.run_ids import new_run_id

    run_id = new_run_id()
    if paths:
        with progress("reading pages") as advance:
            report = chain.run(settings, paths, run_id, advance)
        print_report(report, form, _print_run)
    else:
        with progress("fetching") as advance:
            collected = web.run(settings, run_id, advance)
        print_report(collected, form, _print_collected)
        check_sources(*collected.discovered)


def _print_run(report: "RunReport") -> None:
    print_ingest(report.ingest)
    _print_rest(report)


def _print_collected(report: "CollectReport") -> None:
    for discovered in report.discovered:
        print_discovered(discovered)
    print_fetched(report.fetched)
    _print_rest(report)


def _print_rest(report: "RunReport | CollectReport") -> None:
    _print_outcomes(report.outcomes)
    if report.publish is None:
        click.echo("nothing new: the published build stays as it is")
    else:
        _print_build(report.publish)


@cli.group("ingest")
@common_options
def ingest_group() -> None:
    """Store captures only: pages as they come."""


for _command in COLLECT_COMMANDS:
    ingest_group.add_command(_command)
ingest_group.add_command(ingest_archive_command)
ingest_group.add_command(ingest_inbox_command)


@ingest_group.command("files")
@PATHS
@TEXT_OR_JSON
@command_without_home
def ingest_files_command(settings: "Settings", paths: tuple[Path, ...], form: str) -> None:
    """Ingest pages from files and folders.

    \b
    khobor ingest files pages/ more/page.html
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.workflows.collect.files import ingest_files
    from etl.workflows.run_ids import new_run_id

    with progress("ingesting") as advance:
        report = ingest_files(settings, paths, new_run_id(), advance)
    print_report(report, form, print_captures)


@cli.command("build")
@TEXT_OR_JSON
@command
def build_command(settings: "Settings", form: str) -> None:
    """Extract, transform, validate and load all pending captures.

    \b
    khobor ingest files pages/ && khobor build && khobor publish
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.workflows.build import chain
    from etl.workflows.run_ids import new_run_id

    with progress("reading pages") as advance:
        outcomes = chain.build(settings, new_run_id(), advance)
    print_report(outcomes, form, _print_built)


@cli.command("publish")
@click.option("--full", is_flag=True, help="Compute all marts, not only what changed.")
@TEXT_OR_JSON
@command
def publish_command(settings: "Settings", full: bool, form: str) -> None:
    """Publish a new build for BI from the current state of the lake.

    It is made from the last build where that costs less, with the same result.

    \b
    khobor publish
    khobor publish --format json | jq -r .warehouse
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.publish.last_build import IN_FULL, USUAL_UPKEEP
    from etl.workflows import publishing
    from etl.workflows.run_ids import new_run_id

    upkeep = IN_FULL if full else USUAL_UPKEEP
    report = publishing.publish(settings, new_run_id(), upkeep)
    print_report(report, form, _print_build)


@cli.command("maintain")
@TEXT_OR_JSON
@command
def maintain_command(settings: "Settings", form: str) -> None:
    """Compact the lake, expire snapshots, remove orphaned files, old builds and old logs.

    \b
    khobor maintain
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.workflows.maintain import maintain
    from etl.workflows.run_ids import new_run_id

    print_report(maintain(settings, new_run_id()), form, _print_maintained)


def _print_maintained(report: "MaintainReport") -> None:
    click.echo(f"data files: {report.files_before} before, {report.files_after} now")
    click.echo(
        f"removed: {report.files_removed} files and {report.snapshots_removed} snapshots of the "
        f"lake, {report.staging_removed} staging folders, {report.builds_removed} builds, "
        f"{report.logs_removed} logs"
    )


@cli.command("extract")
@PATHS
@click.option("--outlet", help="Outlet of the pages, where they don't name it.")
@click.option("--url", help="URL of the page.")
@command_without_home
def extract_command(
    settings: "Settings", paths: tuple[Path, ...], outlet: str | None, url: str | None
) -> None:
    """Print what is extracted from pages, one JSON object per line; no warehouse.

    \b
    khobor extract page.html --url https://www.kalbela.com/world/159001
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.workflows import extraction

    for document in extraction.extract(settings, paths, outlet, url):
        click.echo(printable_json(document))


@cli.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion_command(shell: str) -> None:
    """Print the script that completes commands and options in a shell.

    \b
    khobor completion bash > ~/.local/share/bash-completion/completions/khobor
    khobor completion zsh > ~/.zfunc/_khobor
    khobor completion fish > ~/.config/fish/completions/khobor.fish
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from click.shell_completion import get_completion_class

    script = get_completion_class(shell)
    if script is None:
        raise UsageError(f"no completion for {shell!r}")
    click.echo(script(cli, {}, "khobor", "_KHOBOR_COMPLETE").source())


@cli.command("report")
@click.option("--since", type=DAY, help="Only articles of this day and later (Dhaka).")
@click.option("--until", type=DAY, help="Only articles of this day and earlier (Dhaka).")
@click.option("--outlet", help="Only articles of this outlet.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write. [default: HOME/report/index.html]",
)
@command
def report_command(
    settings: "Settings",
    since: datetime | None,
    until: datetime | None,
    outlet: str | None,
    output: Path | None,
) -> None:
    """Write an HTML page about the published build: news, charts, tables; it needs no server.

    \b
    khobor report
    khobor report --since 2026-01-01 --until 2026-01-31 --output january.html
    khobor report --outlet kalbela --output kalbela.html
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from bi.report.selection import Selection
    from etl.workflows import publishing

    selection = Selection(since.date() if since else None, until.date() if until else None, outlet)
    click.echo(f"report: {publishing.report(settings, output, selection)}")


@cli.command("status")
@TABLE_OR_JSON
@command
def status_command(settings: "Settings", form: str) -> None:
    """Show counts by outcome, freshness per outlet, last runs, sizes.

    \b
    khobor status
    khobor status --format json
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.cli.output.format import format_table
    from etl.workflows import status

    tables = status.status(settings)
    if form == "json":
        document = {
            title: [dict(zip(table.columns, row, strict=True)) for row in table.rows]
            for title, table in tables
        }
        click.echo(printable_json(document))
        return
    click.echo("\n".join(f"{title}\n{format_table(table)}" for title, table in tables), nl=False)


def _print_built(outcomes: Mapping[str, int]) -> None:
    _print_outcomes(outcomes)
    click.echo("next: khobor publish" if any(outcomes.values()) else "nothing was pending")


def _print_outcomes(outcomes: Mapping[str, int]) -> None:
    counts = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items() if count)
    click.echo(f"outcomes: {counts or 'none'}")


def _print_build(report: "PublishReport") -> None:
    click.echo(f"published: {report.articles} articles in {report.warehouse}")
    if report.warning:
        click.echo(f"warning: {report.warning}", err=True)
