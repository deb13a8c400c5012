"""Results of a query as a table, JSON or CSV."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from etl.cli.output.terminal import printable, printable_json
from etl.publish.query import Result
from etl.reading.cells import csv_value, json_value, markdown_row

_NUMBERS = (int, float, Decimal)

Rows = Sequence[tuple[Any, ...]]


def format_table(result: Result, width: int | None = None) -> str:
    """Align columns by the cells that Bangla takes on a terminal.

    Args:
        result: column names and rows.
        width: cells of the terminal; the widest columns are cut to fit. None cuts nothing.
    """
    from rich.cells import cell_len, set_cell_size

    if not result.columns:
        return ""
    rows = [[_plain(value) for value in row] for row in result.rows]
    widths = [
        max(cell_len(text) for text in column) for column in zip(result.columns, *rows, strict=True)
    ]
    widths = _fit(widths, width)
    is_right = [
        all(
            isinstance(row[i], (*_NUMBERS, type(None))) and not isinstance(row[i], bool)
            for row in result.rows
        )
        and bool(result.rows)
        for i in range(len(widths))
    ]

    def cell(text: str, size: int, right: bool) -> str:
        length = cell_len(text)
        if length > size:
            return set_cell_size(text, size - 1) + "…"
        padding = " " * (size - length)
        return padding + text if right else text + padding

    names = [printable(name) for name in result.columns]
    lines = [
        "  ".join(map(cell, names, widths, is_right)).rstrip(),
        "  ".join("─" * size for size in widths),
        *("  ".join(map(cell, row, widths, is_right)).rstrip() for row in rows),
        f"({len(rows)} row{'' if len(rows) == 1 else 's'})",
    ]
    return "\n".join(lines) + "\n"


def format_json(result: Result) -> str:
    """A list of objects, one a line; times in ISO 8601, what JSON can't say as text or null."""
    return "".join(json_parts(result.columns, [result.rows]))


def format_csv(result: Result) -> str:
    """CSV with a header; text that a spreadsheet would take for a formula gets an apostrophe."""
    return "".join(csv_parts(result.columns, [result.rows]))


def json_parts(columns: Sequence[str], parts: Iterable[Rows]) -> Iterator[str]:
    """The text of ``format_json`` while the rows come."""
    names = _distinct(columns)
    before = "["
    for rows in parts:
        for row in rows:
            yield before + printable_json(dict(zip(names, map(json_value, row), strict=True)))
            before = ",\n "
    yield "[]\n" if before == "[" else "]\n"


def csv_parts(columns: Sequence[str], parts: Iterable[Rows]) -> Iterator[str]:
    """The text of ``format_csv`` while the rows come."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([csv_value(name) for name in columns])
    for rows in parts:
        writer.writerows([csv_value(value) for value in row] for row in rows)
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()


def format_markdown(result: Result) -> str:
    """A table of Markdown."""
    rows = [result.columns, ["---"] * len(result.columns), *result.rows]
    return "".join(f"{printable(markdown_row(row))}\n" for row in rows)


def format_line(result: Result) -> str:
    """One column a line, a blank line between rows: for rows too wide for a table."""
    width = max(map(len, result.columns), default=0)
    rows = (
        "".join(
            f"{printable(name.rjust(width))} = {printable(_text(value))}\n"
            for name, value in zip(result.columns, row, strict=True)
        )
        for row in result.rows
    )
    return "\n".join(rows)


STREAMED = {"json": json_parts, "csv": csv_parts}
FORMATS = {
    "table": format_table,
    "json": format_json,
    "csv": format_csv,
    "markdown": format_markdown,
    "line": format_line,
}


def _distinct(columns: Sequence[str]) -> list[str]:
    """Names of an object's keys: a name that is there already gets a number."""
    names: dict[str, None] = {}
    for column in columns:
        name, number = column, 2
        while name in names:
            name, number = f"{column}_{number}", number + 1
        names[name] = None
    return list(names)


def _fit(widths: list[int], total: int | None) -> list[int]:
    """Widths that fit, taken from the widest columns; none goes below 8."""
    if total is None:
        return widths
    fitted = list(widths)
    while sum(fitted) + 2 * (len(fitted) - 1) > total and max(fitted) > 8:
        fitted[fitted.index(max(fitted))] -= 1
    return fitted


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, (list, tuple, dict)):
        return printable_json(json_value(value))
    return str(value)


def _plain(value: Any) -> str:
    return printable(" ".join(_text(value).split("\n")).replace("\t", " ").replace("\r", " "))
