"""The articles of days as linking compares them: columns of ``core.story_wording`` as arrays."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.stories.copies import BANDS, Bands
from etl.stories.ragged import Numbers, Ragged, from_bytes
from etl.stories.same_event import UNDATED, Terms, read_terms

LOOKED_BACK_DAYS = 14
"""A text that returns later is a reprint, not the story's coverage."""

WordingsBetween = Callable[[date, date], pa.Table]
"""Rows of ``core.story_wording`` reported from a day up to, not including, another."""


@dataclass(frozen=True)
class Day:
    """The articles of one day, in order of time; undated ones last."""

    day: date
    article_ids: list[str]
    outlet_ids: list[str]
    published: pa.Array
    headlines: Ragged
    leads: Ragged
    shingles: Ragged
    bands: Bands
    has_bands: np.ndarray[tuple[int], np.dtype[np.bool_]]

    def __len__(self) -> int:
        return len(self.article_ids)

    @cached_property
    def terms(self) -> Terms:
        """The terms of headlines and leads."""
        return read_terms(self.headlines, self.leads)

    @cached_property
    def microseconds(self) -> Numbers:
        """When each article was published, ``UNDATED`` where nobody says."""
        times: Numbers = (
            self.published.cast(pa.int64()).fill_null(UNDATED).to_numpy(zero_copy_only=False)
        )
        return times


def _read_day(day: date, rows: pa.Table) -> Day:
    bands = from_bytes(rows["bands"])
    lengths = np.diff(bands.starts)
    matrix = np.zeros((len(lengths), BANDS), np.uint32)
    matrix[lengths > 0] = bands.values.reshape(-1, BANDS)
    return Day(
        day,
        rows["article_id"].to_pylist(),
        rows["outlet_id"].to_pylist(),
        rows["published_at"].combine_chunks(),
        from_bytes(rows["headline"]),
        from_bytes(rows["lead"]),
        from_bytes(rows["shingles"]),
        matrix,
        lengths > 0,
    )


class Calendar:
    """Days with articles, read some at a time and forgotten when linking has passed them."""

    def __init__(self, wordings_between: WordingsBetween) -> None:
        self._wordings_between = wordings_between
        self._days: dict[date, Day] = {}
        self._until = date.min

    def window(self, day: date) -> list[Day]:
        """The days with articles up to a day that are compared with its articles, itself last.

        Args:
            day: not before those of earlier calls.
        """
        first = looked_back(day)
        self._days = {at: articles for at, articles in self._days.items() if at >= first}
        if self._until <= day:
            start = max(self._until, first)
            # As many days again as there are behind: a lake answers a few long questions better.
            self._until = later(day, LOOKED_BACK_DAYS + 1)
            self._read(start, self._until)
        return [articles for at, articles in self._days.items() if at <= day]

    def _read(self, start: date, end: date) -> None:
        rows = self._wordings_between(start, end).sort_by(
            [(name, "ascending") for name in ("reported_on", "published_at", "article_id")]
        )
        reported = rows["reported_on"]
        for day in pc.unique(reported).to_pylist():
            self._days[day] = _read_day(day, rows.filter(pc.equal(reported, day)))


def looked_back(day: date, days: int = LOOKED_BACK_DAYS) -> date:
    """The day so many days before, or the first of the calendar."""
    return day - min(timedelta(days), day - date.min)


def later(day: date, days: int) -> date:
    """The day so many days after, or the last of the calendar."""
    return day + min(timedelta(days), date.max - day)


def numbered(values: Sequence[str]) -> Numbers:
    """A number for each value, the same for equal ones."""
    numbers: dict[str, int] = {}
    return np.fromiter((numbers.setdefault(v, len(numbers)) for v in values), np.int64, len(values))
