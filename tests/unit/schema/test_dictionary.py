"""The data dictionary is derived; it may not drift."""

from etl.resources import checkout
from etl.schema.derive.dictionary import dictionary


def test_the_data_dictionary_is_up_to_date():
    stored = (checkout() / "docs" / "reference" / "data-dictionary.md").read_text(encoding="utf-8")
    assert stored == dictionary(), "run `python -m etl.schema.derive.dictionary`"
