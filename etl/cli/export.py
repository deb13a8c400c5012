"""``khobor export``: parts of the published build as files, and captures as a WARC archive."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from etl.cli.options import command
from etl.errors import UsageError

if TYPE_CHECKING:
    from etl.settings import Settings

_DAY = click.DateTime(["%Y-%m-%d"])
# The words of `FileFormat` and of `KINDS`, whose modules are not imported just to print help.
_FORMATS = ("csv", "xlsx", "parquet", "jsonl", "md")
_BINARY = ("xlsx", "parquet")
_KINDS = (
    ("articles", "articles in their current version, with their texts", "language = 'bn'"),
    ("versions", "versions of articles with their texts", "NOT is_current"),
    ("events", "events between countries", "actor1 = 'IN' AND actor2 = 'CN'"),
    ("quotes", "what persons and organisations are quoted with", "speaker LIKE '%Y%'"),
    ("stories", "articles of stories with their links", "link_kind = 'wire_copy'"),
    ("mentions", "whom and what articles name", "iso_code IN ('IR', 'RU')"),
)


def export_command(name: str, what: str, condition: str) -> click.Command:
    """Return the command that exports one kind of rows.

    Args:
        name: the kind.
        what: its rows in a few words.
        condition: an example of a condition.
    """

    @click.option(
        "--format",
        "form",
        type=click.Choice(_FORMATS),
        help="Output format. [default: by the file's ending, else csv]",
    )
    @click.option("--since", type=_DAY, help="Only rows of this day on, in Dhaka time.")
    @click.option("--until", type=_DAY, help="Only rows up to this day.")
    @click.option("--where", help="Only rows for which this condition in SQL holds.")
    @click.option(
        "--output",
        type=click.Path(path_type=Path, dir_okay=False),
        help="File to write. [default: standard output]",
    )
    @click.option("--bom", is_flag=True, help="Begin CSV with a mark by which Excel knows UTF-8.")
    @command
    def export(
        settings: "Settings",
        form: str | None,
        since: datetime | None,
        until: datetime | None,
        where: str | None,
        output: Path | None,
        bom: bool,
    ) -> None:
        from etl.reading.export import KINDS, export_rows
        from etl.reading.files import FileFormat, write, write_file
        from etl.reading.warehouse import Warehouse

        if name not in KINDS:
            raise UsageError(f"this release has no {name} to export: there are {', '.join(KINDS)}")
        if since and until and since > until:
            raise UsageError(f"--since {since:%Y-%m-%d} comes after --until {until:%Y-%m-%d}")
        chosen = FileFormat(form or _format_of(output))
        if output is None and chosen in _BINARY:
            raise UsageError(f"{chosen} is no text: name a file with --output FILE")
        days = (since.date() if since else None, until.date() if until else None)
        with (
            Warehouse(settings.current_build) as warehouse,
            export_rows(warehouse, KINDS[name], *days, where) as rows,
        ):
            if output is None:
                write(sys.stdout.buffer, chosen, rows, has_bom=bom)
                return
            written = write_file(output, chosen, rows, has_bom=bom)
        click.echo(f"{name}: {written.rows} rows written to {output}")
        if written.cut_cells:
            click.echo(
                f"warning: {written.cut_cells} texts are longer than a cell of Excel and were cut; "
                "csv and parquet have all of them",
                err=True,
            )

    export.__doc__ = f"""Export {what}.

    Days are in Dhaka time, both included; rows without a day are left out where one is given.

    \b
    khobor export {name} --since 2026-02-01 --until 2026-02-28 --output {name}.xlsx
    khobor export {name} --where "{condition}" --format jsonl | head -1
    """
    return click.command(name)(export)


def _format_of(output: Path | None) -> str:
    ending = "" if output is None else output.suffix.lower().removeprefix(".")
    return ending if ending in _FORMATS else "csv"


COMMANDS = tuple(export_command(*kind) for kind in _KINDS)
