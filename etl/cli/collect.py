"""Commands that collect from the live web."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from etl.cli.options import EXISTING, TEXT_OR_JSON, command_without_home, day_range, progress
from etl.cli.output.terminal import printable_json
from etl.errors import SourcesUnreadError
from etl.schema.vocabulary import DeclarationKind

if TYPE_CHECKING:
    from etl.settings import Settings
    from etl.workflows.reports import DiscoverReport, FetchReport

_NAMED = 5
_OUTLETS = click.option(
    "--outlet", "outlet_ids", multiple=True, metavar="ID", help="Only this outlet; may be repeated."
)
_SINCE = click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="First day of publication, YYYY-MM-DD in Dhaka time.",
)
_UNTIL = click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="Last day of publication, YYYY-MM-DD in Dhaka time.",
)


def _collect(
    settings: "Settings",
    kind: DeclarationKind,
    outlet_ids: tuple[str, ...],
    form: str,
    since: date | None = None,
    until: date | None = None,
) -> None:
    from etl.workflows.collect import web
    from etl.workflows.run_ids import new_run_id

    run_id = new_run_id()
    discovered = web.discover(settings, kind, outlet_ids, run_id, *day_range(since, until))
    _fetch(settings, outlet_ids, run_id, discovered, form)


def _fetch(
    settings: "Settings",
    outlet_ids: tuple[str, ...],
    run_id: str,
    discovered: "DiscoverReport",
    form: str,
) -> None:
    from etl.workflows.collect import web

    if form == "text":
        print_discovered(discovered)
    with progress("fetching") as advance:
        fetched = web.fetch(settings, outlet_ids, run_id, advance)
    if form == "json":
        click.echo(printable_json({"discovered": discovered, "fetched": fetched}))
    else:
        print_fetched(fetched)
        if fetched.batch_ids:
            click.echo("next: khobor build")
    check_sources(discovered)


@click.command("feeds")
@_OUTLETS
@_SINCE
@_UNTIL
@TEXT_OR_JSON
@command_without_home
def feeds_command(
    settings: "Settings",
    outlet_ids: tuple[str, ...],
    since: date | None,
    until: date | None,
    form: str,
) -> None:
    """Ingest pages that the outlets' feeds list (RSS, Atom, JSON Feed).

    \b
    khobor ingest feeds
    khobor ingest feeds --outlet kalbela
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    _collect(settings, DeclarationKind.FEED, outlet_ids, form, since, until)


@click.command("sitemaps")
@_OUTLETS
@_SINCE
@_UNTIL
@TEXT_OR_JSON
@command_without_home
def sitemaps_command(
    settings: "Settings",
    outlet_ids: tuple[str, ...],
    since: date | None,
    until: date | None,
    form: str,
) -> None:
    """Ingest pages that the outlets' sitemaps list: of two days, or of a range of days.

    \b
    khobor ingest sitemaps
    khobor ingest sitemaps --outlet banglatribune --since 2026-01-01 --until 2026-01-31
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    _collect(settings, DeclarationKind.SITEMAP, outlet_ids, form, since, until)


@click.command("listings")
@_OUTLETS
@TEXT_OR_JSON
@command_without_home
def listings_command(settings: "Settings", outlet_ids: tuple[str, ...], form: str) -> None:
    """Ingest pages that the outlets' listing pages link to.

    \b
    khobor ingest listings --outlet kalbela
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    _collect(settings, DeclarationKind.LISTING, outlet_ids, form)


@click.command("urls")
@click.argument("paths", nargs=-1, required=True, type=EXISTING)
@click.option("--outlet", metavar="ID", help="Outlet of the pages whose host belongs to no outlet.")
@click.option("--again", "is_again", is_flag=True, help="Fetch pages now that are known already.")
@TEXT_OR_JSON
@command_without_home
def urls_command(
    settings: "Settings",
    paths: tuple[Path, ...],
    outlet: str | None,
    is_again: bool,
    form: str,
) -> None:
    """Ingest pages from URL lists: text files with one URL per line.

    A page that is known is fetched when it is due; with --again now, and completely, whether the
    server says that it has changed or not.

    \b
    khobor ingest urls pages-to-fetch.txt
    khobor ingest urls corrected-pages.txt --again
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.workflows.collect import web
    from etl.workflows.run_ids import new_run_id

    run_id = new_run_id()
    declared = web.declare_urls(settings, paths, outlet, run_id, is_again=is_again)
    _fetch(settings, (), run_id, declared, form)


COMMANDS = (feeds_command, sitemaps_command, listings_command, urls_command)


def check_sources(*reports: "DiscoverReport") -> None:
    """Check that at least one source could be read, where there were any.

    Raises:
        SourcesUnreadError: all were refused; what was due before has been fetched.
    """
    problems = [problem for report in reports for problem in report.problems]
    if problems and not any(report.sources_read for report in reports):
        raise SourcesUnreadError(f"none of the sources could be read, the first: {problems[0]}")


def print_discovered(report: "DiscoverReport") -> None:
    """Print what sources declared."""
    line = f"{report.kind}: {report.declared} URLs declared, {report.new} new"
    if report.kind != DeclarationKind.URL_LIST:
        line += f"; {report.sources_read} sources read, {report.sources_unchanged} unchanged"
    if report.off_site:
        line += f"; {report.off_site} URLs of other hosts left out"
    click.echo(line)
    _print_named(tuple(map(str, report.problems)), "sources gave nothing")


def print_fetched(report: "FetchReport") -> None:
    """Print how the fetches ended."""
    counts = {
        "captured": report.captured,
        "not modified": report.not_modified,
        "gone": report.gone,
        "blocked by robots.txt": report.blocked,
        "failed": report.failed,
        "left for later": report.left_due,
    }
    ended = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    click.echo(f"pages due: {report.due}" + (f" ({ended})" if ended else ""))
    _print_named(report.open_hosts, "hosts are left alone for a while after errors")


def _print_named(names: tuple[str, ...], what: str) -> None:
    if names:
        shown = "".join(f"\n  {name}" for name in names[:_NAMED])
        rest = f"\n  … and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        click.echo(f"{len(names)} {what}:{shown}{rest}")
