"""What people type into the search box, and what it means."""

import pytest

from etl.errors import UsageError
from etl.search.syntax import All, AnyOf, Not, Term, parse, terms


def typed(*words: str, prefix: bool = False) -> Term:
    """The term of words that have no ending."""
    return Term(tuple((word,) for word in words), prefix)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("cat", typed("cat")),
        ("cat dog", All((typed("cat"), typed("dog")))),
        ("cat AND dog", All((typed("cat"), typed("dog")))),
        ("cat OR dog", AnyOf((typed("cat"), typed("dog")))),
        ("a cat OR dog", AnyOf((All((typed("a"), typed("cat"))), typed("dog")))),
        ("a (cat OR dog)", All((typed("a"), AnyOf((typed("cat"), typed("dog")))))),
        ("cat NOT dog", All((typed("cat"), Not(typed("dog"))))),
        ("cat -dog", All((typed("cat"), Not(typed("dog"))))),
        ('"big cat" dog', All((typed("big", "cat"), typed("dog")))),
        ("“big cat”", typed("big", "cat")),
        ('-"big cat"', Not(typed("big", "cat"))),
        ("cat*", typed("cat", prefix=True)),
        ("2025-26", typed("2025", "26")),
        ("cat , dog", All((typed("cat"), typed("dog")))),
        ("cat - dog", All((typed("cat"), typed("dog")))),
        ("cat and dog", All((typed("cat"), typed("and"), typed("dog")))),
    ],
)
def test_a_query_is_read(text: str, meaning: object) -> None:
    assert parse(text) == meaning


@pytest.mark.parametrize(
    "text",
    ["", "।", '"', '"cat', "(cat", "cat)", "cat OR", "OR cat", "AND cat", "cat AND", "NOT",
     "cat NOT", "c*", " ".join(["cat"] * 51), "()", '""'],
)  # fmt: skip
def test_what_is_no_query_is_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(UsageError, match="query "):
        parse(text)


def test_excluded_words_are_not_marked() -> None:
    assert terms(parse("cat -dog (rat OR NOT cow)")) == [typed("cat"), typed("rat")]
