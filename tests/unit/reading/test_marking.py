"""Words of a query marked in a text."""

from etl.reading.marking import mark, marked_sentence, plain
from etl.search.syntax import parse, terms

TEXT = "সীমান্তে আবার হত্যার ঘটনা; হত্যাকাণ্ড নয়, সীমান্ত হত্যাকে দায়ী।"


def marked(text: str, query: str) -> str:
    return plain(mark(text, terms(parse(query))), "[", "]")


def test_every_form_is_marked_and_nothing_is_lost() -> None:
    assert marked(TEXT, "হত্যা") == ("সীমান্তে আবার [হত্যার] ঘটনা; হত্যাকাণ্ড নয়, সীমান্ত [হত্যাকে] দায়ী।")
    assert plain(mark(TEXT, terms(parse("হত্যা ঘটনা")))) == TEXT


def test_a_phrase_is_marked_only_where_its_words_stand_together() -> None:
    assert marked(TEXT, '"সীমান্ত হত্যা"') == ("সীমান্তে আবার হত্যার ঘটনা; হত্যাকাণ্ড নয়, [সীমান্ত] [হত্যাকে] দায়ী।")


def test_a_prefix_is_marked() -> None:
    assert marked(TEXT, "হত্যা*").count("[") == 3


def test_the_sentence_with_most_terms_is_shown() -> None:
    sentences = ["আজ বৃষ্টি।", "হত্যা বেড়েছে।", "সীমান্ত হত্যা বেড়েছে।"]
    shown = marked_sentence(sentences, terms(parse("সীমান্ত হত্যা")))
    assert plain(shown, "[", "]") == "[সীমান্ত] [হত্যা] বেড়েছে।"


def test_a_long_sentence_is_cut_around_its_match() -> None:
    long = "কথা " * 300 + "হত্যা " + "কথা " * 300
    shown = plain(marked_sentence([long], terms(parse("হত্যা"))), "[", "]")
    assert len(shown) < 320
    assert shown.startswith("… কথা")
    assert "[হত্যা]" in shown
    assert shown.endswith("কথা …")
