"""Word lists and tables of ``seeds/lexicon``: words are data, grammar is code.

Every cell is read in the normal form. A row that is broken, incomplete or there twice stops the
start and names the file and the line.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType

from etl.bangla.text import normal_form
from etl.errors import UsageError
from etl.resources import LEXICON

_SOURCE = "source"


def _normal_lines(path: Path) -> list[str]:
    """The lines of a file in the normal form, which leaves the signs of CSV as they are."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    # One look at all lines is cheaper than a look at each.
    if normal_form(text) == " ".join(lines):
        return lines
    return [normal_form(line) for line in lines]


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
    key = key or columns[:1]
    head = [*columns, _SOURCE]
    key_of = itemgetter(*map(columns.index, key))
    filled = itemgetter(*map(head.index, (*key, _SOURCE)))
    seen: set[object] = set()
    try:
        reader = csv.reader(_normal_lines(path), strict=True)
        if next(reader, []) != head:
            raise UsageError(f"{path}, line 1: the columns must be {','.join(head)}.")
        for row in reader:
            line = reader.line_num
            if len(row) != len(head):
                raise UsageError(
                    f"{path}, line {line}: {len(row)} cells instead of {len(head)}; quote cells "
                    "that hold commas."
                )
            cells = list(map(str.strip, row))
            if not all(filled(cells)):
                empty = next(name for name in (*key, _SOURCE) if not cells[head.index(name)])
                raise UsageError(f"{path}, line {line}: {empty} is empty.")
            value = key_of(cells)
            if value in seen:
                raise UsageError(f"{path}, line {line}: {value!r} is there twice.")
            seen.add(value)
            cells.pop()
            yield line, cells
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
