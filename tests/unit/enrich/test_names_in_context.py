"""Names that no table knows, told by what stands next to them."""

import pytest

from etl.enrich.article import Reference, code_article, load_reference
from etl.resources import LEXICON
from etl.schema.records import Page
from etl.schema.vocabulary import EntityKind, PageKind


@pytest.fixture(scope="module")
def reference() -> Reference:
    return load_reference(LEXICON)


def names(reference: Reference, text: str) -> list[str]:
    page = Page(kind=PageKind.ARTICLE, title="শিরোনাম", paragraphs=(text,))
    mentions = code_article(page, reference).mentions
    return [m.name_bn for m in mentions if m.kind is EntityKind.PERSON]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # an age
        ("আহত হন জুবরাজ তেলিম (৩৫) ও তাঁর সঙ্গী।", ["জুবরাজ তেলিম"]),
        # called so
        ("পুলিশ তেলিম জুবরাজ নামে একজনকে খুঁজছে।", ["তেলিম জুবরাজ"]),
        # kin
        ("আসামি হলেন মহর আলীর ছেলে মুরাদ, অন্যজন পলাতক।", ["মহর আলী", "মুরাদ"]),
        # in the middle of a sentence, before a verb of speech
        ("তবে দেশটির সাবেক সৈনিক শাঙ্গুও ফেং বলেন, কাজ শেষ।", ["শাঙ্গুও ফেং"]),
        # the subject behind a verb
        ("এবার পুরস্কার পেলেন কিঞ্জলা রনৌত।", ["কিঞ্জলা রনৌত"]),
        # a list
        (
            "উপস্থিত ছিলেন আবদুল করিম, জুবরাজ তেলিম ও রহিম উদ্দিন।",
            ["আবদুল করিম", "জুবরাজ তেলিম", "রহিম উদ্দিন"],
        ),
        # a letter between two names
        ("গভর্নর আহসান এইচ মনসুরকে সরানো হয়েছে।", ["আহসান এইচ মনসুর"]),
        # two names joined by a dash
        ("জয় এনে দেন মুশফিকুর রহিম-ইয়াসির আলী।", ["মুশফিকুর রহিম", "ইয়াসির আলী"]),
    ],
)
def test_a_name_is_found_by_what_stands_next_to_it(
    reference: Reference, text: str, expected: list[str]
) -> None:
    assert names(reference, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "আজ বেলা তিনটার দিকে সভা হয়।",
        "সবাই শহীদ মিনারে ফুল দেন।",
        "ঢাকা-চাঁদপুর রুটে লঞ্চ চলে।",
        "বেরেলির এসএসপি জানান, কাজ শেষ।",
        "হেফাজতে ইসলামের নেতারা ছিলেন।",
        "দাবদাহ প্রচণ্ড বলে জানান তাঁরা।",
    ],
)
def test_everyday_words_and_bodies_are_no_names(reference: Reference, text: str) -> None:
    assert names(reference, text) == []


def test_a_word_that_is_no_name_ends_a_leaders_name(reference: Reference) -> None:
    assert names(reference, "শেখ হাসিনা কতক্ষণ থাকবেন, জানা যায়নি।") == ["শেখ হাসিনা"]
    assert names(reference, "এক্সের মালিক ইলন মাস্কের সঙ্গে বিরোধ।") == ["ইলন মাস্ক"]
