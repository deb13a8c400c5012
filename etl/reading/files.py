"""Rows written to files that people take away: CSV, Excel, Parquet, JSON lines, Markdown."""

import csv
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from etl.errors import UsageError
from etl.reading.cells import csv_value, json_value, markdown_row

_BOM = "\ufeff"
# Source: Microsoft, "Excel specifications and limits".
_EXCEL_ROWS = 1_048_576
_EXCEL_CELL = 32_767
_CUT = " […]"


class FileFormat(StrEnum):
    """The formats of files."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    JSONL = "jsonl"
    MD = "md"


BINARY_FORMATS = (FileFormat.XLSX, FileFormat.PARQUET)


@dataclass(frozen=True, slots=True)
class RowStream:
    """Rows that come in Arrow's batches, so that memory holds one at a time."""

    schema: pa.Schema
    batches: Iterable[pa.RecordBatch]

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self.schema.names)

    def rows(self) -> Iterable[list[Any]]:
        """Return the rows, one after the other."""
        for batch in self.batches:
            columns = [column.to_pylist() for column in batch.columns]
            yield from map(list, zip(*columns, strict=True))


@dataclass(slots=True)
class Written:
    """What was written; ``cut_cells`` were longer than a cell of Excel can be."""

    rows: int = 0
    cut_cells: int = 0


def write_file(
    path: Path, form: FileFormat, stream: RowStream, *, has_bom: bool = False
) -> Written:
    """Write rows to a file, which appears when it is complete.

    Raises:
        UsageError: the file can't be written, or Excel can't hold so many rows.
    """
    aside = path.with_name(f"{path.name}.part")
    try:
        with aside.open("wb") as file:
            written = write(file, form, stream, has_bom=has_bom)
        aside.replace(path)
    except OSError as error:
        raise UsageError(f"{path} can't be written: {error.strerror or error}") from error
    finally:
        aside.unlink(missing_ok=True)
    return written


def write(file: BinaryIO, form: FileFormat, stream: RowStream, *, has_bom: bool = False) -> Written:
    """Write rows to an open file.

    Args:
        file: open for bytes.
        form: the format.
        stream: the rows.
        has_bom: begin CSV with the mark by which Excel knows UTF-8.

    Returns:
        The number of rows and of cells that were cut.

    Raises:
        UsageError: Excel can't hold so many rows.
    """
    if has_bom and form is FileFormat.CSV:
        file.write(_BOM.encode())
    return _WRITERS[form](file, stream)


def _write_csv(file: BinaryIO, stream: RowStream) -> Written:
    with _as_text(file) as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(map(csv_value, stream.columns))
        written = Written()
        for row in stream.rows():
            writer.writerow(map(csv_value, row))
            written.rows += 1
    return written


def _write_jsonl(file: BinaryIO, stream: RowStream) -> Written:
    written = Written()
    for row in stream.rows():
        document = dict(zip(stream.columns, map(json_value, row), strict=True))
        file.write(json.dumps(document, ensure_ascii=False, allow_nan=False).encode() + b"\n")
        written.rows += 1
    return written


def _write_markdown(file: BinaryIO, stream: RowStream) -> Written:
    written = Written()
    for row in (stream.columns, ["---"] * len(stream.columns), *stream.rows()):
        file.write(markdown_row(row).encode() + b"\n")
        written.rows += 1
    written.rows -= 2
    return written


def _write_parquet(file: BinaryIO, stream: RowStream) -> Written:
    written = Written()
    with pq.ParquetWriter(file, stream.schema, compression="zstd") as writer:
        for batch in stream.batches:
            writer.write_batch(batch)
            written.rows += batch.num_rows
    return written


def _write_xlsx(file: BinaryIO, stream: RowStream) -> Written:
    from xlsxwriter import Workbook

    options = {
        "constant_memory": True,
        # Text of pages stays text: no formulas, no links that a click would follow.
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    written = Written()
    with Workbook(file, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        minute = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, stream.columns, bold)
        for row in stream.rows():
            written.rows += 1
            if written.rows >= _EXCEL_ROWS:
                raise UsageError(
                    f"more than {_EXCEL_ROWS - 1:,} rows: Excel holds no more; narrow the days or "
                    "take another format"
                )
            for place, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_datetime(written.rows, place, value, minute)
                elif isinstance(value, date):
                    sheet.write_datetime(written.rows, place, value, day)
                elif isinstance(value, bool):
                    sheet.write_boolean(written.rows, place, value)
                elif isinstance(value, (int, float)):
                    sheet.write(written.rows, place, json_value(value))
                elif value is not None:
                    sheet.write_string(written.rows, place, _excel_text(str(value), written))
    return written


def _excel_text(text: str, written: Written) -> str:
    if len(text) <= _EXCEL_CELL:
        return text
    written.cut_cells += 1
    return text[: _EXCEL_CELL - len(_CUT)] + _CUT


class _as_text(io.TextIOWrapper):  # noqa: N801  (used as a context manager)
    """A text layer over a file that leaves the file open."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file, encoding="utf-8", newline="", write_through=True)

    def __exit__(self, *_: object) -> None:
        self.flush()
        self.detach()


_WRITERS: dict[FileFormat, Callable[[BinaryIO, RowStream], Written]] = {
    FileFormat.CSV: _write_csv,
    FileFormat.XLSX: _write_xlsx,
    FileFormat.PARQUET: _write_parquet,
    FileFormat.JSONL: _write_jsonl,
    FileFormat.MD: _write_markdown,
}
