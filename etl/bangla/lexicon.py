"""Word lists and tables of ``seeds/lexicon``: words are data, grammar is code.

Every cell is read in the normal form. A row that is broken, incomplete or there twice stops the
start and names the file and the line.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from etl.bangla.text import normal_form
from etl.errors import UsageError
from etl.resources import LEXICON

_SOURCE = "source"


def read_table(
    path: Path, columns: tuple[str, ...], key: tuple[str, ...] | None = None
) -> Iterator[tuple[int, list[str]]]:
    """Read a table of words.

    Args:
        path: a CSV file with a header.
        columns: its columns, in order; the file has ``source`` behind them.
        key: the columns that must be filled and, together, differ from row to row; by default the
            first one.

    Returns:
        The number of each row's line, and its cells without ``source``.

    Raises:
        UsageError: the table is missing or a row is wrong; names the file and the line.
    """
    places = [columns.index(name) for name in (key or columns[:1])]
    seen: set[tuple[str, ...]] = set()
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file, strict=True)
            head = (*columns, _SOURCE)
            if tuple(next(reader, [])) != head:
                raise UsageError(f"{path}, line 1: the columns must be {','.join(head)}.")
            for row in reader:
                where = f"{path}, line {reader.line_num}"
                if len(row) != len(head):
                    raise UsageError(
                        f"{where}: {len(row)} cells instead of {len(head)}; quote cells that hold "
                        "commas."
                    )
                if not row.pop().strip():
                    raise UsageError(f"{where}: {_SOURCE} is empty; where is the row from?")
                cells = [normal_form(cell) for cell in row]
                values = tuple([cells[place] for place in places])
                if "" in values:
                    raise UsageError(f"{where}: {columns[places[values.index('')]]} is empty.")
                if values in seen:
                    raise UsageError(f"{where}: {', '.join(map(repr, values))} is there twice.")
                seen.add(values)
                yield reader.line_num, cells
    except FileNotFoundError:
        raise UsageError(f"{path} is missing; it is part of the reference tables.") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path} is no UTF-8 CSV table: {error}.") from None


@cache
def read_lexicon(name: str) -> Mapping[str, tuple[str, ...]]:
    """Read one file of word lists, once a process.

    Args:
        name: the file ``seeds/lexicon/<name>.csv`` without its ending, with the columns ``list``,
            ``text`` and ``source`` (where the entry was seen or taken from).

    Returns:
        The entries by list, in the file's order and in the normal form.

    Raises:
        UsageError: the file is missing or a row is wrong; names the file and the line.
    """
    lists: dict[str, list[str]] = {}
    columns = ("list", "text")
    for _, (key, text) in read_table(LEXICON / f"{name}.csv", columns, key=columns):
        lists.setdefault(key, []).append(text)
    return MappingProxyType({key: tuple(entries) for key, entries in lists.items()})


def any_of(words: Iterable[str]) -> str:
    """A pattern that matches any of these words, the longest where several begin alike."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
