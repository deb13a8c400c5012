"""``khobor doctor``: checks of a home, and repair."""

import json
from typing import TYPE_CHECKING

import click

from etl.cli.options import TABLE_OR_JSON, command, progress
from etl.errors import TerminalError

if TYPE_CHECKING:
    from etl.settings import Settings
    from etl.workflows.doctor.finding import Finding

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


class ChecksFailedError(TerminalError):
    """Checks failed; each was printed."""


@click.command("doctor")
@click.option("--deep", is_flag=True, help="Read every row of every data file.")
@click.option("--repair", "is_repaired", is_flag=True, help="Repair what can be repaired.")
@TABLE_OR_JSON
@command
def doctor_command(settings: "Settings", deep: bool, is_repaired: bool, form: str) -> None:
    """Check the set-up, the lake and the build; one line per check, with the remedy.

    With --repair, a damaged catalog is restored from its last copy and the captures' files,
    damaged facts are rebuilt from the captures, and a missing build is published.

    \b
    khobor doctor
    khobor doctor --deep --repair
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.workflows.doctor.examine import examine, repair

    findings = examine(settings, deep=deep)
    done: list[str] = []
    if is_repaired and any(finding.repair for finding in findings):
        if form == "table":
            _print(findings)
        with progress("reading pages") as advance:
            for line in repair(settings, findings, advance):
                done.append(line)
                if form == "table":
                    click.echo(f"repaired  {line}")
        findings = examine(settings, deep=deep)
    if form == "json":
        click.echo(json.dumps(_document(settings, findings, done), ensure_ascii=False, indent=2))
    else:
        _print_settings(settings)
        _print(findings)
    failed = sum(finding.level == "fail" for finding in findings)
    if failed:
        raise ChecksFailedError(f"{failed} of {len(findings)} checks failed")


def _print(findings: "list[Finding]") -> None:
    for finding in findings:
        level = click.style(f"{finding.level:<4}", fg=_COLOURS[finding.level])
        remedy = f": {finding.remedy}" if finding.remedy else ""
        click.echo(f"{level}  {finding.check:<9} {finding.text}{remedy}")


def _print_settings(settings: "Settings") -> None:
    from etl.workflows.doctor.settings import shown_settings

    for shown in shown_settings(settings):
        click.echo(f"{shown.name:<29} {shown.value or 'not set'}  ({shown.origin})")


def _document(
    settings: "Settings", findings: "list[Finding]", done: list[str]
) -> dict[str, object]:
    from etl.workflows.doctor.settings import shown_settings

    return {
        "settings": [
            {"name": shown.name, "value": shown.value, "origin": shown.origin}
            for shown in shown_settings(settings)
        ],
        "checks": [
            {
                "check": finding.check,
                "level": finding.level.value,
                "finding": finding.text,
                "remedy": finding.remedy,
                "repairable": finding.repair is not None,
            }
            for finding in findings
        ],
        "repaired": done,
    }
