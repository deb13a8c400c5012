"""What validation costs: all suites on generated rows, against writing and reading the same rows.

Prints one JSON object a line. ``python benchmarks/validation.py [ARTICLES…]``.
"""

import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from etl.outlets import load_outlets
from etl.schema import staged
from etl.schema.arrow import arrow_schema
from etl.schema.expectations import SUITES
from etl.settings import load_settings
from etl.validate.engine import import_gx
from etl.validate.suites import validate_batch

_START = datetime(2025, 1, 1, 6, 0, tzinfo=UTC)
_TEXT = (
    "অস্ত্র তৈরিতে সহযোগিতার বিষয়ে দুই দেশের কর্মকর্তারা মঙ্গলবার রাজধানীতে বৈঠক করেছেন যৌথ উৎপাদন "
    "সীমান্তে টহল ও প্রশিক্ষণ নিয়ে আলোচনা হয় বলে এক বিবৃতিতে জানানো হয়েছে মন্ত্রী সাংবাদিকদের বলেন চুক্তি "
    "আগামী মাসে সই হবে প্রতিবেশী রাষ্ট্রগুলোর মধ্যে বাণিজ্য বাড়াতে নতুন স্থলবন্দর চালুর প্রস্তাব উঠেছে"
)
_WORDS = _TEXT.split()
# Seven paragraphs of 30 words; the median of 246 real articles has 231 words.
_PARAGRAPHS, _PARAGRAPH_WORDS = 7, 30
# Rows of each table an article has; about what the five sample dumps have, with fewer headlines.
_PER_ARTICLE = {
    "capture": 1,
    "article": 1,
    "headline_exposure": 5,
    "entity_mention": 4,
    "source_citation": 1,
    "event": 1,
    "declared": 1,
}


def generated_rows(articles: int) -> dict[str, pa.Table]:
    """Staged tables of so many articles, good in every rule."""
    schemas = {table.name: arrow_schema(table) for table in staged.STAGED}
    return {name: _table(schemas[name], articles, times) for name, times in _PER_ARTICLE.items()}


def _table(schema: pa.Schema, articles: int, times: int) -> pa.Table:
    rows = [(article, place) for article in range(articles) for place in range(times)]
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
    "published_at": lambda article, _place: _START + timedelta(minutes=article),
    "published_date": lambda article, _place: (_START + timedelta(minutes=article, hours=6)).date(),
    "captured_at": lambda article, _place: _START + timedelta(minutes=article, hours=1),
    "declared_at": lambda article, _place: _START + timedelta(minutes=article, hours=1),
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
    "event_date": _START.date(),
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
    "declared_in": "https://www.kalbela.com/feed",
    "declaration_kind": "feed",
    "declared_rank": 1,
}


def _value(name: str, article: int, place: int) -> object:
    made = _VALUES.get(name)
    return made(article, place) if made else _CONSTANTS.get(name)


def _seconds(action: Callable[[], object], runs: int) -> float:
    """The best of some runs: the machine is shared."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def _parquet_round_trip(tables: dict[str, pa.Table], folder: Path) -> None:
    import pandas as pd

    for name, table in tables.items():
        path = folder / f"{name}.parquet"
        table.to_pandas(types_mapper=pd.ArrowDtype).to_parquet(path)
        pd.read_parquet(path, dtype_backend="pyarrow")


def measure(articles: int) -> dict[str, object]:
    """One benchmark record: validation of so many articles with their children."""
    tables = generated_rows(articles)
    rows = sum(table.num_rows for table in tables.values())
    outlets = load_outlets(load_settings().outlets)
    runs = 3 if articles < 10_000 else 1

    def validate() -> None:
        validation = validate_batch(tables, "batch", "run", SUITES, None, outlets)
        assert not validation.rejected

    with tempfile.TemporaryDirectory() as folder:
        baseline = _seconds(lambda: _parquet_round_trip(tables, Path(folder)), runs)
    value = _seconds(validate, runs)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {
        "name": "validate",
        "value": round(value, 3),
        "unit": "s",
        "baseline": round(baseline, 3),
        "ratio": round(value / baseline, 2),
        "n": articles,
        "note": f"all suites on {articles} articles, {rows} rows in seven tables, after import; "
        f"baseline: pandas writes and reads the same rows as Parquet; peak {memory} MB",
    }


if __name__ == "__main__":
    sizes = [int(argument) for argument in sys.argv[1:]] or [100, 500, 10_000, 100_000]
    import_gx()
    validate_batch(generated_rows(1), "batch", "run", SUITES, None)  # suites are read once
    for size in sizes:
        print(json.dumps(measure(size), ensure_ascii=False), flush=True)
