"""Stories brought up to date after some articles came, changed or went.

What a day does to stories hangs on articles and stories of the two weeks before it. So the days of
changed articles are linked again, and those later days that can notice: days compared by rarity
with a changed day, and days with a text that meets a changed text, or one of a story that turned
out otherwise. The result is that of linking all days one after the other.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from etl.schema.records import StoryMember, StoryText
from etl.stories.copies import BANDS, Bands, is_met
from etl.stories.days import LOOKED_BACK_DAYS, Calendar, Day, WordingsBetween, later, looked_back
from etl.stories.link import link_day
from etl.stories.ragged import from_bytes
from etl.stories.same_event import WINDOW_DAYS
from etl.stories.wording import read_wordings

MembersBetween = Callable[[date, date], Iterable[StoryMember]]
"""Rows of ``core.bridge_story`` linked on a day up to, not including, another."""

# An article is in reach for two weeks, and the story it is in may have begun two weeks before it.
_PLACED_DAYS = 2 * LOOKED_BACK_DAYS
_MOST_BANDS = 500


@dataclass(frozen=True, slots=True)
class Relinked:
    """A day that was linked again: what it put into stories before, and what it does now.

    ``cut`` counts its articles that were compared with fewer others than they had words in common
    with.
    """

    day: date
    before: list[StoryMember]
    after: list[StoryMember]
    cut: int


class Touched:
    """Days with changed articles, and the bands of those articles."""

    def __init__(self) -> None:
        # None for a day with so many that any later text may meet one of them.
        self._bands: dict[date, Bands | None] = {}

    def add(self, wordings: pa.Table) -> None:
        """Add rows of ``core.story_wording``: changed ones as they were and as they are."""
        bands = from_bytes(wordings["bands"])
        rows: defaultdict[date, list[Bands]] = defaultdict(list)
        for index, day in enumerate(wordings["reported_on"].to_pylist()):
            rows[day].append(bands.row(index).reshape(-1, BANDS))
        for day, some in rows.items():
            self._add(day, np.concatenate(some))

    def add_members(self, window: Iterable[Day], article_ids: set[str]) -> None:
        """Add articles whose story changed."""
        for day in window:
            is_member = np.array([name in article_ids for name in day.article_ids])
            if is_member.any():
                self._add(day.day, day.bands[is_member & day.has_bands])

    def _add(self, day: date, bands: Bands) -> None:
        known = self._bands.get(day, bands[:0])
        if known is None or len(known) + len(bands) > _MOST_BANDS:
            self._bands[day] = None
        else:
            self._bands[day] = np.concatenate([known, bands])

    def first(self) -> date | None:
        """The first day."""
        return min(self._bands, default=None)

    def following(self, day: date) -> date | None:
        """The next day that may notice; what it is out of reach of is forgotten."""
        next_day = later(day, 1)
        for touched in [at for at in self._bands if at < looked_back(next_day)]:
            del self._bands[touched]
        if next_day == day or not self._bands:
            return None
        return max(next_day, min(self._bands))

    def is_noticed(self, day: date, articles: Day | None) -> bool:
        """Whether a day may be linked otherwise than before."""
        in_reach = {at: met for at, met in self._bands.items() if looked_back(day) <= at <= day}
        if any(at >= looked_back(day, WINDOW_DAYS) for at in in_reach):
            return True
        return articles is not None and any(
            met is None or is_met(articles.bands, articles.has_bands, met)
            for met in in_reach.values()
        )


class _Placed:
    """Members of stories by the day that put them there, read some days at a time."""

    def __init__(self, members_between: MembersBetween) -> None:
        self._members_between = members_between
        self._days: defaultdict[date, list[StoryMember]] = defaultdict(list)
        self._until = date.min

    def read(self, day: date) -> None:
        """Read up to a day; days are asked for in order."""
        first = looked_back(day, _PLACED_DAYS)
        for old in [at for at in self._days if at < first]:
            del self._days[old]
        if self._until <= day:
            start, self._until = max(self._until, first), later(day, LOOKED_BACK_DAYS + 1)
            for member in self._members_between(start, self._until):
                self._days[member.linked_on].append(member)

    def of(self, day: date) -> list[StoryMember]:
        """What a day has put into stories."""
        return self._days.get(day, [])

    def before(self, day: date) -> list[StoryMember]:
        """What the days before have put into stories."""
        return [member for at, some in self._days.items() if at < day for member in some]

    def replace(self, day: date, members: list[StoryMember]) -> None:
        """Take what a day does now for what it did."""
        self._days[day] = members

    def of_stories(self, story_ids: set[str]) -> set[str]:
        """The articles in some stories."""
        return {
            member.article_id
            for some in self._days.values()
            for member in some
            if member.story_id in story_ids
        }


def relink(
    touched: Touched, wordings_between: WordingsBetween, members_between: MembersBetween
) -> Iterator[Relinked]:
    """Link again what changed articles can have changed.

    Args:
        touched: the changed articles.
        wordings_between: reads the articles as they are now.
        members_between: reads the stories as they were.

    Returns:
        The days that were linked again, in order.
    """
    calendar, placed = Calendar(wordings_between), _Placed(members_between)
    day = touched.first()
    while day is not None:
        placed.read(day)
        window = calendar.window(day)
        articles = window[-1] if window and window[-1].day == day else None
        if touched.is_noticed(day, articles):
            before = placed.of(day)
            found = link_day(window, placed.before(day)) if articles else None
            after = found.members if found else []
            if differing := set(before) ^ set(after):
                story_ids = {member.story_id for member in differing}
                others = placed.of_stories(story_ids)
                placed.replace(day, after)
                others |= placed.of_stories(story_ids)
                touched.add_members(window, others)
            yield Relinked(day, before, after, found.cut if found else 0)
        day = touched.following(day)


def link_stories(texts: Iterable[StoryText]) -> list[StoryMember]:
    """Link articles that are all at hand.

    Args:
        texts: articles in any order.

    Returns:
        The members of all stories of two articles and more, by story and article.
    """
    wordings = read_wordings(texts)

    def between(start: date, end: date) -> pa.Table:
        days = wordings["reported_on"].to_pylist()
        return wordings.filter(pa.array([start <= day < end for day in days], pa.bool_()))

    def none_before(_start: date, _end: date) -> Iterable[StoryMember]:
        return ()

    touched = Touched()
    touched.add(wordings)
    found = relink(touched, between, none_before)
    members = [member for day in found for member in day.after]
    return sorted(members, key=lambda member: (member.story_id, member.article_id))
