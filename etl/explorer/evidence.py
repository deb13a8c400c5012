"""The sentences of a text that report an event or credit a source, marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from etl.reading.articles import Credit, Quote, ReportedEvent


class Evidence(StrEnum):
    """What a stretch of text is evidence for."""

    NONE = "none"
    EVENT = "event"
    SOURCE = "source"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a paragraph."""

    text: str
    evidence: Evidence


def marked_paragraphs(
    body: str,
    events: Sequence[ReportedEvent],
    credited: Sequence[Credit],
    quotes: Sequence[Quote],
) -> list[list[Stretch]]:
    """Divide each paragraph of a body at the sentences that were coded.

    Args:
        body: paragraphs, joined by blank lines.
        events: whose sentences are marked, before those of sources.
        credited: whose sentences are marked, before those of quotations.
        quotes: whose sentences are marked.
    """
    sentences = dict.fromkeys((quote.evidence for quote in quotes), Evidence.QUOTE)
    sentences |= dict.fromkeys((credit.evidence for credit in credited), Evidence.SOURCE)
    sentences |= dict.fromkeys((event.evidence for event in events), Evidence.EVENT)
    return [_divide(paragraph, sentences) for paragraph in body.split("\n\n")]


def _divide(paragraph: str, sentences: dict[str, Evidence]) -> list[Stretch]:
    found = sorted(
        (paragraph.find(sentence), sentence)
        for sentence in sentences
        if sentence and sentence in paragraph
    )
    stretches: list[Stretch] = []
    end = 0
    for start, sentence in found:
        if start < end:
            continue
        if start > end:
            stretches.append(Stretch(paragraph[end:start], Evidence.NONE))
        end = start + len(sentence)
        stretches.append(Stretch(sentence, sentences[sentence]))
    if end < len(paragraph):
        stretches.append(Stretch(paragraph[end:], Evidence.NONE))
    return stretches
