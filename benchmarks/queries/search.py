"""Search: the 95th percentile of queries of all kinds with their sentences, and the index's cost.

The baseline: the same words by ``LIKE``, which finds no inflected form and ranks nothing. The texts
have 200,000 words that are as frequent as words are (the n-th has a share of 1/n).
"""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb

from benchmarks.measure import Measure, Spent, clocked, main, scratch
from benchmarks.queries.builds import generated_build
from etl.reading.search import Search, search
from etl.reading.warehouse import Warehouse
from etl.search.index import FOLDER, update_index

SIZE = 1_000_000
_VOCABULARY = 200_000
_WORDS_IN_A_BODY = 300
_TURNS = 40
_LIKE_TURNS = 12
_SEED = 20250120
_SYLLABLES = "কাখিগুচেজোটাডিতুদেনোপাফিবুভেমোযারিলুসেহো"
# The logarithm of the rank is spread evenly: Zipf's law.
_WORD = f"""getvariable('vocabulary')[1 + CAST(floor(
    pow({_VOCABULARY}, hash(text.article_id, k) / 18446744073709551616.0)) AS BIGINT) - 1]"""
_ENDINGS = ("", "র", "কে", "য়", "তে")


def measures(size: int) -> Iterator[Measure]:
    """A build of ``size`` articles."""
    with scratch() as folder, generated_build(folder, size) as (_, warehouse):
        build = warehouse.parent
        _write_texts(warehouse)
        with clocked() as spent:
            report = update_index(None, build)
        assert report.written == size
        index_bytes = sum(path.stat().st_size for path in (build / FOLDER).iterdir())
        with Warehouse(build) as opened:
            found = _p95(lambda text: search(opened, Search(text)), _queries(_TURNS))
            like = _p95(lambda word: _like(opened, word), _queries(_LIKE_TURNS)[:_LIKE_TURNS])
        note = f"words, pairs and phrases; by CPU {found.cpu:.0f} ms; baseline: LIKE for one word"
        yield Measure("search", found, "ms, p95", like, size, note)
        per_thousand = spent.cpu / size * 1_000
        note = f"CPU seconds a thousand articles; {index_bytes / size:.0f} bytes an article"
        yield Measure("search_index", per_thousand, "s", None, size, note)


def vocabulary() -> list[str]:
    """Words of two to four syllables with endings, each once; the first are the most frequent."""
    source = random.Random(_SEED)
    syllables = [_SYLLABLES[i : i + 2] for i in range(0, len(_SYLLABLES), 2)]
    found: dict[str, None] = {}
    while len(found) < _VOCABULARY:
        stem = "".join(source.choices(syllables, k=source.choice((2, 3, 3, 4))))
        found[stem + source.choice(_ENDINGS)] = None
    return list(found)


def _write_texts(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("SET VARIABLE vocabulary = ?", [vocabulary()])
        connection.execute(
            "UPDATE mart.article_text AS text SET body = array_to_string("
            f"list_transform(range({_WORDS_IN_A_BODY}), lambda k: {_WORD} || "
            "CASE WHEN k % 12 = 11 THEN '।' ELSE '' END), ' ')"
        )


def _queries(turns: int) -> list[str]:
    """Words from the most frequent to rare ones, then pairs, then phrases."""
    words = vocabulary()
    source = random.Random(_SEED)

    def word() -> str:
        return words[int(_VOCABULARY ** source.random()) - 1]

    single = [word() for _ in range(turns)]
    pairs = [f"{word()} {word()}" for _ in range(turns)]
    phrases = [f'"{word()} {word()}"' for _ in range(turns)]
    return [*single, *pairs, *phrases]


def _p95(ask: Callable[[str], object], texts: list[str]) -> Spent:
    """The 95th percentile of each clock, in milliseconds."""
    ask(texts[0])
    times = []
    for text in texts:
        with clocked(time.process_time) as spent:
            ask(text)
        times.append(spent)
    wall, cpu = (
        statistics.quantiles([spent.by(clock) * 1_000 for spent in times], n=20)[-1]
        for clock in ("wall", "cpu")
    )
    return Spent(wall, cpu)


def _like(warehouse: Warehouse, word: str) -> object:
    return warehouse.rows(
        "SELECT article_id FROM mart.article_text WHERE body LIKE $word OR title LIKE $word "
        "ORDER BY published_date DESC LIMIT 20",
        {"word": f"%{word}%"},
    )


if __name__ == "__main__":
    main(measures, SIZE)
