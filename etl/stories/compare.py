"""A day's articles compared with each other and with those of the days before."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import numpy as np

from etl.schema.vocabulary import StoryLink
from etl.stories.copies import (
    LEAST_CONTAINMENT,
    LEAST_CONTAINMENT_AT_HOME,
    containment,
    find_meeting,
)
from etl.stories.days import Day, numbered
from etl.stories.ragged import Floats, Hashes, Numbers
from etl.stories.same_event import WINDOW_DAYS, Likeness

# An outlet seldom reports one event twice, but follows it up and repeats its own formulas
# (the price of gold, one constituency after another): likeness below the bar counts for less.
_SURE_AT_HOME = 0.5
_UNSURE_FACTOR = 0.7

# Outlets report an event within hours; what is alike a day later is its follow-up (appointed, took
# office) or another act in the same formula: likeness counts for less the further apart two are.
_HOURS_APART = (12.0, 24.0, 48.0)
_FACTORS = (1.0, 0.6, 0.45)
_MICROSECONDS_AN_HOUR = 3_600_000_000

Pair = tuple[int, int]
"""Positions of two articles, the later one first."""
Link = tuple[float, StoryLink]


class Comparison:
    """Compares articles by their positions in a window of days, in which the last day is new.

    Attributes:
        first_new: the position of the last day's first article.
        cut: articles of the last day that were compared with fewer articles than they share
            something with.
    """

    def __init__(self, window: Sequence[Day]) -> None:
        self._articles = [(day, index) for day in window for index in range(len(day))]
        self.first_new = len(self._articles) - len(window[-1])
        near = [d for d in window if d.day >= window[-1].day - timedelta(days=WINDOW_DAYS)]
        self._first_near = len(self._articles) - sum(map(len, near))
        times = np.concatenate([day.microseconds for day in near])
        self._likeness = Likeness([day.terms for day in near], times)
        self._times = times
        self._outlets = numbered([outlet for day in window for outlet in day.outlet_ids])
        self._bands = np.concatenate([day.bands for day in window])
        self._has_bands = np.concatenate([day.has_bands for day in window])
        self._copies: dict[Pair, float] = {}
        self.cut = 0

    def links(self) -> dict[Pair, Link]:
        """Compare the new articles with those they may tell the same as.

        Returns:
            The pairs that are alike at all.
        """
        links: dict[Pair, Link] = {}
        events = self._likeness.candidates(self.first_new - self._first_near)
        bounds = np.append(np.unique(events.later, return_index=True)[1], len(events.later))
        for start, end in pairwise(bounds.tolist()):
            later, others = int(events.later[start]), events.earlier[start:end]
            scores = self._reports(later, others)
            for place in np.flatnonzero(scores):
                pair = later + self._first_near, int(others[place]) + self._first_near
                links[pair] = float(scores[place]), StoryLink.SAME_EVENT
        meeting = find_meeting(self._bands, self._has_bands, self.first_new)
        for later, earlier in zip(meeting.later.tolist(), meeting.earlier.tolist(), strict=True):
            if score := self._copy(later, earlier):
                links[later, earlier] = score, StoryLink.WIRE_COPY
        self.cut = len(np.union1d(events.cut + self._first_near, meeting.cut))
        return links

    def between(self, one: int, others: Numbers) -> Floats:
        """How much an article has in common with each of some others, 0 to 1."""
        scores = np.zeros(len(others))
        near = np.flatnonzero(others >= self._first_near)
        if one >= self._first_near and len(near):
            scores[near] = self._reports(one - self._first_near, others[near] - self._first_near)
        if self._has_bands[one]:
            meets = (self._bands[others] == self._bands[one]).any(axis=1) & self._has_bands[others]
            for place in np.flatnonzero(meets):
                other = int(others[place])
                if score := self._copy(max(one, other), min(one, other)):
                    scores[place] = score
        return scores

    def _reports(self, index: int, others: Numbers) -> Floats:
        """Likeness as reports of one event, by places among the near articles."""
        scores = self._likeness.between(index, others)
        outlets = self._outlets[self._first_near :]
        is_unsure = (outlets[others] == outlets[index]) & (scores < _SURE_AT_HOME)
        scores[is_unsure] *= _UNSURE_FACTOR
        hours = np.abs(self._times[others] - self._times[index]) / _MICROSECONDS_AN_HOUR
        scores *= np.interp(hours, _HOURS_APART, _FACTORS)
        for place in np.flatnonzero(scores * (outlets[others] == outlets[index])):
            if hours[place] > _HOURS_APART[0] and self._has_headline_of(index, int(others[place])):
                scores[place] = 0.0
        return scores

    def _has_headline_of(self, one: int, other: int) -> bool:
        """Whether two near articles have one headline: a column or a digest of every day."""
        (day, index), (other_day, other_index) = (
            self._articles[self._first_near + position] for position in (one, other)
        )
        return np.array_equal(
            day.terms.headlines.row(index), other_day.terms.headlines.row(other_index)
        )

    def _copy(self, later: int, earlier: int) -> float:
        """The containment of two texts that meet in a band; 0 where they are no copies."""
        pair = later, earlier
        if pair not in self._copies:
            score = containment(self._shingles(later), self._shingles(earlier))
            is_at_home = self._outlets[later] == self._outlets[earlier]
            least = LEAST_CONTAINMENT_AT_HOME if is_at_home else LEAST_CONTAINMENT
            self._copies[pair] = score if score >= least else 0.0
        return self._copies[pair]

    def _shingles(self, position: int) -> Hashes:
        day, index = self._articles[position]
        return day.shingles.row(index)
