"""A parsed query and filters as a query of Tantivy's."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import islice, product

import tantivy

from etl.search.schema import DAY, Facet, Text, index_schema
from etl.search.syntax import All, AnyOf, Node, Not, Term

_EPOCH = date(1970, 1, 1)
_SCHEMA = index_schema()
# A headline says what an article is about.
_TITLE_BOOST = 2.0
# Of several stems that match, the best counts, and the others a little: a form like the one that
# was typed goes before other forms.
_OTHER_STEMS = 0.1
_MOST_READINGS = 64  # of one phrase: words have two or three stems


def matching(
    node: Node | None,
    facets: Mapping[Facet, Sequence[str]],
    since: date | None,
    until: date | None,
) -> tantivy.Query:
    """Return the query for articles that match a text and lie within filters.

    Args:
        node: the parsed text; None for every article.
        facets: values of each facet, of which an article must have one.
        since: first day of publication, in Dhaka.
        until: last day of publication, in Dhaka.
    """
    must = [tantivy.Query.all_query() if node is None else _of_node(node)]
    must += [
        _unscored(tantivy.Query.term_set_query(_SCHEMA, facet.value, list(values)))
        for facet, values in facets.items()
        if values
    ]
    if since or until:
        must.append(
            _unscored(
                tantivy.Query.range_query(
                    _SCHEMA,
                    DAY,
                    tantivy.FieldType.Integer,
                    (since - _EPOCH).days if since else None,
                    (until - _EPOCH).days if until else None,
                )
            )
        )
    return _all(must)


def day_of(number: int) -> date:
    """Return the date of a day as the index counts it."""
    return date.fromordinal(_EPOCH.toordinal() + number)


def _of_node(node: Node) -> tantivy.Query:
    match node:
        case Term():
            return _any(
                [
                    tantivy.Query.boost_query(_of_term(node, Text.TITLE), _TITLE_BOOST),
                    _of_term(node, Text.BODY),
                ]
            )
        case AnyOf():
            return _any([_of_node(part) for part in node.parts])
        case Not():
            return _without(tantivy.Query.all_query(), [node.part])
        case All():
            wanted = [_of_node(part) for part in node.parts if not isinstance(part, Not)]
            excluded = [part.part for part in node.parts if isinstance(part, Not)]
            return _without(_all(wanted or [tantivy.Query.all_query()]), excluded)


def _of_term(term: Term, field: Text) -> tantivy.Query:
    if len(term.words) == 1 and term.is_prefix:
        return tantivy.Query.regex_query(_SCHEMA, field.value, f"{term.words[0][0]}.*")
    if len(term.words) == 1:
        return tantivy.Query.disjunction_max_query(
            [tantivy.Query.term_query(_SCHEMA, field.value, stem) for stem in term.words[0]],
            _OTHER_STEMS,
        )
    # The beginning of a word has no stems.
    stems = [*term.words[:-1], term.words[-1][:1]] if term.is_prefix else term.words
    readings = map(list, islice(product(*stems), _MOST_READINGS))
    of_words = tantivy.Query.phrase_prefix_query if term.is_prefix else tantivy.Query.phrase_query
    return tantivy.Query.disjunction_max_query(
        [of_words(_SCHEMA, field.value, reading) for reading in readings], _OTHER_STEMS
    )


def _all(queries: list[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in queries])


def _any(queries: list[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _without(query: tantivy.Query, excluded: list[Node]) -> tantivy.Query:
    must_not = [(tantivy.Occur.MustNot, _of_node(part)) for part in excluded]
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), *must_not])


def _unscored(query: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.const_score_query(query, 0.0)
