"""Normal form, digits, danda, sentences and words."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.bangla.text import (
    count_bangla_letters,
    count_words,
    has_bangla_letter,
    mend_danda,
    normal_form,
    sentences,
    to_bangla_digits,
    to_latin_digits,
)

ZWJ, ZWNJ = "\u200d", "\u200c"
# Letters, signs and joiners of Bangla next to what pages mix into it.
MIXED = st.text(
    st.one_of(
        st.sampled_from("কখতরযশ্ািীেোৌৎংঃঁ়য়ড়ঢ়০৯। \u09df\u09dc\u09cb|I’”\"'?!.\n\t"),
        st.sampled_from("\u200b\u200c\u200d\u200e\ufeff\xa0\xad\u202a\u2028\x00\x85"),
        st.characters(),
    )
)


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("য\u09bc", "য\u09bc"),
        ("\u09df\u09dc\u09dd", "য\u09bcড\u09bcঢ\u09bc"),
        ("ক\u09c7\u09be", "ক\u09cb"),  # o-kar typed as its halves
        ("ক\u09c7\u200b\u09be", "ক\u09cb"),
        ("অাজ অার", "আজ আর"),
        (f"অ{ZWNJ}াজ", "আজ"),
        ("যা\u09bc", "য\u09bcা"),
        ("বাডি\u09bc", "বাড\u09bcি"),
        ("চ\u0981াদ", "চাঁদ"),
        ("খে\u0981াজ", "খোঁজ"),
        ("ব\u09bcাজা", "রাজা"),
        (f"র{ZWJ}্যাব", f"র{ZWJ}্যাব"),
        (f"র{ZWNJ}্যাব", f"র{ZWJ}্যাব"),
        (f"উদ্{ZWNJ}যাপন", f"উদ্{ZWNJ}যাপন"),
        (f"ঢাকা{ZWNJ} শহর{ZWJ}", "ঢাকা শহর"),
        (f"হঠাত্{ZWJ}", "হঠাৎ"),
        ("\ufeffঢাকা\u200b\xa0\u2003শহর\u2028\n", "ঢাকা শহর"),
        ("\u202bঢাকা\u202c\x00", "ঢাকা"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_normal_form(written: str, form: str) -> None:
    assert normal_form(written) == form


@given(MIXED)
def test_normal_form_is_idempotent_and_nfc(text: str) -> None:
    form = normal_form(text)
    assert normal_form(form) == form
    assert unicodedata.is_normalized("NFC", form)
    assert form == form.strip()


def test_normal_form_of_each_pair_of_signs_is_nfc() -> None:
    """Which pairs compose or change places is written down by hand: all of them, and no others."""
    signs = [*map(chr, range(0x20, 0x7F)), *map(chr, range(0xC0, 0x180)), *"।॥–‘’“”…"]
    signs += map(chr, range(0x0980, 0x0A00))
    look_alikes = {"অা": "আ", "ব\u09bc": "র"}
    for first in signs:
        for second in signs:
            pair = look_alikes.get(first + second, first + second)
            composed = unicodedata.normalize("NFC", pair).strip()
            assert normal_form(first + second) == composed, (first, second)


def test_digits() -> None:
    assert to_latin_digits("২২ জানুয়ারি 2025") == "22 জানুয়ারি 2025"
    assert to_bangla_digits("১০ of 25") == "১০ of ২৫"


@given(st.text())
def test_digits_keep_the_length(text: str) -> None:
    assert len(to_latin_digits(text)) == len(text) == len(to_bangla_digits(text))


@pytest.mark.parametrize(
    ("written", "mended", "count"),
    [
        ("রক্ষা করবেI", "রক্ষা করবে।", 1),
        ("তিনি যাবেনI তারা আসবেনI", "তিনি যাবেন। তারা আসবেন।", 2),
        ("তিনি যাবেনIতারা আসবেন|", "তিনি যাবেন।তারা আসবেন।", 2),
        ("বলেন, ‘যাবI’", "বলেন, ‘যাব।’", 1),
        ("তিনি যাবেন |", "তিনি যাবেন ।", 1),
        ("তিনি যাবেন৷ পরে", "তিনি যাবেন। পরে", 1),
        ("খেলা | ক্রিকেট", "খেলা | ক্রিকেট", 0),
        ("খেলা|ক্রিকেট", "খেলা|ক্রিকেট", 0),
        ("I am here | there", "I am here | there", 0),
        ("গ্রুপ-I এর খেলা", "গ্রুপ-I এর খেলা", 0),
        ("আইফোনIphone", "আইফোনIphone", 0),
    ],
)
def test_danda(written: str, mended: str, count: int) -> None:
    assert mend_danda(written) == (mended, count)


@given(MIXED)
def test_danda_is_mended_once(text: str) -> None:
    once, count = mend_danda(text)
    assert mend_danda(once) == (once, 0)
    assert len(once) == len(text)
    assert sum(a != b for a, b in zip(once, text, strict=True)) == count


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("মো. করিম আসেন। তিনি বলেন, ‘যাব।’ পরে যান।", 3),
        ("‘আপনি যাবেন?’ তিনি বলেন।", 1),
        ("এস. এম. কামরুল হাসান বৈঠক করেন।", 1),
        ("সভা শেষ।এরপর তাঁরা যান।", 2),
        ("কেন যাবেন? কেউ জানে না!", 2),
        ("Mr Khan left. He came back at 6.30 p.m. on Friday.", 2),
        ("", 0),
        ("সেতু চালু হয়েছে।বৃহস্পতিবার সকালে খোলা হয়।", 2),
        ("সেতু চালু হয়েছে।BNP নেতারা যান।", 2),
        ("সেতু চালু হয়েছে।2024 সালে কাজ শুরু।", 2),
        ("সেতু চালু হয়েছে।(সূত্র: পুলিশ) তিনি বলেন।", 2),
        ("https://x.example/?a=1 ঠিকানায় আছে।", 1),
    ],
)
def test_sentences(text: str, parts: int) -> None:
    assert len(sentences(text)) == parts


@given(MIXED)
def test_sentences_hold_all_of_the_text(text: str) -> None:
    form = normal_form(text)
    assert "".join(sentences(form)).replace(" ", "") == form.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("ইরানের তৈরি অস্ত্র।", 3),
        ("চুক্তি করতে চায় । যার মধ্যে", 5),
        ("সড়ক-মহাসড়কে ১,০০০ যান—সব ঠিক", 5),
        ("। — ‘’", 0),
        ("বিএনপি’র ২০২৫ সালের", 3),
    ],
)
def test_words(text: str, count: int) -> None:
    assert count_words(normal_form(text)) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("River 5", 0), ("৫।", 0), ("ৎ", 0), ("কাল", 2), ("অংশ, two", 2), ("হ", 1)],
)
def test_bangla_letters_are_vowels_and_consonants(text: str, count: int) -> None:
    assert count_bangla_letters(text) == count
    assert has_bangla_letter(text) is (count > 0)
