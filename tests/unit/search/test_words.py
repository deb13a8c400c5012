"""The words of the index: what shares a stem finds each other."""

import pytest

from etl.search.words import fold_word, stems_of, words


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("হত্যা", "হত্যার"),
        ("হত্যা", "হত্যাকে"),
        ("হত্যার", "হত্যাকে"),
        ("হত্যাগুলো", "হত্যা"),
        ("সরকার", "সরকারের"),
        ("রাত", "রাতে"),
        ("ঢাকা", "ঢাকায়"),
        ("রাশিয়ায়", "রাশিয়ার"),
        ("বই", "বইয়ের"),
        ("হংকং", "হংকংয়ের"),
        ("পাকিস্তান", "পাকিস্তানভিত্তিক"),
        ("Iran", "IRAN"),
        ("১৯৭১", "1971"),
    ],
)
def test_forms_of_a_word_find_each_other(typed: str, written: str) -> None:
    assert set(stems_of(typed)) & set(stems_of(written))


@pytest.mark.parametrize(
    ("typed", "written"),
    [("হত্যা", "হত্যাকাণ্ড"), ("ইরান", "ইরাক"), ("ভারত", "ভার"), ("মামলা", "মামা")],
)
def test_other_words_do_not(typed: str, written: str) -> None:
    assert not set(stems_of(typed)) & set(stems_of(written))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("সম\u09df", "সম\u09af\u09bc"),  # য় as one letter, and with a dot of its own
        ("আষা\u09dd", "আষা\u09a2\u09bc"),
        ("বা\u09dcি", "বা\u09a1\u09bcি"),
        ("ক\u09cb", "ক\u09c7\u09be"),  # ো as one sign and as two
        ("ন\u09ccকা", "ন\u09c7\u09d7কা"),
        ("র\u200d\u09cdযাব", "র\u09cdযাব"),
        ("হঠা\u09ce", "হঠাত\u09cd\u200d"),
        ("\u0985\u09beমার", "\u0986মার"),
    ],
)
def test_spellings_that_look_alike_are_one(one: str, other: str) -> None:
    assert one != other
    assert fold_word(one) == fold_word(other)


def test_words_keep_their_marks_and_their_place() -> None:
    text = "‘বাঁচাও’ বলেন মো. আলী—এএফপি’র খবর।"
    found = words(text)
    assert [text[word.start : word.end] for word in found] == [
        "বাঁচাও", "বলেন", "মো", "আলী", "এএফপি", "র", "খবর",
    ]  # fmt: skip
