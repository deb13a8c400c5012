"""``khobor bi``: dashboards in other programs."""

from typing import TYPE_CHECKING

import click

from etl.cli.options import command, common_options
from etl.masking import masked

if TYPE_CHECKING:
    from etl.settings import Settings


@click.group("bi")
@common_options
def bi_group() -> None:
    """Set up dashboards in other programs."""


@bi_group.group("user")
def user_group() -> None:
    """Manage accounts of people in the Superset of `make serve`."""


@user_group.command("add")
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice(["reader", "analyst"]),
    required=True,
    help="reader: dashboards, and SQL Lab read-only; analyst: also charts of their own.",
)
@command
def add_user_command(settings: "Settings", name: str, role: str) -> None:
    """Create an account, and print its password once.

    \b
    khobor bi user add mitu --role reader
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from bi.superset.accounts import add_user

    password = add_user(settings, name, role)
    click.echo(f"{role} {name}, password {password}")
    click.echo("next: hand it over; it can be changed in Superset under Settings, Info")


@bi_group.command("metabase")
@command
def metabase_command(settings: "Settings") -> None:
    """Set up or update Metabase: database, questions, dashboards.

    Reads KHOBOR_METABASE_URL, KHOBOR_METABASE_USER and KHOBOR_METABASE_PASSWORD. An instance that
    was never set up gets this user as its administrator.

    \b
    KHOBOR_METABASE_URL=http://127.0.0.1:3000 khobor bi metabase
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from bi.metabase import instance

    report = instance.provision(settings)
    click.echo(
        f"metabase: {report.questions} questions in {report.dashboards} dashboards, "
        f"reading {report.warehouse}"
    )
    click.echo(f"next: open {masked(settings.metabase_url.get_secret_value())}")
