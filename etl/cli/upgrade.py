"""``khobor upgrade``: a lake of an earlier release brought to this one's schema."""

from typing import TYPE_CHECKING

import click

from etl.cli.options import TEXT_OR_JSON, command, print_report

if TYPE_CHECKING:
    from etl.lake.schema_version import UpgradePlan
    from etl.settings import Settings


@click.command("upgrade")
@click.option("--check", "is_check", is_flag=True, help="Only show what would change.")
@TEXT_OR_JSON
@command
def upgrade_command(settings: "Settings", is_check: bool, form: str) -> None:
    """Migrate a lake of an earlier release; its catalog is copied to lake/backup/ first.

    Commands that write do so by themselves; those that only read ask for it.

    \b
    khobor upgrade --check
    khobor upgrade
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.workflows import upgrade

    plan = upgrade.plan(settings) if is_check else upgrade.upgrade(settings)
    print_report(plan, form, _print_planned if is_check else _print_done)


def _print_planned(plan: "UpgradePlan") -> None:
    if not plan.is_needed:
        click.echo(f"schema version {plan.version}, as this release declares it: nothing to do")
        return
    click.echo(f"schema version {plan.version}, this release declares {plan.declared}")
    _print_changes(plan)
    click.echo("next: khobor upgrade")


def _print_done(plan: "UpgradePlan") -> None:
    if not plan.is_needed:
        click.echo(f"schema version {plan.version}, as this release declares it: nothing to do")
        return
    _print_changes(plan)
    click.echo(f"upgraded: schema version {plan.declared}")


def _print_changes(plan: "UpgradePlan") -> None:
    for name in plan.steps:
        click.echo(f"step: {name}")
    if plan.added:
        tables = sorted({name.rpartition(".")[0] for name in plan.added})
        click.echo(f"added: {len(plan.added)} columns in {', '.join(tables)}")
