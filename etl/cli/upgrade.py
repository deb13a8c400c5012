"""``khobor upgrade``: a lake of an older release."""

from typing import TYPE_CHECKING

import click

from etl.cli.options import TEXT_OR_JSON, command, print_report

if TYPE_CHECKING:
    from etl.settings import Settings
    from etl.workflows.reports import UpgradeReport


@click.command("upgrade")
@click.option("--check", is_flag=True, help="Only say what would be done.")
@TEXT_OR_JSON
@command
def upgrade_command(settings: "Settings", check: bool, form: str) -> None:
    """Bring a lake that an older release created to this release's schema; its catalog is copied.

    Commands that write do so by themselves; those that only read ask for this one.

    \b
    khobor upgrade --check
    khobor upgrade
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.workflows import upgrade

    print_report(upgrade.upgrade(settings, is_check=check), form, _print_upgraded)


def _print_upgraded(report: "UpgradeReport") -> None:
    if not report.changes:
        click.echo(f"the lake has schema version {report.to_version} already")
        return
    verb = "needs" if report.copy is None else "has now"
    click.echo(f"the lake {verb}: {', '.join(report.changes)}")
    if report.copy is not None:
        click.echo(f"the catalog as it was: {report.copy}")
    else:
        click.echo("next: khobor upgrade")
