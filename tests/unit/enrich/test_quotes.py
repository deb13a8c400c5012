"""Who said what, in sentences written for these tests."""

import pytest

from etl.enrich.article import Reference, code_article, load_reference
from etl.resources import LEXICON
from etl.schema.records import Page, Quote
from etl.schema.vocabulary import PageKind


@pytest.fixture(scope="module")
def reference() -> Reference:
    return load_reference(LEXICON)


def quotes(reference: Reference, *paragraphs: str, title: str = "শিরোনাম") -> tuple[Quote, ...]:
    page = Page(kind=PageKind.ARTICLE, title=title, paragraphs=paragraphs)
    return code_article(page, reference).quotes


@pytest.mark.parametrize(
    ("text", "speaker", "words", "is_direct", "verb"),
    [
        (
            "মন্ত্রী আবদুল করিম বলেন, ‘কাজ শেষ হবে। সময় লাগবে।’ পরে তিনি চলে যান।",
            "আবদুল করিম",
            "কাজ শেষ হবে। সময় লাগবে",
            True,
            "বলেন",
        ),
        (
            "আবদুল করিম জানান, কাজ আগামী মাসে শেষ হবে।",
            "আবদুল করিম",
            "কাজ আগামী মাসে শেষ হবে",
            False,
            "জানান",
        ),
        (
            "কাজ আগামী মাসে শেষ হবে বলে জানিয়েছেন আবদুল করিম।",
            "আবদুল করিম",
            "কাজ আগামী মাসে শেষ হবে",
            False,
            "জানিয়েছেন",
        ),
        (
            "আরও ভূমিকম্প হতে পারে বলে সতর্ক করেছে জাপানের আবহাওয়া দপ্তর।",
            "জাপানের আবহাওয়া দপ্তর",
            "আরও ভূমিকম্প হতে পারে",
            False,
            "সতর্ক করেছে",
        ),
        (
            "স্থানীয় পুলিশের পক্ষ থেকে জানানো হয়, আগুন নিভেছে রাত দশটায়।",
            "স্থানীয় পুলিশ",
            "আগুন নিভেছে রাত দশটায়",
            False,
            "জানানো হয়",
        ),
        (
            "রয়টার্সের প্রতিবেদনে বলা হয়েছে, তেলের দাম আরও বেড়েছে।",
            "রয়টার্স",
            "তেলের দাম আরও বেড়েছে",
            False,
            "বলা হয়েছে",
        ),
        (
            "ভারতের এক সরকারি কর্মকর্তা বলেন, তেলের দাম আরও বাড়বে।",
            "ভারতের এক সরকারি কর্মকর্তা",
            "তেলের দাম আরও বাড়বে",
            False,
            "বলেন",
        ),
        (
            "কাতারভিত্তিক সংবাদমাধ্যম আল জাজিরা জানিয়েছে, তেলের দাম আরও বাড়বে।",
            "আল জাজিরা",
            "তেলের দাম আরও বাড়বে",
            False,
            "জানিয়েছে",
        ),
        (
            "বিশ্লেষকদের মতে, তেলের দাম আরও বাড়বে।",
            "বিশ্লেষক",
            "তেলের দাম আরও বাড়বে",
            False,
            "মতে",
        ),
        (
            "‘আমরা কাজ শেষ করেছি,’ বললেন আবদুল করিম।",
            "আবদুল করিম",
            "আমরা কাজ শেষ করেছি",
            True,
            "বললেন",
        ),
    ],
)
def test_each_frame(
    reference: Reference, text: str, speaker: str, words: str, is_direct: bool, verb: str
) -> None:
    (quote,) = quotes(reference, text)
    assert (quote.speaker, quote.words, quote.is_direct, quote.verb) == (
        speaker,
        words,
        is_direct,
        verb,
    )


def test_a_pronoun_means_the_person_who_spoke_last(reference: Reference) -> None:
    first, second = quotes(
        reference,
        "আবদুল করিম বলেন, কাজ আগামী মাসে শেষ হবে।",
        "তিনি বলেন, শ্রমিকেরা দিনরাত কাজ করছেন।",
    )
    assert first.speaker == second.speaker == "আবদুল করিম"
    assert first.speaker_id == second.speaker_id
    assert (first.speaker_id or "").startswith("person:")


def test_a_later_mention_by_one_word_or_office_is_the_person(reference: Reference) -> None:
    found = quotes(
        reference,
        "গভর্নর জালমেই কোরহানেন ঢাকায় এসেছেন।",
        "কোরহানেন বলেন, শহরের কাজ আজই শেষ হবে।",
        "গভর্নর বলেন, পানি নামতে আরও সময় লাগবে।",
    )
    assert [quote.speaker for quote in found] == ["জালমেই কোরহানেন"] * 2


def test_a_medium_that_says_who_said_it_is_no_speaker(reference: Reference) -> None:
    (quote,) = quotes(reference, "রয়টার্স জানায়, আবদুল করিম বলেছেন, কাজ আগামী মাসে শেষ হবে।")
    assert quote.speaker == "আবদুল করিম"


def test_position_and_sentence_say_where(reference: Reference) -> None:
    (quote,) = quotes(reference, "আবদুল করিম বলেন, কাজ আগামী মাসে শেষ হবে।")
    text = "শিরোনাম\nআবদুল করিম বলেন, কাজ আগামী মাসে শেষ হবে।"
    assert text[quote.position :].startswith(quote.words)
    assert quote.evidence == text.split("\n")[1]


@pytest.mark.parametrize(
    "text", ["কাজ শেষ।", "‘দিগন্ত’ নামের ছবিটি মুক্তি পেয়েছে।", "ঢাকার বাজারে আজ দাম কম।"]
)
def test_no_speech_no_quotation(reference: Reference, text: str) -> None:
    assert quotes(reference, text) == ()
