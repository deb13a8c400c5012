"""Tables and lists of words: read in the normal form, and refused where a row is wrong."""

import re
from pathlib import Path

import pytest

from etl.bangla.calendar import GREGORIAN_MONTHS, MONTH_LISTS, WEEKDAY_LISTS, numbered
from etl.bangla.lexicon import any_of, read_lexicon, read_table
from etl.errors import UsageError

COLUMNS = ("list", "text")


def write(folder: Path, rows: str) -> Path:
    path = folder / "words.csv"
    path.write_text(f"list,text,source\n{rows}", encoding="utf-8")
    return path


def test_rows_are_read_in_the_normal_form_with_their_lines(tmp_path: Path) -> None:
    path = write(tmp_path, 'river,নদী,common\nriver,"জানু\u09df\u09be\u09b0\u09bf ",press\n')
    assert list(read_table(path, COLUMNS, key=COLUMNS)) == [
        (2, ["river", "নদী"]),
        (3, ["river", "জানু\u09af\u09bc\u09be\u09b0\u09bf"]),
    ]


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ("river,নদী\n", "line 2: 2 cells instead of 3"),
        ("river,নদী,common\nriver, ,common\n", "line 3: text is empty"),
        ("river,নদী,\n", "line 2: source is empty"),
        ("river,নয়,common\nriver,ন\u09df,press\n", "line 3: ('river', 'নয়') is there twice"),
        ('river,"নদী,common\n', "is no UTF-8 CSV table"),
    ],
)
def test_a_wrong_row_is_named_with_its_line(tmp_path: Path, rows: str, problem: str) -> None:
    path = write(tmp_path, rows)
    with pytest.raises(UsageError, match=re.escape(problem)):
        list(read_table(path, COLUMNS, key=COLUMNS))


def test_columns_must_be_as_declared(tmp_path: Path) -> None:
    path = write(tmp_path, "")
    with pytest.raises(UsageError, match="line 1: the columns must be word,source"):
        list(read_table(path, ("word",)))


def test_of_words_that_begin_alike_the_longest_matches() -> None:
    found = re.match(any_of(["টেলিভিশন", "টেলিভিশন চ্যানেল"]), "টেলিভিশন চ্যানেল")
    assert found is not None
    assert found.group() == "টেলিভিশন চ্যানেল"


def test_each_spelling_has_the_number_of_its_month() -> None:
    months = numbered(MONTH_LISTS, read_lexicon("calendar"), read_lexicon("datelines"))
    assert set(months.values()) == set(range(1, 13))
    assert all(months[name] == number for number, name in enumerate(GREGORIAN_MONTHS, start=1))
    assert (months["নবেম্বর"], months["নভে"], months["nov"]) == (11, 11, 11)


def test_running_text_has_no_short_or_english_names() -> None:
    days = numbered(WEEKDAY_LISTS)
    assert days["রোববার"] == days["রবিবার"] == 7
    assert {"রবি", "sun"}.isdisjoint(days)
