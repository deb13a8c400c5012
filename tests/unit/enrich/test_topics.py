"""What an article is about: by its section, else by its words."""

from pathlib import Path
from shutil import copytree

import pytest

from etl.enrich.article import Reference, code_article, load_reference
from etl.errors import UsageError
from etl.resources import LEXICON
from etl.schema.records import Page
from etl.schema.vocabulary import PageKind, Topic, TopicSource


@pytest.fixture(scope="module")
def reference() -> Reference:
    return load_reference(LEXICON)


def topic(
    reference: Reference, text: str, section: str | None = None
) -> tuple[Topic | None, TopicSource | None]:
    page = Page(kind=PageKind.ARTICLE, title="শিরোনাম", paragraphs=(text,), section=section)
    article = code_article(page, reference)
    return article.topic, article.topic_source


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("খেলা > ক্রিকেট", Topic.SPORT),
        ("অর্থনীতি", Topic.ECONOMY),
        ("Sports", Topic.SPORT),
        ("আইন-আদালত", Topic.CRIME),
    ],
)
def test_a_section_gives_the_topic(reference: Reference, section: str, expected: Topic) -> None:
    text = "হাসপাতালে রোগীর চিকিৎসা চলছে।"
    assert topic(reference, text, section) == (expected, TopicSource.SECTION)


@pytest.mark.parametrize("section", ["বিশ্ব", "বিদেশ", "আন্তর্জাতিক", "জাতীয়", "অজানা পাতা", None])
def test_a_section_that_says_where_leaves_it_to_the_words(
    reference: Reference, section: str | None
) -> None:
    text = "হাসপাতালে ডেঙ্গু রোগীর চিকিৎসা চলছে, চিকিৎসক বলেন।"
    assert topic(reference, text, section) == (Topic.HEALTH, TopicSource.WORDS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ম্যাচে তিন গোল করে দলকে জেতান স্ট্রাইকার, টুর্নামেন্টে এটি প্রথম জয়।", Topic.SPORT),
        ("বাসের ধাক্কায় মোটরসাইকেলচালক নিহত, দুর্ঘটনায় আহত দুজন।", Topic.DISASTER),
        ("হত্যা মামলায় আসামির যাবজ্জীবন কারাদণ্ড দিয়েছেন আদালত।", Topic.CRIME),
        ("কাল থেকে বৃষ্টি, তাপমাত্রা কমবে, বলছে আবহাওয়ার পূর্বাভাস।", Topic.WEATHER),
        ("মহাকাশে নতুন উপগ্রহ পাঠাল নাসা, জানান বিজ্ঞানীরা।", Topic.SCIENCE),
    ],
)
def test_words_give_the_topic(reference: Reference, text: str, expected: Topic) -> None:
    assert topic(reference, text)[0] is expected


def test_nothing_tells_no_topic(reference: Reference) -> None:
    assert topic(reference, "তাঁরা সেখানে বসে আছেন।") == (None, None)


def test_a_row_with_no_such_topic_names_file_and_line(tmp_path: Path) -> None:
    folder = copytree(LEXICON, tmp_path / "lexicon")
    with (folder / "topic_sections.csv").open("a", encoding="utf-8") as file:
        file.write("নতুন পাতা,cookery,press\n")
    with pytest.raises(UsageError, match=r"topic_sections\.csv, line .*'cookery' is no topic"):
        load_reference(folder)
