"""Search in a build: what is found, in which order, and how it is counted."""

from collections.abc import Iterator
from datetime import date

import pytest

from etl.errors import UsageError
from etl.reading.marking import plain
from etl.reading.search import Count, Search, facet_counts, months, search, weeks
from etl.reading.warehouse import Warehouse
from etl.schema.marts.mentions import ARTICLE_ENTITY
from etl.search.schema import Facet
from tests.factories.build import BuildFactory


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    build = BuildFactory(tmp_path_factory.mktemp("search") / "build")
    build.article(
        "kalbela:1",
        "সীমান্তে হত্যা বন্ধের দাবি",
        "সীমান্ত হত্যা বন্ধ করতে হবে। তিনি বলেন, হত্যাকে সমর্থন করা যায় না।",
        top_section="জাতীয়",
    )
    build.article("samakal:2", "ব্যবসায়ী হত্যার বিচার", "আদালতে হত্যার মামলা।", "2025-02-03 09:00")
    build.article("samakal:3", "সীমান্তে মেলা", "সীমান্তে মেলা বসেছে।", "2025-02-04 09:00")
    build.article("samakal:4", "পুরোনো খবর", "হত্যাকাণ্ডের পুরোনো খবর।", None)
    build.article("kalbela:5", "সময়ের কথা", "বাড়িতে ফিরেছেন ইউরোপের নেতারা।", "2025-02-10 09:00")
    for article_id in ("kalbela:1", "samakal:3"):
        build.insert(
            ARTICLE_ENTITY,
            article_id=article_id,
            entity_id="country:IN",
            entity_kind="country",
            iso_code="IN",
        )
    build.finish()
    with Warehouse(build.folder) as opened:
        yield opened


def ids(warehouse: Warehouse, text: str, **options: object) -> list[str]:
    return [hit.article_id for hit in search(warehouse, Search(text, **options)).hits]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("হত্যা", {"kalbela:1", "samakal:2"}),
        ("হত্যাকে", {"kalbela:1", "samakal:2"}),
        ("হত্যা*", {"kalbela:1", "samakal:2", "samakal:4"}),
        ("সীমান্ত হত্যা", {"kalbela:1"}),
        ("সীমান্ত OR হত্যা", {"kalbela:1", "samakal:2", "samakal:3"}),
        ("হত্যা NOT সীমান্ত", {"samakal:2"}),
        ("-হত্যা", {"samakal:3", "samakal:4", "kalbela:5"}),
        ('"সীমান্ত হত্যা"', {"kalbela:1"}),
        ('"হত্যা সীমান্ত"', set()),
        ('"হত্যা মামলা"', {"samakal:2"}),
        ('"হত্যার মাম*"', {"samakal:2"}),
        ("সম\u09df", {"kalbela:5"}),
        ("বা\u09dcি", {"kalbela:5"}),
        ("ইউর\u09c7\u09beপ", {"kalbela:5"}),
        ("(মেলা OR মামলা) সীমান্ত", {"samakal:3"}),
    ],
)
def test_words_find_articles(warehouse: Warehouse, text: str, expected: set[str]) -> None:
    assert set(ids(warehouse, text)) == expected


def test_a_headline_goes_before_a_text_and_more_matches_before_fewer(warehouse: Warehouse) -> None:
    assert ids(warehouse, "সীমান্ত OR হত্যা")[0] == "kalbela:1"
    assert ids(warehouse, "হত্যা OR মেলা", is_newest_first=True) == [
        "samakal:3", "samakal:2", "kalbela:1",
    ]  # fmt: skip


def test_a_hit_shows_the_sentence_with_its_match(warehouse: Warehouse) -> None:
    found = search(warehouse, Search("সমর্থন হত্যা"))
    assert found.total == 1
    hit = found.hits[0]
    assert plain(hit.title, "[", "]") == "সীমান্তে [হত্যা] বন্ধের দাবি"
    assert plain(hit.sentence, "[", "]") == "তিনি বলেন, [হত্যাকে] [সমর্থন] করা যায় না।"
    assert hit.url == "https://example.com/kalbela:1"
    assert hit.published_date == date(2025, 1, 20)


def test_filters_narrow(warehouse: Warehouse) -> None:
    assert ids(warehouse, "সীমান্ত", facets={Facet.OUTLET: ("samakal",)}) == ["samakal:3"]
    assert ids(warehouse, "হত্যা", facets={Facet.COUNTRY: ("IN",)}) == ["kalbela:1"]
    assert ids(warehouse, "হত্যা", since=date(2025, 2, 3), until=date(2025, 2, 3)) == ["samakal:2"]
    assert ids(warehouse, "", since=date(2025, 2, 4)) == ["kalbela:5", "samakal:3"]
    # An undated article is in no span of days.
    assert "samakal:4" not in ids(warehouse, "হত্যা*", since=date(1971, 1, 1))
    assert len(ids(warehouse, "")) == 5


def test_a_filter_that_nothing_has_names_what_there_is(warehouse: Warehouse) -> None:
    with pytest.raises(UsageError, match=r"'kalbla'.*: samakal, kalbela"):
        ids(warehouse, "হত্যা", facets={Facet.OUTLET: ("kalbla",)})
    with pytest.raises(UsageError, match="2025-02-02 comes after until 2025-02-01"):
        ids(warehouse, "হত্যা", since=date(2025, 2, 2), until=date(2025, 2, 1))


def test_counts_by_facet_month_and_week(warehouse: Warehouse) -> None:
    wanted = Search("সীমান্ত OR হত্যা")
    counts = facet_counts(warehouse, wanted)
    assert counts[Facet.OUTLET] == [Count("samakal", 2), Count("kalbela", 1)]
    assert counts[Facet.COUNTRY] == [Count("IN", 2)]
    assert months(warehouse, wanted) == [Count("2025-01", 1, 1), Count("2025-02", 2, 3)]
    assert weeks(warehouse, wanted) == [
        Count("2025-01-18", 1, 1), Count("2025-02-01", 2, 2), Count("2025-02-08", 0, 1),
    ]  # fmt: skip


def test_pages_of_hits_follow_each_other(warehouse: Warehouse) -> None:
    first = ids(warehouse, "", limit=2)
    rest = ids(warehouse, "", limit=5, offset=2)
    assert len({*first, *rest}) == 5
