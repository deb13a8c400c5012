"""Search in a build: ranked articles with the sentence that matches, counts and facets."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import tantivy

from etl.bangla.text import sentences
from etl.errors import UsageError
from etl.reading.marking import Mark, mark, marked_sentence
from etl.reading.warehouse import Warehouse
from etl.search.matching import day_of, matching
from etl.search.schema import ARTICLE_ID, DAY, MONTH, Facet
from etl.search.syntax import Term, parse, terms

_FACET_VALUES = 15
_MOST_MONTHS = 1_000
_NAMED_VALUES = 20


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for. An empty text means every article within the filters."""

    text: str
    facets: Mapping[Facet, Sequence[str]] = field(default_factory=dict)
    since: date | None = None
    until: date | None = None
    limit: int = 20
    offset: int = 0
    is_newest_first: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One article that was found; ``sentence`` is the one that matches best."""

    article_id: str
    outlet_id: str
    outlet_name_bn: str | None
    outlet_name_en: str
    published_at: datetime | None
    published_date: date | None
    title: tuple[Mark, ...]
    sentence: tuple[Mark, ...]
    url: str | None
    story_id: str | None
    score: float | None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits; ``total`` counts all that match."""

    total: int
    hits: list[Hit]


@dataclass(frozen=True, slots=True)
class Count:
    """How many articles have one value of a facet; ``all_articles`` of those in the filters."""

    value: str
    articles: int
    all_articles: int | None = None


def search(warehouse: Warehouse, wanted: Search) -> Found:
    """Find articles.

    Raises:
        UsageError: the text is no query, or a filter has a value that no article has.
    """
    node = parse(wanted.text) if wanted.text.strip() else None
    query = _query(warehouse, wanted)
    is_ranked = node is not None and not wanted.is_newest_first
    result = warehouse.searcher.search(
        query,
        wanted.limit,
        offset=wanted.offset,
        order_by_field=None if is_ranked else DAY,
    )
    scores = {
        str(warehouse.searcher.doc(address)[ARTICLE_ID][0]): float(score) if is_ranked else None
        for score, address in result.hits
    }
    total: int = result.count  # type: ignore[attr-defined]  # left out of its stub
    return Found(total, _hits(warehouse, scores, [] if node is None else terms(node)))


def found_ids(warehouse: Warehouse, wanted: Search) -> list[str]:
    """Return the ids of the articles found, best first, up to the limit."""
    result = warehouse.searcher.search(_query(warehouse, wanted), wanted.limit, count=False)
    return [str(warehouse.searcher.doc(address)[ARTICLE_ID][0]) for _, address in result.hits]


def facet_counts(warehouse: Warehouse, wanted: Search) -> dict[Facet, list[Count]]:
    """Count the articles found by the commonest values of each facet."""
    spec = {facet.value: _terms(facet.value, _FACET_VALUES) for facet in Facet}
    found = warehouse.searcher.aggregate(_query(warehouse, wanted), spec)
    return {
        facet: [
            Count(str(bucket["key"]), int(bucket["doc_count"]))
            for bucket in found[facet.value]["buckets"]
        ]
        for facet in Facet
    }


def months(warehouse: Warehouse, wanted: Search) -> list[Count]:
    """Count the articles found by month of publication, `2025-01`, next to all within the filters.

    Undated articles are in no month.
    """
    spec = {MONTH: _terms(MONTH, _MOST_MONTHS)}

    def counted(query: tantivy.Query) -> dict[int, int]:
        buckets = warehouse.searcher.aggregate(query, spec)[MONTH]["buckets"]
        return {int(bucket["key"]): int(bucket["doc_count"]) for bucket in buckets}

    found, every = _found_and_all(warehouse, wanted, counted)
    return [
        Count(f"{month // 100}-{month % 100:02d}", found.get(month, 0), every[month])
        for month in sorted(every)
    ]


def weeks(warehouse: Warehouse, wanted: Search) -> list[Count]:
    """Count in the same way by week, named by its first day, a Saturday as in Bangladesh."""
    # 1970-01-03 was a Saturday.
    spec = {DAY: {"histogram": {"field": DAY, "interval": 7, "offset": 2, "min_doc_count": 1}}}

    def counted(query: tantivy.Query) -> dict[int, int]:
        buckets = warehouse.searcher.aggregate(query, spec)[DAY]["buckets"]
        return {int(bucket["key"]): int(bucket["doc_count"]) for bucket in buckets}

    found, every = _found_and_all(warehouse, wanted, counted)
    return [
        Count(day_of(week).isoformat(), found.get(week, 0), every[week]) for week in sorted(every)
    ]


def _found_and_all(
    warehouse: Warehouse, wanted: Search, counted: Callable[[tantivy.Query], dict[int, int]]
) -> tuple[dict[int, int], dict[int, int]]:
    every = matching(None, wanted.facets, wanted.since, wanted.until)
    return counted(_query(warehouse, wanted)), counted(every)


def _terms(name: str, size: int) -> dict[str, dict[str, object]]:
    return {"terms": {"field": name, "size": size}}


def _query(warehouse: Warehouse, wanted: Search) -> tantivy.Query:
    if wanted.since and wanted.until and wanted.since > wanted.until:
        raise UsageError(f"since {wanted.since} comes after until {wanted.until}")
    for facet, values in wanted.facets.items():
        for value in values:
            _check_value(warehouse.searcher, facet, value)
    node = parse(wanted.text) if wanted.text.strip() else None
    return matching(node, wanted.facets, wanted.since, wanted.until)


def _check_value(searcher: tantivy.Searcher, facet: Facet, value: str) -> None:
    if searcher.doc_freq(facet.value, value):
        return
    known = searcher.terms_with_prefix(facet.value, "", limit=_NAMED_VALUES)
    named = ", ".join(name for name, _ in known) or "none"
    raise UsageError(f"no article has the {facet.value} {value!r}; the commonest: {named}")


def _hits(
    warehouse: Warehouse, scores: Mapping[str, float | None], marked: Sequence[Term]
) -> list[Hit]:
    if not scores:
        return []
    rows = warehouse.rows(
        """
        SELECT
            article_id, outlet_id, outlet_name_bn, outlet_name_en, published_at, published_date,
            coalesce(title, ''), url, story_id, body
        FROM mart.article
        INNER JOIN (SELECT article_id, body FROM mart.article_text WHERE article_id IN $ids)
            USING (article_id)
        WHERE article_id IN $ids
        """,
        {"ids": list(scores)},
    )
    hits = {}
    for *known, title, url, story_id, body in rows:
        article_id, outlet_id, name_bn, name_en, published_at, published_date = known
        hits[article_id] = Hit(
            article_id,
            outlet_id,
            name_bn,
            name_en,
            published_at,
            published_date,
            mark(title, marked),
            marked_sentence(sentences(" ".join(body.split())), marked),
            url,
            story_id,
            scores[article_id],
        )
    return [hits[article_id] for article_id in scores]
