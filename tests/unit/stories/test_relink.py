"""Stories brought up to date batch by batch are those of all articles linked at once."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.schema.derive.arrow import arrow_schema
from etl.schema.records import StoryMember, StoryText
from etl.schema.tables.facts import STORY_WORDING
from etl.stories import copies, link, relink, same_event
from etl.stories.relink import Touched, link_stories
from etl.stories.wording import RULES_VERSION, read_wordings

FIRST = datetime(2026, 1, 20, 3, tzinfo=UTC)
WORDS = [f"শব্দ{number}" for number in range(300)]


class Memory:
    """Articles and stories as a lake keeps them, and what linking reads of them."""

    def __init__(self) -> None:
        self.texts: dict[str, StoryText] = {}
        self.members: dict[str, StoryMember] = {}
        self.days_linked: list[date] = []

    def load(self, texts: Iterable[StoryText], gone: Iterable[str] = ()) -> None:
        """Take new and changed articles, lose some, and link what that touches."""
        touched = Touched()
        came = {text.article_id: text for text in texts}
        changed = {*came, *gone}
        touched.add(read_wordings(self.texts[name] for name in changed if name in self.texts))
        for name in changed:
            self.texts.pop(name, None)
        self.texts |= came
        touched.add(read_wordings(came.values()))
        self.days_linked = []
        before: set[StoryMember] = set()
        after: set[StoryMember] = set()
        for day in relink.relink(touched, self.between, self.linked_between):
            before |= set(day.before)
            after |= set(day.after)
            self.days_linked.append(day.day)
        for member in before - after:
            del self.members[member.article_id]
        self.members |= {member.article_id: member for member in after - before}

    def between(self, start: date, end: date) -> pa.Table:
        """Wordings of the articles reported in a span."""
        some = [text for text in self.texts.values() if start <= text.reported_on < end]
        return read_wordings(some) if some else arrow_schema(STORY_WORDING).empty_table()

    def linked_between(self, start: date, end: date) -> list[StoryMember]:
        """Members that days of a span have put into stories."""
        return [member for member in self.members.values() if start <= member.linked_on < end]

    def stories(self) -> list[StoryMember]:
        """All members, in the order of ``link_stories``."""
        return sorted(self.members.values(), key=lambda one: (one.story_id, one.article_id))


def made_texts(chance: random.Random, count: int, days: int) -> list[StoryText]:
    """Articles of some weeks: ordinary ones, copies, reports of events, filled-in formulas."""
    formulas = [chance.choices(WORDS, k=40) for _ in range(3)]
    events = [chance.sample(WORDS, 14) for _ in range(12)]
    texts: list[StoryText] = []
    for number in range(count):
        at = FIRST + timedelta(hours=chance.randrange(24 * days))
        kind = chance.random()
        if kind < 0.3:
            words = list(chance.choice(formulas))
            words[chance.randrange(40)] = chance.choice(WORDS)
        elif kind < 0.6:
            event = chance.randrange(12)
            at = FIRST + timedelta(hours=event * 2 * days + chance.randrange(72))
            words = [*chance.sample(events[event], 10), *chance.choices(WORDS, k=20)]
        elif kind < 0.75 and texts:
            other = chance.choice(texts)
            words = [*other.title.split(), *other.body.split()]
            at = (other.published_at or at) + timedelta(hours=chance.randrange(24 * 20))
        else:
            words = chance.choices(WORDS, k=35)
        published = None if chance.random() < 0.1 else at
        outlet = f"o{chance.randrange(4)}"
        texts.append(
            StoryText(
                f"{outlet}:{number}", outlet, published, " ".join(words[:6]),
                " ".join(words[6:]), at.date(),
            )
        )  # fmt: skip
    return texts


@pytest.fixture(params=["all", "few"])
def most_compared(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the usual limits of what is compared, and with such that are met all the time."""
    if request.param == "few":
        monkeypatch.setattr(copies, "_MOST_BY_BAND", 2)
        monkeypatch.setattr(same_event, "_MOST_BY_WORD", 2)
        monkeypatch.setattr(link, "_MOST_IN_MEAN", 3)
        monkeypatch.setattr(relink, "_MOST_BANDS", 4)


@pytest.mark.usefixtures("most_compared")
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_any_batches_in_any_order_give_the_stories_of_all_articles(seed: int) -> None:
    chance = random.Random(seed)
    texts = made_texts(chance, 70, 30)
    lake = Memory()
    waiting = list(texts)
    chance.shuffle(waiting)
    while waiting:
        size = chance.choice((1, 3, 10, 30))
        batch, waiting = waiting[:size], waiting[size:]
        known = sorted(lake.texts)
        gone = chance.sample(known, min(len(known), chance.choice((0, 0, 1, 3))))
        revised = [
            replace(
                lake.texts[name],
                title=chance.choice(texts).title,
                published_at=chance.choice(texts).published_at,
            )
            for name in known
            if name not in gone and chance.random() < 0.05
        ]
        lake.load([*batch, *revised], gone)
        waiting += [text for text in texts if text.article_id in gone and chance.random() < 0.5]
        assert lake.stories() == link_stories(lake.texts.values())
    assert lake.stories()


def test_an_article_of_today_links_today_alone() -> None:
    chance = random.Random(1)
    texts = sorted(made_texts(chance, 300, 40), key=lambda text: text.reported_on)
    lake = Memory()
    lake.load(texts[:-1])
    lake.load(texts[-1:])
    assert lake.days_linked[0] == texts[-1].reported_on
    assert len(lake.days_linked) <= 1 + same_event.WINDOW_DAYS


def test_a_late_article_links_the_days_that_compare_themselves_with_it() -> None:
    days = [FIRST + timedelta(days=number) for number in range(60)]
    texts = [
        StoryText(
            f"a:{n}", "a", at, f"খবর {n}", " ".join(f"{n}{word}" for word in WORDS), at.date()
        )
        for n, at in enumerate(days)
    ]
    lake = Memory()
    lake.load(text for text in texts if text.article_id != "a:20")
    lake.load([texts[20]])
    linked = [day - days[20].date() for day in lake.days_linked]
    assert linked == [timedelta(days=number) for number in range(same_event.WINDOW_DAYS + 1)]


def test_nothing_that_changed_links_nothing() -> None:
    lake = Memory()
    lake.load([])
    assert lake.days_linked == []


def test_a_change_of_the_rules_raises_their_version() -> None:
    """Raise ``RULES_VERSION`` together with this digest: lakes are read and linked again by it."""
    texts = made_texts(random.Random(3), 200, 30)
    wordings = read_wordings(texts).select(["headline", "lead", "bands", "shingles"])
    members = [
        (m.story_id, m.article_id, m.link_kind, f"{m.score:.2f}") for m in link_stories(texts)
    ]
    found = sha256(repr((wordings.to_pylist(), members)).encode()).hexdigest()
    assert (RULES_VERSION, found[:16]) == (2, "f1698b96b1c27779")
