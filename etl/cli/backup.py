"""``khobor backup`` and ``khobor restore``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from etl.cli.options import TEXT_OR_JSON, command, command_without_home, print_report

if TYPE_CHECKING:
    from etl.settings import Settings
    from etl.workflows.reports import BackupReport


@click.command("backup")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@TEXT_OR_JSON
@command
def backup_command(settings: "Settings", folder: Path, form: str) -> None:
    """Copy the lake to a folder: catalog, data and frontier, at one moment, with checksums.

    DIR is empty, or has an earlier backup of this lake: then only new files are copied, and what
    the lake no longer has is removed. Builds are not copied: they are made again from the lake.

    \b
    khobor backup /mnt/backup/khobor
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.workflows.backup.make import back_up
    from etl.workflows.run_ids import new_run_id

    print_report(back_up(settings, folder, new_run_id()), form, _print_backup)


@click.command("restore")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@command_without_home
def restore_command(settings: "Settings", folder: Path) -> None:
    """Put a lake back from a backup, and publish.

    The backup's checksums are proved first. In an empty home the lake is as it was then. Where the
    lake is damaged or lost, what came since the backup and is still there is kept.

    \b
    khobor restore /mnt/backup/khobor --home restored
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.workflows.backup.restore import restore
    from etl.workflows.run_ids import new_run_id

    for line in restore(settings, folder, new_run_id()):
        click.echo(line)


def _print_backup(report: "BackupReport") -> None:
    click.echo(
        f"backup: {report.files} data files, {report.copied} of them new, "
        f"{report.size_bytes / 1e6:.1f} MB in {report.folder}; {report.removed} older files removed"
    )
