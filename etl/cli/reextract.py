"""``khobor reextract`` and ``khobor rebuild``: facts from stored captures."""

import json
from datetime import datetime
from typing import TYPE_CHECKING

import click

from etl.cli.options import DAY, TABLE_OR_JSON, command, progress

if TYPE_CHECKING:
    from etl.settings import Settings
    from etl.workflows.restore.reextract import Reextraction

_APPLY = click.option("--apply", "is_applied", is_flag=True, help="Commit the result.")
_LISTED = 5  # ids named of articles that appear, vanish or were not read


@click.command("reextract")
@click.option("--outlet", "outlet_id", metavar="ID", help="Only captures of this outlet.")
@click.option("--since", type=DAY, help="Only captures of this day and later (Dhaka).")
@click.option("--until", type=DAY, help="Only captures of this day and earlier (Dhaka).")
@TABLE_OR_JSON
@_APPLY
@command
def reextract_command(
    settings: "Settings",
    outlet_id: str | None,
    since: datetime | None,
    until: datetime | None,
    form: str,
    is_applied: bool,
) -> None:
    """Extract stored captures again, with the current extractor, rules and profiles.

    Prints the difference; commits it only with --apply. All captures of an article are extracted
    again together, so a change of extraction never looks like an edit by the outlet.

    \b
    khobor reextract --outlet kalbela --since 2026-01-01
    khobor reextract --outlet kalbela --since 2026-01-01 --apply
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.workflows.restore import reextract
    from etl.workflows.run_ids import new_run_id

    with progress("reading pages") as advance:
        found = reextract.read_again(
            settings,
            outlet_id,
            since.date() if since else None,
            until.date() if until else None,
            advance,
        )
    if form == "json":
        click.echo(json.dumps(_document(found, is_applied), ensure_ascii=False, indent=2))
    else:
        _print(found)
    if is_applied:
        with progress("committing") as advance:
            reextract.apply(settings, found, new_run_id(), advance)
    if form == "table":
        _print_next(found, is_applied)


@click.command("rebuild")
@_APPLY
@command
def rebuild_command(settings: "Settings", is_applied: bool) -> None:
    """Rebuild all facts from the stored captures, for a lake whose facts are damaged.

    Prints the plan; runs it only with --apply. The published build stays until the next
    `khobor publish`.

    \b
    khobor rebuild
    khobor rebuild --apply && khobor publish
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.workflows.restore import rebuild
    from etl.workflows.run_ids import new_run_id

    plan = rebuild.plan(settings)
    click.echo(
        f"raw: {plan.captures} captures in {plan.batches} batches, "
        f"{plan.decisions} decisions of reviewers"
    )
    for name in plan.lost:
        click.echo(f"lost: rows of {name} can't be read, and no capture holds them")
    if not is_applied:
        click.echo("nothing was changed: add --apply")
        return
    with progress("reading pages") as advance:
        outcomes = rebuild.rebuild_core(settings, new_run_id(), advance)
    counts = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items() if count)
    click.echo(f"outcomes: {counts or 'none'}\nnext: khobor publish")


def _document(found: "Reextraction", is_applied: bool) -> dict[str, object]:
    diff = found.diff
    return {
        "captures": diff.captures,
        "extractor_version": found.extractor_version,
        "extractor_versions_before": dict(diff.versions),
        "articles_before": len(diff.before),
        "articles_after": len(diff.after),
        "appeared": diff.appeared,
        "vanished": diff.vanished,
        "changed": dict(diff.changed),
        "samples": {
            name: [
                {"article_id": s.article_id, "before": s.before, "after": s.after} for s in samples
            ]
            for name, samples in diff.samples.items()
        },
        "outcomes": [
            {"before": before, "after": after, "captures": count}
            for (before, after), count in sorted(diff.outcomes.items())
        ],
        "unread": found.unread,
        "applied": is_applied,
    }


def _print(found: "Reextraction") -> None:
    from etl.cli.output.format import format_table
    from etl.load.reextract.diff import FIELDS, OF_CAPTURES
    from etl.publish.query import Result

    diff = found.diff
    versions = ", ".join(f"{count} by {name}" for name, count in sorted(diff.versions.items()))
    click.echo(f"captures: {diff.captures} read by extractor {found.extractor_version}")
    click.echo(f"before: {versions or 'none'}")
    click.echo(f"articles: {len(diff.before)} before, {len(diff.after)} after")
    for label, ids in (("appear", diff.appeared), ("vanish", diff.vanished)):
        if ids:
            click.echo(f"  {len(ids)} {label}: {_listed(ids)}")
    for (before, after), count in sorted(diff.outcomes.items()):
        click.echo(f"outcomes: {count} {before} → {after}")
    rows = [
        (name, diff.changed[name], "captures" if name in OF_CAPTURES else "articles")
        for name in FIELDS
        if diff.changed[name]
    ]
    if rows:
        click.echo(format_table(Result(["changed", "in", "of"], [""] * 3, rows)), nl=False)
    samples = [
        (name, sample.article_id, sample.before, sample.after)
        for name in FIELDS
        for sample in diff.samples.get(name, ())
        if (sample.before, sample.after) != (None, None)
    ]
    if samples:
        columns = ["field", "article_id", "before", "after"]
        click.echo(format_table(Result(columns, [""] * 4, samples)), nl=False)
    for capture_id, why in list(found.unread.items())[:_LISTED]:
        click.echo(f"not read: {capture_id} ({why}); its article stays as it is")
    if len(found.unread) > _LISTED:
        click.echo(f"not read: {len(found.unread)} captures in all")


def _print_next(found: "Reextraction", is_applied: bool) -> None:
    if is_applied:
        click.echo("committed\nnext: khobor publish" if found.groups else "nothing had to change")
    elif found.groups:
        click.echo("nothing is committed: add --apply")
    else:
        click.echo("nothing would change")


def _listed(ids: list[str]) -> str:
    return ", ".join(ids[:_LISTED]) + (" …" if len(ids) > _LISTED else "")
