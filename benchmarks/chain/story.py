"""Linking articles into stories, beside datasketch's MinHash LSH alone on the same texts."""

import itertools
import random
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from benchmarks.measure import Measure, Spent, clocked, main
from etl.schema.records import StoryText
from etl.stories.link import link_by_month
from tests.factories.pages import words

SIZE = 100_000
_START = datetime(2025, 1, 1, tzinfo=UTC)
# About what fourteen outlets publish, with one article in twenty copied by another outlet.
_PER_DAY = 1_000
_COPIED = 20
_OUTLETS = 14
_WORD = re.compile(r"\w+")
_HASHES = 96  # as many as Khobor's signatures have


def measures(size: int) -> Iterator[Measure]:
    """``size`` articles, a thousand a day."""
    from datasketch import MinHash, MinHashLSH

    texts = _texts(size)
    _linked(texts[:_COPIED])  # what linking loads once is left out
    value, stories = _linked(texts)
    with clocked() as baseline:
        index = MinHashLSH(threshold=0.5, num_perm=_HASHES)
        candidates = 0
        for text in texts:
            found = [word.encode() for word in _WORD.findall(text.body)]
            runs = {b" ".join(found[place : place + 3]) for place in range(len(found) - 2)}
            signature = MinHash(num_perm=_HASHES)
            signature.update_batch(list(runs))
            candidates += len(index.query(signature))
            index.insert(text.article_id, signature)
    assert candidates >= 0.95 * (size // _COPIED)
    note = f"{stories} stories; baseline: datasketch MinHash LSH, {_HASHES} hashes, same texts"
    yield Measure("story", value, "s", baseline, size, note)


def linking(size: int) -> Spent:
    """What linking takes without its baseline, which takes three times as long."""
    texts = _texts(size)
    _linked(texts[:_COPIED])
    return _linked(texts)[0]


def _linked(texts: list[StoryText]) -> tuple[Spent, int]:
    """What linking takes, and how many stories it finds."""
    months = sorted({text.reported_on.replace(day=1) for text in texts})
    by_day: dict[date, list[StoryText]] = {}
    for text in texts:
        by_day.setdefault(text.reported_on, []).append(text)

    def between(start: date, end: date) -> list[StoryText]:
        return [text for day, told in by_day.items() if start <= day < end for text in told]

    with clocked() as spent:
        members = list(link_by_month(months, between))
    stories: dict[str, set[str]] = {}
    for member in members:
        stories.setdefault(member.story_id, set()).add(member.article_id)
    copies = len(texts) // _COPIED
    found_copies = sum(
        {f"a{number:07d}", f"a{number + 1:07d}"} <= told
        for told in stories.values()
        for number in [min(int(article[1:]) for article in told)]
    )
    assert found_copies >= 0.95 * copies, (found_copies, copies)
    return spent, len(stories)


def _texts(count: int) -> list[StoryText]:
    chance = random.Random(11)
    vocabulary = words(20_000)
    # A few words are everywhere, as in any language.
    weights = [1 / (rank + 10) for rank in range(len(vocabulary))]
    heaps = list(itertools.accumulate(weights))
    texts: list[StoryText] = []
    for number in range(count):
        at = _START + timedelta(days=number / _PER_DAY)
        if number % _COPIED == 1:
            original = texts[-1]
            title, body = original.title, original.body
            outlet = (number + 1) % _OUTLETS
        else:
            picked = chance.choices(vocabulary, cum_weights=heaps, k=238)
            title, body, outlet = " ".join(picked[:8]), " ".join(picked[8:]), number % _OUTLETS
        texts.append(StoryText(f"a{number:07d}", f"outlet{outlet}", at, title, body, at.date()))
    return texts


if __name__ == "__main__":
    main(measures, SIZE)
