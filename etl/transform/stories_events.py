"""Reports of one event: alike in rare words, names and numbers within a few days.

Each article becomes a weighted set of the word stems, numbers and pairs of neighbouring stems of
its headline and lead. A word weighs the more, the fewer articles at hand use it; an ordinary
day's articles are assumed beside them, so that two articles alone don't make every word rare. The
likeness of two articles is the mean of two figures: the cosine of their weighted words, and how
much of each headline's weight the other article tells (the geometric mean of both directions). On
the development groups the mean separates better than either alone. Pairs of words lift what two
reports quote alike over what all reports of a subject say; entities added to it made it worse,
since rival reactions to one event name the same entities, and double weight for numbers changed
nothing.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from etl.bangla.text import normal_form, to_latin_digits
from etl.schema.records import StoryText
from etl.transform.inflection import stems
from etl.transform.persons_spelling import spelling_key

_WINDOW = timedelta(days=2)
_WORD = re.compile("[\u0981-\u0983\u0985-\u09e3\u09e6-\u09f1A-Za-z0-9]+")
_LEAD_WORDS = 80
_HEADLINE_WEIGHT = 2
_PRIOR_ARTICLES = 400  # about what fourteen outlets publish between two runs of a day
_PRIOR_COUNT = 2
# Measured on halves of the development groups: 1.5 links more of both halves than 2 or 2.5 at the
# same precision, pairs of words at 0.5 to 0.8 more than without.
_RARITY_POWER = 1.5
_PAIR_WEIGHT = 0.8
_INDEXED = 18  # heaviest words by which candidates meet
# Pairs less alike than this say nothing, not even in a cluster's mean.
LEAST_LIKENESS = 0.2


@dataclass(frozen=True, slots=True)
class _Features:
    vector: Mapping[str, float]
    headline: frozenset[str]
    words: frozenset[str]


def _words(text: str) -> list[str]:
    return [
        word.lower() if word.isascii() else spelling_key(stems(word)[0][0])
        for word in _WORD.findall(to_latin_digits(text))
    ]


def _with_pairs(words: Sequence[str]) -> list[str]:
    """Words and pairs of neighbouring words."""
    return [*words, *(f"{one} {other}" for one, other in pairwise(words))]


def _features(texts: Sequence[StoryText]) -> tuple[list[_Features], Callable[[str], float]]:
    """What each article is compared by, and the weight of a word among them."""
    headlines = [_words(normal_form(text.title)) for text in texts]
    leads = [_words(text.body[: _LEAD_WORDS * 12])[:_LEAD_WORDS] for text in texts]
    frequency: Counter[str] = Counter()
    for headline, lead in zip(headlines, leads, strict=True):
        frequency.update({*_with_pairs(headline), *_with_pairs(lead)})
    total = len(texts) + _PRIOR_ARTICLES
    weights = {
        word: math.log(total / (count + _PRIOR_COUNT)) ** _RARITY_POWER
        * (_PAIR_WEIGHT if " " in word else 1.0)
        for word, count in frequency.items()
        if count > 1 or " " not in word  # a pair that nobody else has only costs memory
    }
    features: list[_Features] = []
    for headline, lead in zip(headlines, leads, strict=True):
        counts = Counter(_with_pairs(headline) * _HEADLINE_WEIGHT + _with_pairs(lead))
        vector = {
            word: (1 + math.log(count)) * weights[word]
            for word, count in counts.items()
            if word in weights
        }
        norm = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
        features.append(
            _Features(
                {word: weight / norm for word, weight in vector.items()},
                frozenset(headline),
                frozenset((*headline, *lead)),
            )
        )
    return features, weights.__getitem__


def _told(
    headline: Collection[str], words: Collection[str], weight: Callable[[str], float]
) -> float:
    """The share of a headline's weight that another article tells."""
    total = sum(map(weight, headline))
    return sum(weight(word) for word in headline if word in words) / total if total else 0.0


def _likeness(one: _Features, other: _Features, weight: Callable[[str], float]) -> float:
    short, long = sorted((one.vector, other.vector), key=len)
    cosine = sum(value * long.get(word, 0.0) for word, value in short.items())
    told = _told(one.headline, other.words, weight) * _told(other.headline, one.words, weight)
    return (cosine + math.sqrt(told)) / 2


def find_same_events(texts: Sequence[StoryText]) -> dict[tuple[int, int], float]:
    """Pairs of dated articles that may report one event, by position, with their likeness."""
    features, weight = _features(texts)
    postings: dict[str, list[int]] = defaultdict(list)
    likeness: dict[tuple[int, int], float] = {}
    for index, (text, feature) in enumerate(zip(texts, features, strict=True)):
        if text.published_at is None:
            continue
        candidates: set[int] = set()
        vector = feature.vector
        for word in sorted(vector, key=lambda word: (-vector[word], word))[:_INDEXED]:
            candidates.update(postings[word])
            postings[word].append(index)
        for other in candidates:
            earlier = texts[other].published_at
            if earlier is None or abs(text.published_at - earlier) > _WINDOW:
                continue
            score = _likeness(features[other], feature, weight)
            if score >= LEAST_LIKENESS:
                likeness[other, index] = score
    return likeness
