"""Reports of one event: alike in rare words, names and numbers within a few days.

Each article becomes a weighted set of word stems of its headline and lead, numbers and entities.
A word weighs the more, the fewer articles of the surrounding days use it; everyday words, known
beforehand, weigh little even where few articles are at hand.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from etl.bangla.text import normal_form, to_latin_digits
from etl.schema.records import StoryText
from etl.transform.inflection import stems

_WINDOW = timedelta(days=2)
_WORD = re.compile("[\u0981-\u0983\u0985-\u09e3\u09e6-\u09f1A-Za-z0-9]+")
_LEAD_WORDS = 90
_HEADLINE_WEIGHT = 2.0
_PRIOR_ARTICLES = 400  # articles of an ordinary day, assumed beside those at hand
_PRIOR_COUNT = 2
_LEAST_LIKENESS = 0.42
_INDEXED = 18  # heaviest words by which candidates meet


def _stem(word: str) -> str:
    return stems(word)[0][0] if not word.isascii() else word.lower()


def _terms(text: StoryText) -> Counter[str]:
    terms: Counter[str] = Counter()
    for word in _WORD.findall(to_latin_digits(normal_form(text.title))):
        terms[_stem(word)] += _HEADLINE_WEIGHT  # type: ignore[assignment]
    for word in _WORD.findall(to_latin_digits(text.body))[:_LEAD_WORDS]:
        terms[_stem(word)] += 1
    return terms


def _vectors(texts: Sequence[StoryText]) -> list[Mapping[str, float]]:
    """Weighted, normalised terms of every article."""
    counted = [_terms(text) for text in texts]
    frequency: Counter[str] = Counter()
    for terms in counted:
        frequency.update(terms.keys())
    total = len(texts) + _PRIOR_ARTICLES
    vectors: list[Mapping[str, float]] = []
    for terms in counted:
        weights = {
            term: (1 + math.log(count)) * math.log(total / (frequency[term] + _PRIOR_COUNT)) ** 2
            for term, count in terms.items()
        }
        norm = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        vectors.append({term: weight / norm for term, weight in weights.items()})
    return vectors


def find_same_events(texts: Sequence[StoryText]) -> dict[tuple[int, int], float]:
    """Pairs of dated articles that report one event, by their positions, with their likeness."""
    vectors = _vectors(texts)
    postings: dict[str, list[int]] = defaultdict(list)
    links: dict[tuple[int, int], float] = {}
    for index, (text, vector) in enumerate(zip(texts, vectors, strict=True)):
        if text.published_at is None:
            continue
        candidates: set[int] = set()
        heaviest = sorted(vector, key=lambda term: (-vector[term], term))[:_INDEXED]
        for term in heaviest:
            candidates.update(postings[term])
            postings[term].append(index)
        for other in candidates:
            earlier = texts[other].published_at
            if earlier is None or abs(text.published_at - earlier) > _WINDOW:
                continue
            likeness = sum(
                weight * vectors[other].get(term, 0.0) for term, weight in vector.items()
            )
            if likeness >= _LEAST_LIKENESS:
                links[other, index] = likeness
    return links
