"""Staged rows of generated articles, which pass every rule; the same in every run."""

import random
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import pyarrow as pa

from etl.schema.derive.arrow import arrow_schema
from etl.schema.tables import staged

START = datetime(2025, 1, 1, 6, 0, tzinfo=UTC)
_TEXT = (
    "অস্ত্র তৈরিতে সহযোগিতার বিষয়ে দুই দেশের কর্মকর্তারা মঙ্গলবার রাজধানীতে বৈঠক করেছেন যৌথ উৎপাদন "
    "সীমান্তে টহল ও প্রশিক্ষণ নিয়ে আলোচনা হয় বলে এক বিবৃতিতে জানানো হয়েছে মন্ত্রী সাংবাদিকদের বলেন চুক্তি "
    "আগামী মাসে সই হবে প্রতিবেশী রাষ্ট্রগুলোর মধ্যে বাণিজ্য বাড়াতে নতুন স্থলবন্দর চালুর প্রস্তাব উঠেছে"
)
_WORDS = _TEXT.split()
# Seven paragraphs of 30 words; the median of 246 real articles has 231 words.
_PARAGRAPHS, _PARAGRAPH_WORDS = 7, 30
# Rows of each table an article has; about what the five sample dumps have, with fewer headlines.
PER_ARTICLE = {
    "capture": 1,
    "article": 1,
    "headline_exposure": 5,
    "entity_mention": 4,
    "source_citation": 1,
    "event": 1,
    "quote": 1,
    "figure": 1,
    "declared": 1,
}


def generate_rows(
    articles: int, first: int = 0, per_article: Mapping[str, int] = PER_ARTICLE
) -> dict[str, pa.Table]:
    """Generate staged tables of articles that pass every rule, one article a minute.

    Args:
        articles: number of articles.
        first: number of the first article.
        per_article: rows an article has in each table.

    Returns:
        One Arrow table for each staged table, by name.
    """
    numbers = range(first, first + articles)
    return {
        table.name: _table(arrow_schema(table), numbers, per_article.get(table.name, 0))
        for table in staged.STAGED
    }


def _table(schema: pa.Schema, articles: Iterable[int], times: int) -> pa.Table:
    rows = [(article, place) for article in articles for place in range(times)]
    return pa.table(
        {
            field.name: pa.array(
                [_value(field.name, article, place) for article, place in rows], field.type
            )
            for field in schema
        },
        schema=schema,
    )


@lru_cache(maxsize=1)
def _paragraphs(article: int) -> list[str]:
    """A text of its own for each article, or Parquet would store one for all."""
    chance = random.Random(article)
    return [" ".join(chance.choices(_WORDS, k=_PARAGRAPH_WORDS)) + "।" for _ in range(_PARAGRAPHS)]


_VALUES: dict[str, Callable[[int, int], object]] = {
    "article_id": lambda article, _place: f"kalbela:{article}",
    "content_hash": lambda article, _place: f"{article:064x}",
    "content_sha256": lambda article, _place: f"{article:064x}",
    "capture_id": lambda article, _place: f"capture-{article:08d}",
    "published_at": lambda article, _place: START + timedelta(minutes=article),
    "published_date": lambda article, _place: (START + timedelta(minutes=article, hours=6)).date(),
    "captured_at": lambda article, _place: START + timedelta(minutes=article, hours=1),
    "declared_at": lambda article, _place: START + timedelta(minutes=article, hours=1),
    "url": lambda article, _place: f"https://www.kalbela.com/world/{article}",
    "title": lambda article, _place: f"দুই দেশের বৈঠকে {article} নম্বর চুক্তি",
    "paragraphs": lambda article, _place: _paragraphs(article),
    "body": lambda article, _place: "\n\n".join(_paragraphs(article)),
    "evidence": lambda article, _place: _paragraphs(article)[0],
    "headline": lambda article, _place: f"দুই দেশের বৈঠকে {article} নম্বর চুক্তি",
    "entity_id": lambda _article, place: f"person:{place}",
    "headline_rank": lambda _article, place: place + 1,
}
_CONSTANTS: dict[str, object] = {
    "batch_id": "batch",
    "event_date": START.date(),
    "run_id": "run",
    "outlet_id": "kalbela",
    "captured_at_source": "http",
    "identity_source": "native_id",
    "published_at_source": "json_ld",
    "outcome": "loaded",
    "language": "bn",
    "word_count": _PARAGRAPHS * _PARAGRAPH_WORDS,
    "character_count": 1_400,
    "paragraph_count": _PARAGRAPHS,
    "keywords": ["বাংলাদেশ"],
    "captions": [],
    "warnings": [],
    "extractor_version": "1",
    "source": "page.html",
    "byline": "কালবেলা ডেস্ক",
    "byline_kind": "desk",
    "list_kind": "latest",
    "mention_count": 2,
    "first_position": 0,
    "is_in_title": True,
    "entity_kind": "person",
    "name_bn": "দুই দেশ",
    "source_id": "reuters",
    "source_kind": "agency",
    "credit_form": "report",
    "event_no": 1,
    "actor1": "IR",
    "actor2": "PK",
    "event_type": "CONSULT",
    "modality": "done",
    "confidence": 0.9,
    "quote_no": 1,
    "speaker": "দুই দেশ",
    "quote": "চুক্তি হবে",
    "is_direct": False,
    "figure_no": 1,
    "figure_kind": "money",
    "value": 10_000_000.0,
    "unit": "BDT",
    "written": "১ কোটি টাকা",
    "declared_in": "https://www.kalbela.com/feed",
    "declaration_kind": "feed",
    "declared_rank": 1,
}


def _value(name: str, article: int, place: int) -> object:
    made = _VALUES.get(name)
    return made(article, place) if made else _CONSTANTS.get(name)
