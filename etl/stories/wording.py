"""What linking reads of a text: hashes of its words and of its runs of words, kept in the lake."""

import re
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice

import numpy as np
import pyarrow as pa

from etl.bangla.inflection import stems
from etl.bangla.name_spelling import spelling_key
from etl.bangla.text import WORD_CHARACTERS, normal_form, to_latin_digits
from etl.schema.derive.arrow import arrow_schema
from etl.schema.records import StoryText
from etl.schema.tables.facts import STORY_WORDING
from etl.stories.copies import bands, shingles
from etl.stories.ragged import Hashes, to_bytes

RULES_VERSION = 2
"""Raise it with each change of what is read of a text or of how articles are linked.

All stories are linked again then. A test holds it to the rules.
"""

_WORD = re.compile(f"[{WORD_CHARACTERS}]+")
_LEAD_WORDS = 80
_AT_ONCE = 1_000


def read_wordings(texts: Iterable[StoryText]) -> pa.Table:
    """Read texts.

    Returns:
        One row of ``core.story_wording`` for each, in the same order.
    """
    schema = arrow_schema(STORY_WORDING)
    rest = iter(texts)
    parts = [schema.empty_table()]
    while some := list(islice(rest, _AT_ONCE)):
        parts.append(pa.Table.from_pylist([_read(text) for text in some], schema=schema))
    return pa.concat_tables(parts)


def _read(text: StoryText) -> dict[str, object]:
    runs = shingles(text.body)
    return {
        "article_id": text.article_id,
        "content_hash": text.content_hash,
        "outlet_id": text.outlet_id,
        "published_at": text.published_at,
        "reported_on": text.reported_on,
        "headline": to_bytes(_hashed(_words(normal_form(text.title)))),
        "lead": to_bytes(_hashed(_words(text.body[: _LEAD_WORDS * 12])[:_LEAD_WORDS])),
        "bands": to_bytes(bands(runs)),
        "shingles": to_bytes(runs),
        "rules_version": RULES_VERSION,
    }


def _words(text: str) -> list[str]:
    return _WORD.findall(to_latin_digits(text))


def _hashed(words: Sequence[str]) -> Hashes:
    return np.fromiter(map(_word_hash, words), np.uint32, len(words))


@lru_cache(maxsize=65_536)
def _word_hash(word: str) -> int:
    """The hash of a word's stem: one for all its cases and spellings."""
    stem = word.lower() if word.isascii() else spelling_key(stems(word)[0][0])
    return zlib.crc32(stem.encode())
