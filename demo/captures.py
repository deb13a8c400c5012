"""Everything that is captured of the made-up press, in the order of time."""

import random
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from demo.articles import Article
from demo.happenings import FIRST_DAY, LAST_DAY
from demo.pages import Link, article_page, listing_page
from demo.templates import Newspaper, Press
from etl.bangla.clock import DHAKA

_LATEST, _LISTED, _REMEMBERED = 5, 12, 40
_DAYS_BETWEEN_LISTINGS = 7
_MISSED = 2  # links of a listing that are never captured
_WRONG_YEAR = 1990  # before the web: a rule holds such an article back
# Shares of the articles' captures: with a wrong year, without a headline, with nothing in it.
_TROUBLES = {"year": 0.002, "title": 0.002, "empty": 0.001}
_UNTROUBLED = 1 - sum(_TROUBLES.values())


@dataclass(frozen=True, slots=True)
class CapturedPage:
    """One page as it is captured."""

    captured_at: datetime
    url: str
    content: str


def captures(articles: Iterable[Article], press: Press, seed: int) -> Iterator[CapturedPage]:
    """Yield the captures of all articles, and of each outlet's front page once a week."""
    chance = random.Random(seed)
    shown = [(one.captured_at, article, one) for article in articles for one in article.versions]
    shown.sort(key=lambda item: (item[0], item[1].number))
    latest = {outlet.id: deque[Link](maxlen=_REMEMBERED) for outlet in press.outlets}
    listings = deque(_listing_times(press))
    for at, article, version in shown:
        while listings and listings[0][0] < at:
            listed_at, outlet = listings.popleft()
            yield _listing(chance, listed_at, outlet, list(latest[outlet.id]))
        links = latest[article.outlet.id]
        others = [link for link in links if link.url != article.url]
        if version is article.versions[0]:
            links.appendleft(Link(version.title, article.url))
        most_read = chance.sample(others, min(_LATEST, len(others)))
        content = article_page(article, version, others[:_LATEST], most_read)
        if len(article.versions) == 1:
            content = _troubled(chance, article, content)
        yield CapturedPage(at, article.url, content)


def _listing_times(press: Press) -> list[tuple[datetime, Newspaper]]:
    weeks = range(3, (LAST_DAY - FIRST_DAY).days, _DAYS_BETWEEN_LISTINGS)
    days = (FIRST_DAY + timedelta(days=number) for number in weeks)
    return [
        (datetime.combine(day, time(18, place), DHAKA), outlet)
        for day in days
        for place, outlet in enumerate(press.outlets)
        if outlet.publishes_on(day)
    ]


def _listing(
    chance: random.Random, at: datetime, outlet: Newspaper, links: list[Link]
) -> CapturedPage:
    front = f"https://{outlet.host}/"
    shown = links[: _LISTED - _MISSED]
    missed = [
        replace(link, url=f"https://{outlet.host}/news/{chance.randint(900_000, 999_999)}")
        for link in chance.sample(links[_LISTED:], min(_MISSED, len(links[_LISTED:])))
    ]
    return CapturedPage(at, front, listing_page(outlet, [*shown, *missed]))


def _troubled(chance: random.Random, article: Article, content: str) -> str:
    (trouble,) = chance.choices([*_TROUBLES, None], [*_TROUBLES.values(), _UNTROUBLED])
    match trouble:
        case "year" if article.published_at is not None:
            return content.replace(f"{article.published_at.year}-", f"{_WRONG_YEAR}-")
        case "title":
            return content.replace(article.versions[0].title, "")
        case "empty":
            return ""
        case _:
            return content
