"""Reports of one event: alike in rare words, names and numbers within a few days.

Each article becomes a weighted set of the word stems, numbers and pairs of neighbouring stems of
its headline and lead. A word weighs the more, the fewer articles at hand use it: those of the
later article's day and the two days before it, which are the articles it is compared with. An
ordinary day's articles are assumed next to them, so that two articles alone don't make every word
rare. The likeness of two articles is the mean of two figures: the cosine of their weighted words,
and how much of each headline's weight the other article has (the geometric mean of both
directions). On the development groups the mean separates better than either alone. Pairs of words
lift what two reports quote alike over what all reports of a subject say; entities added to it made
it worse, since rival reactions to one event name the same entities, and double weight for numbers
changed nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from etl.stories.candidates import Candidates, predecessors
from etl.stories.ragged import Floats, Hashes, Numbers, Ragged
from etl.stories.sparse_rows import Rows

WINDOW_DAYS = 2
_WINDOW_MICROSECONDS = WINDOW_DAYS * 86_400_000_000
_HEADLINE_WEIGHT = 2
_PRIOR_ARTICLES = 400  # about what fourteen outlets publish between two runs of a day
_PRIOR_COUNT = 2
# Measured on halves of the development groups: 1.5 links more of both halves than 2 or 2.5 at the
# same precision, pairs of words at 0.5 to 0.8 more than without.
_RARITY_POWER = 1.5
_PAIR_WEIGHT = 0.8
_INDEXED = 18  # heaviest words by which candidates meet
# Articles that one word leads to. It is among the heaviest of more only on a day of one subject or
# in a formula that many fill in.
_MOST_BY_WORD = 100
# Pairs less alike than this say nothing, not even in a cluster's mean.
LEAST_LIKENESS = 0.2
_PAIR_SHIFT = np.uint64(32)
UNDATED = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Terms:
    """Words and pairs of neighbouring words of some articles, each once, ascending.

    Attributes:
        owners: the article of each entry.
        terms: a word's hash, or those of a pair's words one after the other.
        counts: how often it stands there; in the headline counts twice.
        headlines: the words of each headline, each once, ascending.
    """

    owners: Numbers
    terms: Hashes
    counts: Floats
    headlines: Ragged


def read_terms(headlines: Ragged, leads: Ragged) -> Terms:
    """Count the terms of articles, of which each has a headline and a lead."""
    parts = [
        (owners, terms, np.full(len(terms), weight))
        for words, weight in ((headlines, float(_HEADLINE_WEIGHT)), (leads, 1.0))
        for owners, terms in (_words(words), _pairs(words))
    ]
    owners, terms, weights = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((terms, owners))
    owners, terms = owners[order], terms[order]
    firsts = _first_of_runs(owners, terms)
    counts = np.add.reduceat(weights[order], firsts) if len(firsts) else weights
    return Terms(owners[firsts], terms[firsts], counts, _distinct(headlines))


def _words(words: Ragged) -> tuple[Numbers, Hashes]:
    return words.owners(), words.values.astype(np.uint64)


def _pairs(words: Ragged) -> tuple[Numbers, Hashes]:
    """Pairs of neighbours. A pair is no word: its first half is never zero."""
    owners, hashes = _words(words)
    inside = np.flatnonzero(owners[1:] == owners[:-1])
    first = (hashes[inside] | np.uint64(1)) << _PAIR_SHIFT
    return owners[inside], first | hashes[inside + 1]


def _distinct(words: Ragged) -> Ragged:
    owners = words.owners()
    order = np.lexsort((words.values, owners))
    owners, values = owners[order], words.values[order]
    firsts = _first_of_runs(owners, values)
    lengths = np.bincount(owners[firsts], minlength=len(words))
    return Ragged(np.concatenate(([0], np.cumsum(lengths))), values[firsts])


def _first_of_runs(owners: Numbers, values: Hashes) -> Numbers:
    if not len(owners):
        return np.empty(0, np.int64)
    differs = (owners[1:] != owners[:-1]) | (values[1:] != values[:-1])
    return np.concatenate(([0], np.flatnonzero(differs) + 1))


class Likeness:
    """How much alike the articles of three days are, by what is rare in these days."""

    def __init__(self, days: Sequence[Terms], published: Numbers) -> None:
        """Weigh the terms of each day's articles.

        Args:
            days: the terms of each day's articles, in order.
            published: when each article was published, in microseconds, or ``UNDATED``.
        """
        sizes = [len(day.headlines) for day in days]
        firsts = np.concatenate(([0], np.cumsum(sizes)))
        owners = np.concatenate([d.owners + f for d, f in zip(days, firsts, strict=False)])
        columns, places = np.unique(
            np.concatenate([day.terms for day in days]), return_inverse=True
        )
        is_pair = columns >> _PAIR_SHIFT > 0
        frequency = np.bincount(places, minlength=len(columns)).astype(np.float64)
        rarity = np.log((len(published) + _PRIOR_ARTICLES) / (frequency + _PRIOR_COUNT))
        rarity **= _RARITY_POWER
        # A pair that nobody else has would only make an article longer.
        self._weights = np.where(is_pair, rarity * _PAIR_WEIGHT * (frequency > 1), rarity)
        self._is_word = ~is_pair
        counts = np.concatenate([day.counts for day in days])
        kept = self._weights[places] > 0
        owners, places = owners[kept], places[kept]
        values = (1 + np.log(counts[kept])) * self._weights[places]
        norms = np.sqrt(np.bincount(owners, values**2, len(published)))
        values /= norms[owners]
        self._vectors = Rows(_starts(owners, len(published)), places, values)
        self._heaviest = self._find_heaviest(owners)
        heads = [day.headlines for day in days]
        lengths = np.concatenate([np.diff(head.starts) for head in heads])
        values_of_heads = np.concatenate([head.values for head in heads]).astype(np.uint64)
        self._headlines = Rows(
            np.concatenate(([0], np.cumsum(lengths))),
            np.searchsorted(columns, values_of_heads),
            np.ones(len(values_of_heads)),
        )
        self._headline_weights = self._headlines.sums(np.arange(len(published)), self._weights)
        self._published = published
        self._dense = np.zeros(len(columns))  # all zero between two comparisons

    def _find_heaviest(self, owners: Numbers) -> Numbers:
        """The heaviest terms of each article, -1 where it has no more."""
        rows = self._vectors
        order = np.lexsort((rows.columns, -rows.values, owners))
        ranks = np.arange(len(order)) - rows.starts[owners]
        is_heavy = ranks < _INDEXED
        heaviest = np.full((len(rows.starts) - 1, _INDEXED), -1, np.int64)
        heaviest[owners[is_heavy], ranks[is_heavy]] = rows.columns[order[is_heavy]]
        return heaviest

    def candidates(self, first_new: int) -> Candidates:
        """Find the articles that share one of their heaviest words with a new one.

        Args:
            first_new: articles from this one on are new.
        """
        owners, ranks = np.nonzero(self._heaviest >= 0)
        is_dated = self._published[owners] != UNDATED
        owners, ranks = owners[is_dated], ranks[is_dated]
        keys = self._heaviest[owners, ranks].astype(np.uint64)
        return predecessors(keys, owners, first_new, _MOST_BY_WORD)

    def between(self, index: int, others: Numbers) -> Floats:
        """Compare an article with others.

        Returns:
            The likeness to each, 0 to 1; 0 for less than says anything, for an undated one, for one
            published more than two days before or after, and without a heaviest word in common.
        """
        scores = np.zeros(len(others))
        at, times = self._published[index], self._published[others]
        if at == UNDATED:
            return scores
        near = np.flatnonzero(times != UNDATED)
        near = near[np.abs(times[near] - at) <= _WINDOW_MICROSECONDS]
        mine = self._heaviest[index]
        near = near[np.isin(self._heaviest[others[near]], mine[mine >= 0]).any(axis=1)]
        if len(near):
            likeness = self._likeness(index, others[near])
            scores[near] = np.where(likeness >= LEAST_LIKENESS, likeness, 0.0)
        return scores

    def _likeness(self, index: int, others: Numbers) -> Floats:
        columns, values = self._vectors.row(index)
        headline, _ = self._headlines.row(index)
        dense = self._dense
        dense[columns] = values
        cosine = self._vectors.products(others, dense)
        dense[columns] = np.where(self._is_word[columns], self._weights[columns], 0.0)
        share_here = _shares(self._headlines.sums(others, dense), self._headline_weights[others])
        dense[columns] = 0.0
        dense[headline] = self._weights[headline]
        share_there = _shares(self._vectors.sums(others, dense), self._headline_weights[index])
        dense[headline] = 0.0
        return (cosine + np.sqrt(share_here * share_there)) / 2


def _starts(owners: Numbers, count: int) -> Numbers:
    return np.concatenate(([0], np.cumsum(np.bincount(owners, minlength=count))))


def _shares(parts: Floats, wholes: Floats) -> Floats:
    """Parts of wholes; 0 where there is nothing."""
    return np.divide(parts, wholes, out=np.zeros_like(parts), where=wholes > 0)
