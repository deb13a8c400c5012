"""Linking articles into stories, next to datasketch's MinHash LSH alone on the same texts."""

import itertools
import random
import re
from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa

from benchmarks.measure import Measure, Spent, clocked, main
from etl.schema.records import StoryMember, StoryText
from etl.stories.relink import Touched, relink
from etl.stories.wording import read_wordings
from tests.factories.pages import words

SIZE = 100_000
_START = datetime(2025, 1, 1, tzinfo=UTC)
# About what fourteen outlets publish, with one article in twenty copied by another outlet.
_PER_DAY = 1_000
_COPIED = 20
_OUTLETS = 14
_WORD = re.compile(r"\w+")
_HASHES = 96  # as many as Khobor's signatures have
_WORDS = 238
_FORMULAS = 200
_FILLED_IN = 12  # words in which two articles of a formula differ


def measures(size: int) -> Iterator[Measure]:
    """``size`` articles, a thousand a day: ordinary ones, then some written by formula."""
    yield _measure("story", _texts(size))
    yield _measure("story_formula", _texts(size, formula_share=0.3))


def _measure(name: str, texts: list[StoryText]) -> Measure:
    _link(texts[:_COPIED])  # what linking loads once is left out
    value, members = _link(texts)
    stories = {member.article_id: member.story_id for member in members}
    copies = range(1, len(texts), _COPIED)
    found = sum(
        stories.get(texts[copy].article_id) == stories.get(texts[copy - 1].article_id) is not None
        for copy in copies
    )
    assert found >= 0.95 * len(copies), (found, len(copies))
    note = (
        f"{len(set(stories.values()))} stories; baseline: datasketch MinHash LSH, {_HASHES} hashes"
    )
    return Measure(name, value, "s", _datasketch(texts, len(copies)), len(texts), note)


def linking(size: int) -> Spent:
    """What linking takes without its baseline, which takes three times as long."""
    texts = _texts(size)
    _link(texts[:_COPIED])
    return _link(texts)[0]


def _link(texts: list[StoryText]) -> tuple[Spent, list[StoryMember]]:
    """Read and link all texts."""
    with clocked() as spent:
        wordings = read_wordings(texts)
        days = [text.reported_on for text in texts]  # ascending

        def between(start: date, end: date) -> pa.Table:
            first = bisect_left(days, start)
            return wordings.slice(first, bisect_left(days, end) - first)

        def none_before(_start: date, _end: date) -> list[StoryMember]:
            return []

        touched = Touched()
        touched.add(wordings)
        linked = relink(touched, between, none_before)
        members = [member for day in linked for member in day.after]
    return spent, members


def _datasketch(texts: list[StoryText], copies: int) -> Spent:
    from datasketch import MinHash, MinHashLSH

    with clocked() as spent:
        index = MinHashLSH(threshold=0.5, num_perm=_HASHES)
        candidates = 0
        for text in texts:
            found = [word.encode() for word in _WORD.findall(text.body)]
            runs = {b" ".join(found[place : place + 3]) for place in range(len(found) - 2)}
            signature = MinHash(num_perm=_HASHES)
            signature.update_batch(list(runs))
            candidates += len(index.query(signature))
            index.insert(text.article_id, signature)
    assert candidates >= 0.95 * copies
    return spent


def _texts(count: int, formula_share: float = 0.0) -> list[StoryText]:
    chance = random.Random(11)
    vocabulary = words(20_000)
    # A few words are everywhere, as in any language.
    weights = [1 / (rank + 10) for rank in range(len(vocabulary))]
    heaps = list(itertools.accumulate(weights))

    def picked(count: int) -> list[str]:
        return chance.choices(vocabulary, cum_weights=heaps, k=count)

    formulas = [picked(_WORDS) for _ in range(_FORMULAS)]
    texts: list[StoryText] = []
    for number in range(count):
        at = _START + timedelta(days=number / _PER_DAY)
        outlet = number % _OUTLETS
        if number % _COPIED == 1:
            original = texts[-1]
            title, body = original.title, original.body
            outlet = (number + 1) % _OUTLETS
        else:
            text = picked(_WORDS)
            if chance.random() < formula_share:
                text = list(formulas[number % _FORMULAS])
                for place in chance.sample(range(_WORDS), _FILLED_IN):
                    text[place] = chance.choice(vocabulary)
            title, body = " ".join(text[:8]), " ".join(text[8:])
        texts.append(StoryText(f"a{number:07d}", f"outlet{outlet}", at, title, body, at.date()))
    return texts


if __name__ == "__main__":
    main(measures, SIZE)
