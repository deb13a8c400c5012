"""Which articles of a day join a story: near-copies, and reports of one event.

Stories grow day by day. A day's articles are compared with each other and with those of the two
weeks before, and clusters are grown from the strongest link down; two grow together only where
their articles are alike on average, so that a chain of half-related reports doesn't become one
story. What earlier days have put together stays together and apart: a later article joins a story
or an article that has none, it never joins two stories. So what a day does to stories hangs on the
articles of two weeks and on the stories among them, whatever else a lake holds.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from etl.schema.records import StoryMember
from etl.stories.compare import Comparison, Link, Pair
from etl.stories.days import Day

# Measured on the development groups: from 0.34 to 0.38 the same pairs link, all but one of them
# reports of one event.
_SAME_EVENT = 0.37
# Two clusters grow together where their pairs are this much alike on average, pairs less alike
# than ``same_event.LEAST_LIKENESS`` counting as nothing.
_LEAST_MEAN = 0.3
# Articles of a cluster that speak for it, the last ones: copies of one formula may be thousands.
_MOST_IN_MEAN = 32
_FAR_FUTURE = datetime.max.replace(tzinfo=UTC)

Neighbour = tuple[int, Link]
"""The position of an article that another has a link to, and the link."""


@dataclass(frozen=True, slots=True)
class DayStories:
    """What a day does to stories.

    Attributes:
        members: the articles it puts into stories, its own and earlier ones.
        cut: its articles that were compared with fewer articles than they share something with.
    """

    members: list[StoryMember]
    cut: int


@dataclass(slots=True)
class _Cluster:
    """Articles by their positions, ascending; ``story_id`` where earlier days made them a story.

    A story is closed when its first article is out of reach.
    """

    members: list[int]
    story_id: str | None = None
    is_closed: bool = False


def link_day(window: Sequence[Day], placed: Iterable[StoryMember]) -> DayStories:
    """Link a day's articles.

    An undated article joins only as a near-copy. A story bears the id of the earliest article that
    it began with.

    Args:
        window: the day, last, and those before it that its articles are compared with.
        placed: members of stories that earlier days have put there, of four weeks at least.
    """
    comparison = Comparison(window)
    links = comparison.links()
    articles = _Articles(window)
    homes = _clusters(articles.names, placed)
    known = {position for position, home in enumerate(homes) if home.story_id is not None}
    _grow(homes, links, comparison)
    neighbours = _neighbours(links)
    members: list[StoryMember] = []
    for cluster in {id(home): home for home in homes[comparison.first_new :]}.values():
        if len(cluster.members) > 1:
            story_id = cluster.story_id or articles.earliest(cluster.members)
            inside = set(cluster.members)
            members += (
                articles.member(story_id, position, inside, neighbours[position])
                for position in cluster.members
                if position not in known
            )
    return DayStories(members, comparison.cut)


def _clusters(names: Sequence[str], placed: Iterable[StoryMember]) -> list[_Cluster]:
    """The cluster that each article is in before the day's articles are linked."""
    homes = [_Cluster([position]) for position in range(len(names))]
    positions = {name: position for position, name in enumerate(names)}
    stories: defaultdict[str, list[str]] = defaultdict(list)
    for member in placed:
        stories[member.story_id].append(member.article_id)
    for story_id, article_ids in stories.items():
        here = sorted(positions[name] for name in article_ids if name in positions)
        story = _Cluster(here, story_id, is_closed=len(here) < len(article_ids))
        for position in here:
            homes[position] = story
    return homes


def _grow(homes: list[_Cluster], links: Mapping[Pair, Link], comparison: Comparison) -> None:
    """Join clusters by average linkage, strongest links first."""
    strong = [(-score, pair) for pair, (score, _) in links.items() if score >= _SAME_EVENT]
    for negative, (later, earlier) in sorted(strong):
        one, other = homes[later], homes[earlier]
        if one is other or one.is_closed or other.is_closed:
            continue
        if one.story_id is not None and other.story_id is not None:
            continue
        if len(one.members) == len(other.members) == 1:
            mean = -negative
        else:
            mean = _mean(one, other, comparison)
        if mean < _LEAST_MEAN:
            continue
        smaller, larger = sorted((one, other), key=lambda cluster: len(cluster.members))
        for position in smaller.members:
            homes[position] = larger
        larger.members = sorted(larger.members + smaller.members)
        larger.story_id = larger.story_id or smaller.story_id


def _mean(one: _Cluster, other: _Cluster, comparison: Comparison) -> float:
    """How much alike the articles of two clusters are on average, by the last ones of each."""
    few, many = sorted((one.members[-_MOST_IN_MEAN:], other.members[-_MOST_IN_MEAN:]), key=len)
    others = np.array(many)
    return float(sum(comparison.between(position, others).sum() for position in few)) / (
        len(few) * len(many)
    )


def _neighbours(links: Mapping[Pair, Link]) -> Mapping[int, list[Neighbour]]:
    found: defaultdict[int, list[Neighbour]] = defaultdict(list)
    for (later, earlier), link in links.items():
        found[later].append((earlier, link))
        found[earlier].append((later, link))
    return found


class _Articles:
    """The articles of a window by their positions."""

    def __init__(self, window: Sequence[Day]) -> None:
        self.names = [article_id for day in window for article_id in day.article_ids]
        self._day = window[-1].day
        self._places = [(day, index) for day in window for index in range(len(day))]

    def earliest(self, positions: Sequence[int]) -> str:
        """The id of the article that was published first; undated ones are later."""
        return self.names[
            min(positions, key=lambda p: (self._published(p) or _FAR_FUTURE, self.names[p]))
        ]

    def member(
        self, story_id: str, position: int, inside: set[int], neighbours: Iterable[Neighbour]
    ) -> StoryMember:
        """An article's row: the day puts it into a story, next to the article it is nearest to."""
        score, kind, nearest = max(
            (score, kind.value, -other) for other, (score, kind) in neighbours if other in inside
        )
        day, index = self._places[position]
        return StoryMember(
            story_id,
            self.names[position],
            day.outlet_ids[index],
            self._published(position),
            kind,
            self.names[-nearest],
            round(min(score, 1.0), 4),
            self._day,
        )

    def _published(self, position: int) -> datetime | None:
        day, index = self._places[position]
        published: datetime | None = day.published[index].as_py()
        return published
