"""Cited sources in sentences written for these tests."""

import pytest

from etl.enrich.article import Reference, code_article, load_reference
from etl.resources import LEXICON
from etl.schema.records import Page
from etl.schema.vocabulary import CreditForm, PageKind


@pytest.fixture(scope="module")
def reference() -> Reference:
    return load_reference(LEXICON)


def cited(reference: Reference, text: str, outlet: str = "kalbela") -> list[tuple[str, CreditForm]]:
    page = Page(kind=PageKind.ARTICLE, outlet_id=outlet, title="শিরোনাম", paragraphs=(text,))
    citations = code_article(page, reference).citations
    return [(citation.source_id, citation.form) for citation in citations]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "কাজ শেষ। সূত্র: রয়টার্স, আল-জাজিরা",
            [("reuters", CreditForm.SOURCE_LINE), ("aljazeera", CreditForm.SOURCE_LINE)],
        ),
        ("নদীতে পানি বেড়েছে। খবর এএফপি’র।", [("afp", CreditForm.AGENCY_LINE)]),
        ("নদীতে পানি বেড়েছে। খবর বাসসের।", [("bss", CreditForm.AGENCY_LINE)]),
        (
            "এক প্রতিবেদনে এ কথা জানিয়েছে কাতারভিত্তিক সংবাদমাধ্যম আল জাজিরা।",
            [("aljazeera", CreditForm.REPORT)],
        ),
        ("আনাদোলুর বরাত দিয়ে এ খবর জানানো হয়।", [("anadolu", CreditForm.QUOTING)]),
        ("তিনি বিবিসিকে বলেন, পানি বাড়ছে।", [("bbc", CreditForm.REPORT)]),
        (
            "সংবাদমাধ্যম কারাকোরাম টাইমস এক প্রতিবেদনে জানিয়েছে, বৃষ্টি হবে।",
            [("কারাকোরামটাইমস", CreditForm.REPORT)],
        ),
        (
            "নদীতে পানি বেড়েছে। খবরটিআরটি ওয়ার্ল্ডের।",
            [("trt", CreditForm.AGENCY_LINE)],
        ),
        (
            "নদীতে পানি বেড়েছে। খবর কারাকোরাম টাইমস ও ডনের।",
            [("কারাকোরামটাইমস", CreditForm.AGENCY_LINE), ("dawn", CreditForm.AGENCY_LINE)],
        ),
        ("এএফপি, প্যারিস", [("afp", CreditForm.AGENCY_LINE)]),
        ("নদীতে পানি বেড়েছে। সূত্র/বাসস", [("bss", CreditForm.SOURCE_LINE)]),
        (
            "কারাকোরামলাইনসের এক প্রতিবেদনে বলা হয়েছে, বৃষ্টি হবে।",
            [("কারাকোরামলাইনস", CreditForm.REPORT)],
        ),
        (
            "তুরস্কের ডিকেএল বার্তা সংস্থা তাঁর ছেলের বরাত দিয়ে এ কথা জানিয়েছে।",
            [("ডিকেএল", CreditForm.REPORT)],
        ),
    ],
)
def test_each_form_of_credit(
    reference: Reference, text: str, expected: list[tuple[str, CreditForm]]
) -> None:
    from etl.bangla.text import normal_form

    assert cited(reference, text) == [(normal_form(name), form) for name, form in expected]


@pytest.mark.parametrize(
    "text",
    [
        "রয়টার্সের কার্যালয়ে আগুন লেগেছে।",
        "প্রার্থী তাসনিম আরা জানিয়েছেন, তিনি দাঁড়াবেন।",
        "স্থানীয় সংবাদমাধ্যম জানিয়েছে, পানি বাড়ছে।",
    ],
)
def test_a_source_spoken_of_is_not_cited(reference: Reference, text: str) -> None:
    assert cited(reference, text) == []


def test_the_outlet_itself_is_no_source(reference: Reference) -> None:
    text = "মন্ত্রী বিবিসিকে বলেন, কাজ চলছে।"
    assert cited(reference, text, outlet="bbcbangla") == []


def test_a_source_is_cited_once_with_its_first_sentence(reference: Reference) -> None:
    page = Page(
        kind=PageKind.ARTICLE,
        title="শিরোনাম",
        paragraphs=("রয়টার্স জানিয়েছে, বৃষ্টি হবে। পরে রয়টার্স জানায়, ঝড়ও হবে।",),
    )
    (citation,) = code_article(page, reference).citations
    assert citation.evidence.startswith("রয়টার্স জানিয়েছে".replace("য়", "য়"))
    assert (citation.name_en, citation.source_kind) == ("Reuters", "agency")


@pytest.mark.parametrize(
    "text",
    [
        "আনসারের সদস্যরা জানিয়েছেন, কাজ শেষ।",
        "এই সময় তিনি বলেন, কাজ শেষ।",
        "ইমরান খানের দল পিটিআই জানিয়েছে, সমাবেশ হবে।",
        "জয়ের জন্য মার্কা বেশি গুরুত্বপূর্ণ বলে জানিয়েছেন তিনি।",
        "মন্ত্রণালয়ের এক প্রতিবেদনে বলা হয়েছে, কাজ শেষ।",
        "খবর পেয়ে পুলিশ আসে।",
        "সিএনএনের সহযোগী একটি প্রতিষ্ঠান এ কথা জানিয়েছে।",
    ],
)
def test_what_only_looks_like_a_source(reference: Reference, text: str) -> None:
    assert cited(reference, text) == []


def test_a_source_is_given_as_the_article_writes_it(reference: Reference) -> None:
    page = Page(kind=PageKind.ARTICLE, paragraphs=("দ্যা গার্ডিয়ানের প্রতিবেদনে এ তথ্য উঠে আসে।",))
    (citation,) = code_article(page, reference).citations
    assert citation.source_id == "guardian"
    assert citation.name_as_written == "দ্যা গার্ডিয়ান"
