"""Search against thirty questions whose answers are known.

``python -m evaluation.search`` prints one JSON object a line: for the sample pages, and for real
articles in ``../shared/gold`` where that folder exists. An article answers a question if it has one
of the forms that a person chose for each of its words; derived words (হত্যাকাণ্ড) are other words.
``LIKE`` finds the word as it was typed, as people do in SQL, newest first. Nothing of the articles
is printed but counts.
"""

import csv
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from etl.bangla.lexicon import any_of
from etl.bangla.text import WORD_CHARACTERS, normal_form
from etl.reading.search import Search, search
from etl.reading.warehouse import Warehouse
from etl.settings import PROJECT
from evaluation.golden import sample_pages
from evaluation.measure import Measure
from tests.factories.build import BuildFactory

QUESTIONS = Path(__file__).with_name("search_questions.csv")
GOLD = PROJECT.parent / "shared" / "gold"
_GOLD_FILES = ("news_2026-02.jsonl", "news_2025-12-30.jsonl")
_SHOWN = 10
_ALL = 10_000

Find = Callable[[str, int], list[str]]


@dataclass(frozen=True, slots=True)
class Text:
    """One article."""

    article_id: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Question:
    """A query, and a pattern for each part that an answer must have."""

    query: str
    parts: tuple[re.Pattern[str], ...]

    def is_answer(self, text: Text) -> bool:
        """Whether an article has one of the forms of every part."""
        return all(part.search(f"{text.title}\n{text.body}") for part in self.parts)


def measures() -> Iterator[Measure]:
    """Yield precision at ten and recall of search and of ``LIKE``."""
    yield from _measures("sample_pages", _sample_texts())
    if GOLD.exists():
        yield from _measures("gold", _gold_texts())


def read_questions() -> list[Question]:
    """Read the questions: parts are divided by `;`, words of a phrase by a space, forms by `/`."""
    with QUESTIONS.open(encoding="utf-8", newline="") as file:
        return [
            Question(
                normal_form(row["query"]),
                tuple(map(_pattern, normal_form(row["answer"]).split(";"))),
            )
            for row in csv.DictReader(file)
        ]


def _pattern(part: str) -> re.Pattern[str]:
    words = [f"(?:{any_of(forms.split('/'))})" for forms in part.split(" ")]
    return re.compile(f"(?<![{WORD_CHARACTERS}]){' '.join(words)}(?![{WORD_CHARACTERS}])")


def _sample_texts() -> list[Text]:
    return [
        Text(f"page:{number}", page.title or "", "\n\n".join(page.paragraphs))
        for number, (_, page) in enumerate(sample_pages())
    ]


def _gold_texts() -> list[Text]:
    texts: list[Text] = []
    for name in _GOLD_FILES:
        for line in (GOLD / name).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            title = normal_form(row.get("title") or row.get("headline") or "")
            body = normal_form(row.get("body") or row.get("article") or "")
            if body:
                texts.append(Text(f"gold:{len(texts)}", title, body))
    return texts


def _measures(corpus: str, texts: Sequence[Text]) -> Iterator[Measure]:
    answers = [
        (question, {text.article_id for text in texts if question.is_answer(text)})
        for question in read_questions()
    ]
    answers = [(question, ids) for question, ids in answers if ids]
    with TemporaryDirectory() as folder:
        build = BuildFactory(Path(folder) / "build")
        for text in texts:
            build.article(text.article_id, text.title, text.body)
        build.finish()
        with Warehouse(build.folder) as warehouse:
            ours = _score(answers, lambda query, limit: _search(warehouse, query, limit))
            like = _score(answers, lambda query, limit: _like(warehouse, query, limit))
    note = f"{len(texts)} articles; baseline: LIKE"
    for name, value, baseline in zip(("precision_at_10", "recall"), ours, like, strict=True):
        yield Measure(f"search_{corpus}_{name}", value, "share", len(answers), baseline, note)


def _score(answers: Sequence[tuple[Question, set[str]]], find: Find) -> tuple[float, float]:
    """Return precision at ten and recall, each the mean over the questions."""
    precisions, recalls = [], []
    for question, ids in answers:
        shown = find(question.query, _SHOWN)
        precisions.append(len(ids.intersection(shown)) / len(shown) if shown else 0.0)
        recalls.append(len(ids.intersection(find(question.query, _ALL))) / len(ids))
    return sum(precisions) / len(answers), sum(recalls) / len(answers)


def _search(warehouse: Warehouse, query: str, limit: int) -> list[str]:
    return [hit.article_id for hit in search(warehouse, Search(query, limit=limit)).hits]


def _like(warehouse: Warehouse, query: str, limit: int) -> list[str]:
    words = [query.strip('"')] if query.startswith('"') else query.split()
    condition = " AND ".join("(title LIKE ? OR body LIKE ?)" for _ in words)
    values = [f"%{word}%" for word in words for _ in range(2)]
    sql = f"SELECT article_id FROM mart.article_text WHERE {condition} ORDER BY article_id LIMIT ?"
    return [article_id for (article_id,) in warehouse.rows(sql, [*values, limit])]


if __name__ == "__main__":
    for measure in measures():
        print(measure.line(), flush=True)
