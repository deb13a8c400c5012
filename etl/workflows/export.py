"""Captures exported to WARC archives."""

from datetime import UTC, date, datetime
from pathlib import Path

from etl.errors import LakeError, UsageError
from etl.ingest.archives.capture_records import ArchiveWriter
from etl.ingest.capture import capture_from_fields
from etl.lake.connection import open_lake
from etl.lake.queries.captures import Selection, batches_with, captures_in
from etl.observability.progress import Advance, no_progress
from etl.outlets.profiles import load_outlets
from etl.settings import Settings
from etl.workflows.publishing import khobor_version
from etl.workflows.reports import ExportReport


def export_warc(
    settings: Settings,
    output: Path,
    outlet_id: str | None = None,
    since: date | None = None,
    until: date | None = None,
    advance: Advance = no_progress,
) -> ExportReport:
    """Write captures to a WARC archive, batch by batch; the file appears when it is complete.

    Args:
        settings: the catalog and the profiles.
        output: the file to write, ``*.warc.gz`` or ``*.warc``.
        outlet_id: the outlet that the ledger, or before a build the origin, names.
        since: first day of capture, in Dhaka.
        until: last day of capture, in Dhaka.
        advance: called with the number of captures written.

    Raises:
        UsageError: a wrong file name, an unknown outlet, or days in the wrong order.
        LakeError: there is no lake, or the file can't be written.
    """
    if not output.name.lower().endswith((".warc", ".warc.gz")):
        raise UsageError(f"{output}: name the archive *.warc.gz, or *.warc without compression")
    if since and until and since > until:
        raise UsageError(f"--since {since:%Y-%m-%d} comes after --until {until:%Y-%m-%d}")
    selection = Selection(outlet_id, since, until)
    aside = output.with_name(f"{output.name}.part")
    count = 0
    try:
        with open_lake(settings, read_only=True) as lake:
            batch_ids = batches_with(lake.connection, selection)
            if (
                outlet_id
                and not batch_ids
                and outlet_id not in load_outlets(settings.outlets).by_id
            ):
                raise UsageError(
                    f"no outlet {outlet_id!r}: `khobor status` lists those in the lake"
                )
            with aside.open("wb") as file:
                archive = ArchiveWriter(file, is_compressed=output.name.lower().endswith(".gz"))
                archive.begin(f"khobor/{khobor_version()}", datetime.now(UTC))
                for batch_id in batch_ids:
                    for row in captures_in(lake.connection, batch_id, selection):
                        archive.write(capture_from_fields(row))
                        count += 1
                        advance(1)
                archive.end()
            size = aside.stat().st_size
            aside.replace(output)
    except OSError as error:
        raise LakeError(f"{output} can't be written: {error.strerror or error}") from error
    finally:
        aside.unlink(missing_ok=True)
    return ExportReport(count, size)
