"""The data dictionary is derived; it may not drift."""

from etl.schema.derive.dictionary import PATH, dictionary


def test_the_data_dictionary_is_up_to_date():
    assert PATH.read_text(encoding="utf-8") == dictionary(), (
        "run `python -m etl.schema.derive.dictionary`"
    )
