"""Which reports are one story: near-copies, and reports of one event by several outlets.

A link needs the two articles and the articles of the days around them, which show which words are
rare in those days; it doesn't depend on the order in which articles arrived. Clusters are grown
from the strongest link down, and two grow together only where their articles are alike on average,
so that a chain of half-related reports doesn't become one story.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from etl.schema.records import StoryMember, StoryText
from etl.schema.vocabulary import StoryLink
from etl.stories.copies import LEAST_CONTAINMENT_AT_HOME, find_copies, shingles
from etl.stories.same_event import Vocabulary, Wording, find_same_events

_COPY_DAYS = 14  # a text returning later is a reprint, not the story's coverage
# Measured on the development groups: from 0.34 to 0.38 the same pairs link, all but one of them
# reports of one event.
_SAME_EVENT = 0.37
# Two clusters grow together where their pairs are this much alike on average, pairs less alike
# than ``same_event.LEAST_LIKENESS`` counting as nothing.
_LEAST_MEAN = 0.3
# An outlet seldom reports one event twice, but follows it up and repeats its own formulas
# (the price of gold, one constituency after another): likeness below the bar counts for less.
_SURE_AT_HOME = 0.5
_UNSURE_FACTOR = 0.7
_FAR_FUTURE = datetime.max.replace(tzinfo=UTC)

Pair = tuple[int, int]
Link = tuple[float, StoryLink]


@dataclass(frozen=True, slots=True)
class _Article:
    """What is kept of an article while all are compared; its text is not."""

    article_id: str
    outlet_id: str
    published_at: datetime | None
    reported_on: date
    wording: Wording


def _read(
    texts: Iterable[StoryText], vocabulary: Vocabulary
) -> tuple[list[_Article], dict[Pair, float]]:
    """What is kept of the articles, in order of their ids, and the copies among them.

    Shingles live only here: they take as much memory as all the rest.
    """
    read = [
        (
            _Article(
                text.article_id,
                text.outlet_id,
                text.published_at,
                text.reported_on,
                vocabulary.read(text),
            ),
            shingles(text.body),
        )
        for text in texts
    ]
    read.sort(key=lambda one: one[0].article_id)
    return [article for article, _ in read], find_copies([hashed for _, hashed in read])


def _find_links(
    articles: Sequence[_Article], copies: dict[Pair, float], vocabulary: Vocabulary
) -> dict[Pair, Link]:
    links: dict[Pair, Link] = {}
    for (one, other), score in find_same_events([a.wording for a in articles], vocabulary).items():
        is_at_home = articles[one].outlet_id == articles[other].outlet_id
        factor = _UNSURE_FACTOR if is_at_home and score < _SURE_AT_HOME else 1.0
        links[one, other] = (score * factor, StoryLink.SAME_EVENT)
    for (one, other), score in copies.items():
        is_at_home = articles[one].outlet_id == articles[other].outlet_id
        if is_at_home and score < LEAST_CONTAINMENT_AT_HOME:
            continue
        first, second = articles[one].published_at, articles[other].published_at
        if first is None or second is None or abs((first - second).days) <= _COPY_DAYS:
            links[one, other] = (score, StoryLink.WIRE_COPY)
    return links


def _cluster(count: int, links: dict[Pair, Link]) -> list[list[int]]:
    """Groups of so many articles by average linkage, strongest links first."""
    members = {index: [index] for index in range(count)}
    home = list(range(count))
    strong = [pair for pair, (score, _) in links.items() if score >= _SAME_EVENT]
    strong.sort(key=lambda pair: (-links[pair][0], pair))
    for one, other in strong:
        first, second = home[one], home[other]
        if first == second:
            continue
        scores = [
            links[pair][0] if (pair := (min(a, b), max(a, b))) in links else 0.0
            for a in members[first]
            for b in members[second]
        ]
        if sum(scores) < _LEAST_MEAN * len(scores):
            continue
        for index in members[second]:
            home[index] = first
        members[first] += members.pop(second)
    return [group for group in members.values() if len(group) > 1]


def link_stories(texts: Iterable[StoryText], before: date = date.max) -> list[StoryMember]:
    """Link articles into stories.

    An undated article joins only as a near-copy. A story bears the id of its earliest article.

    Args:
        texts: all articles of the days in question, in any order: rarity of words is counted among
            them.
        before: stories whose earliest article was published on this day or later are left out.

    Returns:
        The members of all stories of two articles and more, by story and article.
    """
    vocabulary = Vocabulary()
    articles, copies = _read(texts, vocabulary)
    links = _find_links(articles, copies, vocabulary)
    members: list[StoryMember] = []
    for group in _cluster(len(articles), links):
        earliest = min(group, key=lambda i: (articles[i].published_at or _FAR_FUTURE, i))
        if articles[earliest].reported_on >= before:
            continue
        for index in group:
            nearest = max(
                (
                    (links[pair], other)
                    for other in group
                    if (pair := (min(index, other), max(index, other))) in links
                ),
                key=lambda item: (item[0][0], item[0][1].value, -item[1]),
            )
            (score, kind), other = nearest
            members.append(
                StoryMember(
                    story_id=articles[earliest].article_id,
                    article_id=articles[index].article_id,
                    link_kind=kind.value,
                    linked_article_id=articles[other].article_id,
                    score=round(min(score, 1.0), 4),
                )
            )
    return sorted(members, key=lambda member: (member.story_id, member.article_id))


def link_by_month(
    months: Iterable[date], texts_between: Callable[[date, date], Iterable[StoryText]]
) -> Iterator[StoryMember]:
    """Link the articles of many months into stories, with a month in memory at a time.

    A story belongs to the month that its earliest article was published in; the two weeks after
    that month are read with it, since copies appear that late. An article is in the story of the
    first month that has it in one.

    Args:
        months: first days of the months with articles, ascending.
        texts_between: reads all articles published from a day up to, not including, another.

    Returns:
        The members of all stories of two articles and more, month after month.
    """
    taken: set[str] = set()
    for month in months:
        next_month = (month + timedelta(days=31)).replace(day=1)
        texts = texts_between(month, next_month + timedelta(days=_COPY_DAYS))
        unlinked = (text for text in texts if text.article_id not in taken)
        found = link_stories(unlinked, before=next_month)
        taken = {member.article_id for member in found}  # no later month reads this one's again
        yield from found
