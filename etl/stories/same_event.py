"""Reports of one event: alike in rare words, names and numbers within a few days.

Each article becomes a weighted set of the word stems, numbers and pairs of neighbouring stems of
its headline and lead. A word weighs the more, the fewer articles at hand use it; an ordinary
day's articles are assumed next to them, so that two articles alone don't make every word rare. The
likeness of two articles is the mean of two figures: the cosine of their weighted words, and how
much of each headline's weight the other article has (the geometric mean of both directions). On
the development groups the mean separates better than either alone. Pairs of words lift what two
reports quote alike over what all reports of a subject say; entities added to it made it worse,
since rival reactions to one event name the same entities, and double weight for numbers changed
nothing.

Words are numbers here, and articles sparse rows of them (``sparse_rows``): a month of articles
as dictionaries of texts took three times the memory and twice the time.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from etl.bangla.inflection import stems
from etl.bangla.name_spelling import spelling_key
from etl.bangla.text import WORD_CHARACTERS, normal_form, to_latin_digits
from etl.schema.records import StoryText
from etl.stories.sparse_rows import Floats, Numbers, Rows

_WINDOW = timedelta(days=2)
_WORD = re.compile(f"[{WORD_CHARACTERS}]+")
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
class Wording:
    """What is compared of one article: its time, and the words of its headline and lead."""

    published_at: datetime | None
    headline: Numbers
    lead: Numbers


class Vocabulary:
    """Numbers for words, in the order in which articles use them first."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def read(self, text: StoryText) -> Wording:
        """Number the words of one article's headline and of the first 80 of its body."""
        return Wording(
            text.published_at,
            self._numbered(_words(normal_form(text.title))),
            self._numbered(_words(text.body[: _LEAD_WORDS * 12])[:_LEAD_WORDS]),
        )

    def _numbered(self, words: Sequence[str]) -> Numbers:
        numbers = self._numbers
        given = (numbers.setdefault(word, len(numbers)) for word in words)
        return np.fromiter(given, np.int32, len(words))

    def alphabetical(self) -> Numbers:
        """The place of each number's word in the alphabet, whatever the order of reading."""
        ranks = np.empty(len(self._numbers), dtype=np.int64)
        ranks[[self._numbers[word] for word in sorted(self._numbers)]] = np.arange(len(ranks))
        return ranks


def _words(text: str) -> list[str]:
    return [
        word.lower() if word.isascii() else spelling_key(stems(word)[0][0])
        for word in _WORD.findall(to_latin_digits(text))
    ]


class _Articles:
    """The articles at hand as sparse rows; words come first among the columns, then pairs."""

    def __init__(self, articles: Sequence[Wording], vocabulary: Vocabulary) -> None:
        ranks = vocabulary.alphabetical()
        size = len(ranks)
        # Words and pairs of an article are counted in both passes: to keep them takes much memory.
        frequency = np.zeros(size)
        pairs: list[Numbers] = [np.empty(0, dtype=np.int64)]
        for one in articles:
            headline, lead = ranks[one.headline], ranks[one.lead]
            frequency[np.unique(np.concatenate((headline, lead)))] += 1
            pairs.append(np.unique(np.concatenate((_pairs(headline, size), _pairs(lead, size)))))
        shared, pair_frequency = _shared(np.concatenate(pairs))
        pairs.clear()
        total = len(articles) + _PRIOR_ARTICLES
        self.weights = np.concatenate(
            (_rarity(frequency, total), _rarity(pair_frequency, total) * _PAIR_WEIGHT)
        )
        ended = np.append(shared, -1)  # for what would stand behind the last
        columns: list[Numbers] = []
        values: list[Floats] = []
        for one in articles:
            headline, lead = ranks[one.headline], ranks[one.lead]
            words_of, word_counts = _counted(headline, lead)
            pairs_of, pair_counts = _counted(_pairs(headline, size), _pairs(lead, size))
            places = np.searchsorted(shared, pairs_of)
            is_shared = ended[places] == pairs_of
            here = np.concatenate((words_of, places[is_shared] + size))
            counts = np.concatenate((word_counts, pair_counts[is_shared]))
            weighted = (1 + np.log(counts)) * self.weights[here]
            columns.append(here.astype(np.int32))
            values.append(weighted / (np.sqrt(weighted @ weighted) or 1.0))
        self.vectors = Rows(columns, values)
        self.headlines = Rows([np.unique(ranks[one.headline]) for one in articles])
        self.headline_weights = self.headlines.sums(np.arange(len(articles)), self.weights)
        self._words = size
        self._dense = np.zeros(len(self.weights))  # all zero between two comparisons

    def heaviest(self, index: int) -> list[int]:
        """The columns by which an article meets others."""
        columns, values = self.vectors.row(index)
        return [int(column) for column in columns[np.lexsort((columns, -values))[:_INDEXED]]]

    def likeness(self, index: int, others: Numbers) -> Floats:
        """How much alike one article and each of the others are, 0 to 1."""
        columns, values = self.vectors.row(index)
        headline, _ = self.headlines.row(index)
        dense = self._dense
        dense[columns] = values
        cosine = self.vectors.products(others, dense)
        dense[columns] = np.where(columns < self._words, self.weights[columns], 0.0)
        told_here = _shares(self.headlines.sums(others, dense), self.headline_weights[others])
        dense[columns] = 0.0
        dense[headline] = self.weights[headline]
        told_there = _shares(self.vectors.sums(others, dense), self.headline_weights[index])
        dense[headline] = 0.0
        return (cosine + np.sqrt(told_here * told_there)) / 2


def _pairs(words: Numbers, size: int) -> Numbers:
    """Pairs of neighbouring words, each as one number."""
    return words[:-1] * size + words[1:]


def _counted(headline: Numbers, lead: Numbers) -> tuple[Numbers, Numbers]:
    """What is in a headline or lead, each once, ascending, and how much that counts."""
    return np.unique(np.concatenate([*[headline] * _HEADLINE_WEIGHT, lead]), return_counts=True)


def _shared(pairs: Numbers) -> tuple[Numbers, Floats]:
    """Pairs that several articles have, ascending, and how many do.

    A pair that nobody else has only costs memory.
    """
    found, frequency = np.unique(pairs, return_counts=True)
    return found[frequency > 1], frequency[frequency > 1].astype(np.float64)


def _rarity(frequency: Floats, total: int) -> Floats:
    rarity: Floats = np.log(total / (frequency + _PRIOR_COUNT)) ** _RARITY_POWER
    return rarity


def _shares(parts: Floats, wholes: Floats) -> Floats:
    """Parts of wholes; 0 where there is nothing."""
    return np.divide(parts, wholes, out=np.zeros_like(parts), where=wholes > 0)


def find_same_events(
    articles: Sequence[Wording], vocabulary: Vocabulary
) -> dict[tuple[int, int], float]:
    """Find the reports of one event among dated articles.

    Args:
        articles: the wording of each article.
        vocabulary: what has read them.

    Returns:
        The likeness, 0 to 1, of each pair that may report one event, by their positions, the lower
        one first.
    """
    rows = _Articles(articles, vocabulary)
    dated = [(one.published_at, index) for index, one in enumerate(articles) if one.published_at]
    dated.sort()
    # By column: places in ``dated`` of the articles that have it, ascending.
    postings: defaultdict[int, list[int]] = defaultdict(list)
    likeness: dict[tuple[int, int], float] = {}
    first = 0
    for place, (at, index) in enumerate(dated):
        while at - dated[first][0] > _WINDOW:
            first += 1
        met: set[int] = set()
        for column in rows.heaviest(index):
            posting = postings[column]
            del posting[: bisect_left(posting, first)]
            met.update(posting)
            posting.append(place)
        if not met:
            continue
        others = np.fromiter((dated[other][1] for other in sorted(met)), np.int64, len(met))
        scores = rows.likeness(index, others)
        for other, score in zip(others.tolist(), scores.tolist(), strict=True):
            if score >= LEAST_LIKENESS:
                likeness[min(other, index), max(other, index)] = score
    return likeness
