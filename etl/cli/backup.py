"""``khobor backup``, ``restore`` and ``upgrade``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from etl.cli.options import TEXT_OR_JSON, command, command_without_home, print_report, progress

if TYPE_CHECKING:
    from etl.settings import Settings
    from etl.workflows.reports import BackupReport, RestoreReport, UpgradeReport

FOLDER = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))


@click.command("backup")
@FOLDER
@TEXT_OR_JSON
@command
def backup_command(settings: "Settings", folder: Path, form: str) -> None:
    """Copy the lake, catalog and data as of one moment, into a folder with a hash of each file.

    Only what is new is copied into a folder that has a backup already; what was forgotten since is
    removed there. Writers wait meanwhile, readers don't.

    \b
    khobor backup /mnt/backup/khobor
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.workflows import backup
    from etl.workflows.run_ids import new_run_id

    with progress("copying") as advance:
        report = backup.backup(settings, folder, new_run_id(), advance)
    print_report(report, form, _print_backup)


@click.command("restore")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@TEXT_OR_JSON
@command_without_home
def restore_command(settings: "Settings", folder: Path, form: str) -> None:
    """Put the lake back as it was backed up, check every hash first, and publish it.

    What was loaded since is lost but for its files; what was forgotten since stays forgotten.

    \b
    khobor restore /mnt/backup/khobor
    khobor restore /mnt/backup/khobor --home /srv/other
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.workflows import backup
    from etl.workflows.run_ids import new_run_id

    with progress("restoring") as advance:
        report = backup.restore(settings, folder, new_run_id(), advance)
    print_report(report, form, _print_restored)


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


def _print_backup(report: "BackupReport") -> None:
    click.echo(
        f"backup: snapshot {report.snapshot} in {report.files} files, {report.bytes / 1e6:.1f} MB; "
        f"{report.files_copied} were new"
    )


def _print_restored(report: "RestoreReport") -> None:
    click.echo(
        f"restored: snapshot {report.snapshot} of {report.made_at}, {report.files_written} files "
        f"written; published as {report.build_id}"
    )


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
