"""``khobor quarantine``: the review of captures whose rows broke a rule."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from etl.cli.options import FORMAT, command, common_options, progress
from etl.cli.output.terminal import printable_json

if TYPE_CHECKING:
    from etl.settings import Settings
    from etl.workflows.reports import ReviewReport

_CAPTURE = click.argument("capture_id")
# The words of `ReviewState`, whose module is not imported just to print help.
_STATES = ("open", "replayed", "released", "discarded", "all")


def _reviewed(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a reviewer's decision."""
    reviewer = click.option("--reviewer", required=True, help="Name of the reviewer.")
    reason = click.option("--reason", required=True, help="Reason of the decision.")
    return reviewer(reason(function))


@click.group("quarantine")
@common_options
def quarantine_group() -> None:
    """Review rejected rows: list, show, replay, release, discard.

    A capture id may be abbreviated to its first characters.
    """


@quarantine_group.command("list")
@click.option(
    "--state",
    type=click.Choice(_STATES),
    default="open",
    show_default=True,
    help="State of the review.",
)
@FORMAT
@command
def list_command(settings: "Settings", state: str, form: str) -> None:
    """List captures with the rules they broke.

    Times are in Dhaka time.

    \b
    khobor quarantine list
    khobor quarantine list --state all --format csv > quarantine.csv
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from dataclasses import replace

    from etl.cli.output.format import FORMATS
    from etl.schema.vocabulary import ReviewState
    from etl.workflows.review import rejected

    result = rejected.list_rejected(settings, None if state == "all" else ReviewState(state))
    if form != "json":
        place = result.columns.index("rules")
        rows = [(*row[:place], ", ".join(row[place]), *row[place + 1 :]) for row in result.rows]
        result = replace(result, rows=rows)
    click.echo(FORMATS[form](result), nl=False)


@quarantine_group.command("show")
@_CAPTURE
@command
def show_command(settings: "Settings", capture_id: str) -> None:
    """Show one rejected row as JSON.

    With the current definition of its rules, its capture, its run and its review.

    \b
    khobor quarantine show 3f2a
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.workflows.review import rejected

    click.echo(printable_json(rejected.show(settings, capture_id), indent=2))


@quarantine_group.command("replay")
@click.argument("capture_ids", nargs=-1, metavar="[CAPTURE_ID]...")
@command
def replay_command(settings: "Settings", capture_ids: tuple[str, ...]) -> None:
    """Load what passes the current rules.

    The given captures, or all open ones, are extracted again from their stored bytes. What still
    fails stays open, with the rules that it breaks now.

    \b
    khobor quarantine replay
    khobor quarantine replay 3f2a 91bc
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.workflows.review import quarantine
    from etl.workflows.run_ids import new_run_id

    with progress("reading pages") as advance:
        report = quarantine.replay(settings, capture_ids, new_run_id(), advance)
    for capture_id, why in report.unread.items():
        click.echo(f"not read: {capture_id} ({why})")
    counts = [f"{count} {outcome}" for outcome, count in report.outcomes.items()]
    if report.still_open:
        counts.append(f"{report.still_open} still open")
    click.echo(f"replayed: {', '.join(counts)}" if counts else "nothing is open: nothing to do")
    if report.outcomes:
        click.echo("next: khobor publish")


@quarantine_group.command("release")
@_CAPTURE
@_reviewed
@command
def release_command(settings: "Settings", capture_id: str, reviewer: str, reason: str) -> None:
    """Load a capture although it breaks rules.

    Only rules of severity `warning` can be overruled. Reviewer and reason are recorded.

    \b
    khobor quarantine release 3f2a --reviewer Rina --reason 'the outlet prints no headline'
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.workflows.review import quarantine
    from etl.workflows.run_ids import new_run_id

    report = quarantine.release(settings, capture_id, reviewer, reason, new_run_id())
    _print_review("released", report)
    if report.is_new:
        click.echo("next: khobor publish")


@quarantine_group.command("discard")
@_CAPTURE
@_reviewed
@command
def discard_command(settings: "Settings", capture_id: str, reviewer: str, reason: str) -> None:
    """Close a capture without loading it.

    It stays `quarantined`. Reviewer and reason are recorded.

    \b
    khobor quarantine discard 3f2a --reviewer Rina --reason 'a page of advertisements'
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.workflows.review import quarantine
    from etl.workflows.run_ids import new_run_id

    report = quarantine.discard(settings, capture_id, reviewer, reason, new_run_id())
    _print_review("discarded", report)


def _print_review(done: str, report: "ReviewReport") -> None:
    if report.is_new:
        click.echo(f"{done}: {report.capture_id}, outcome {report.outcome}")
    else:
        click.echo(f"{report.capture_id} was {done} already: nothing to do")
