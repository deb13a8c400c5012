"""Declared names can be written into SQL as they are."""

from typing import Any

import pytest

from etl.schema.model import Column, Table, Type

COLUMN = Column("title", Type.STRING, "A title.")


@pytest.mark.parametrize("name", ["", "Title", "1st", "a b", "a;b", 'a"', "শিরোনাম", "a\n"])
def test_a_name_that_would_need_quotes_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no plain SQL identifier"):
        Column(name, Type.STRING, "A column.")
    with pytest.raises(ValueError, match="no plain SQL identifier"):
        Table("core", name, "One row a title.", ("title",), (COLUMN,))
    with pytest.raises(ValueError, match="no plain SQL identifier"):
        Table(name, "article", "One row a title.", ("title",), (COLUMN,))


@pytest.mark.parametrize("place", ["key", "sort_by", "partition_by"])
def test_a_key_or_order_of_columns_that_are_not_declared_is_refused(place: str) -> None:
    named: dict[str, Any] = {
        "key": ("title",),
        place: "other" if place == "partition_by" else ("other",),
    }
    with pytest.raises(KeyError, match="no column other"):
        Table("core", "article", "One row a title.", columns=(COLUMN,), **named)
