"""Numbers and what they count, in sentences written for these tests."""

import pytest

from etl.enrich.article import Reference, code_article, load_reference
from etl.enrich.figures import read_amount
from etl.resources import LEXICON
from etl.schema.records import Figure, Page
from etl.schema.vocabulary import FigureKind, PageKind


@pytest.fixture(scope="module")
def reference() -> Reference:
    return load_reference(LEXICON)


def figures(reference: Reference, text: str) -> list[Figure]:
    page = Page(kind=PageKind.ARTICLE, title="শিরোনাম", paragraphs=(text,))
    return list(code_article(page, reference).figures)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("১২", 12),
        ("1,200", 1_200),
        ("৩৭ দশমিক ৫", 37.5),
        ("৮৫.৫ কোটি", 855_000_000),
        ("২ কোটি ৩০ লাখ", 23_000_000),
        ("১ হাজার ৩ কোটি", 10_030_000_000),
        ("১৯ লাখ ৯৬ হাজার ৫৮৩ কোটি", 19_965_830_000_000),
        ("আড়াই লাখ", 250_000),
        ("দেড় হাজার", 1_500),
        ("তিনজন", 3),
        ("৫ বিলিয়ন", 5_000_000_000),
    ],
)
def test_a_number_is_multiplied_out(written: str, value: float) -> None:
    assert read_amount(written) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "kind", "value", "unit"),
    [
        ("দুর্ঘটনায় ১২ জন নিহত হয়েছেন।", FigureKind.KILLED, 12, "persons"),
        ("বৃষ্টিতে নিহত ২০", FigureKind.KILLED, 20, "persons"),
        ("দুই সেনা নিহত হয়েছে।", FigureKind.KILLED, 2, "persons"),
        ("আগুনে পাঁচজন দগ্ধ হন।", FigureKind.INJURED, 5, "persons"),
        ("৮০ জনকে গ্রেপ্তার করা হয়েছে।", FigureKind.ARRESTED, 80, "persons"),
        ("ব্যয় হবে ৫০ লাখ টাকা।", FigureKind.MONEY, 5_000_000, "BDT"),
        ("আয় ১৩ কোটি মার্কিন ডলার।", FigureKind.MONEY, 130_000_000, "USD"),
        ("রপ্তানি কমেছে ৩৭ দশমিক ৫ শতাংশ।", FigureKind.PER_CENT, 37.5, "per cent"),
        ("দাম বেড়েছে ৫%।", FigureKind.PER_CENT, 5, "per cent"),
    ],
)
def test_each_kind(
    reference: Reference, text: str, kind: FigureKind, value: float, unit: str
) -> None:
    (figure,) = figures(reference, text)
    assert (figure.kind, figure.unit) == (kind, unit)
    assert figure.value == pytest.approx(value)
    assert figure.written in text
    assert figure.evidence == text


def test_two_losses_of_one_sentence(reference: Reference) -> None:
    found = figures(reference, "হামলায় দুজন নিহত ও ৩ জন আহত হয়েছেন।")
    assert [(f.kind, f.value) for f in found] == [
        (FigureKind.KILLED, 2),
        (FigureKind.INJURED, 3),
    ]


def test_the_words_behind_are_the_subject(reference: Reference) -> None:
    (figure,) = figures(reference, "তিনি ৫০ লাখ টাকা পুরস্কার ঘোষণা করেন।")
    assert (figure.written, figure.subject) == ("৫০ লাখ টাকা", "পুরস্কার ঘোষণা করেন")


@pytest.mark.parametrize(
    "text",
    [
        "২৭ বছর বয়সী যুবক নিহত হন।",
        "১৯৮১ সালে তাঁকে হত্যা করা হয়।",
        "৫টি মামলায় তিনি গ্রেপ্তার হন।",
        "২৬ ফেব্রুয়ারি তিনি নিহত হন।",
        "সকাল ১০টায় সভা হয়।",
        "সড়কে ৪০০ যানবাহন আটকা পড়ে।",
    ],
)
def test_ages_years_and_days_count_nobody(reference: Reference, text: str) -> None:
    assert figures(reference, text) == []
