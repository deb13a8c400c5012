"""Quotations against labels: the speaker and at least half of the words.

The labels name at most five quotations of an article, its main ones; an article often has more, so
precision counts right ones as wrong. ``speakers`` counts only quotations whose words are labelled.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from etl.bangla.text import WORD_CHARACTERS, normal_form
from etl.schema.records import Quote
from evaluation.labelled import Row
from evaluation.tally import Tally

_WORD = re.compile(f"[{WORD_CHARACTERS}]+")


def _words(text: str) -> list[str]:
    return _WORD.findall(normal_form(text).replace("\u200c", "").replace("\u200d", ""))


def _has_words(quote: Quote, label: Row) -> bool:
    """Whether a quotation holds at least half of the label's words."""
    labelled = Counter(_words(label["quote"]))
    shared = sum((labelled & Counter(_words(quote.words))).values())
    return shared >= 0.5 * labelled.total()


def _is_speaker(name: str, label: str) -> bool:
    """Whether two names are one, or one is a part of the other."""
    one, other = (f" {' '.join(_words(text))} " for text in (name, label))
    return bool(one.strip()) and (one in other or other in one)


def count_quotes(
    quotes: Tally, speakers: Tally, found: Iterable[Quote], labels: Sequence[Row]
) -> None:
    """Count the quotations of one article.

    Args:
        quotes: counts those with the right speaker and words.
        speakers: counts those whose words are labelled, and of these the right speakers.
        found: the quotations that were read.
        labels: the labelled ones.
    """
    left = list(labels)
    quotes.labelled += len(left)
    for quote in found:
        quotes.predicted += 1
        worded = [label for label in left if _has_words(quote, label)]
        if not worded:
            continue
        speakers.predicted += 1
        speakers.labelled += 1
        hit = next((one for one in worded if _is_speaker(quote.speaker, one["speaker"])), None)
        if hit is not None:
            left.remove(hit)
            quotes.right += 1
            speakers.right += 1
