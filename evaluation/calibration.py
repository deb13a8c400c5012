"""How sure the confidence of events is: fitted on labelled articles, checked by cross-validation.

``python -m evaluation.calibration`` prints the slope and offset that turn a score into a
confidence (``etl.enrich.events.coder``), and as measures the share of right events among those of
a confidence, each judged by a curve that was fitted on the other four fifths of the articles.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.enrich.article import Reference, code_article, load_reference
from etl.enrich.events.coder import score_of
from etl.resources import LEXICON
from etl.schema.vocabulary import COUNTED_CONFIDENCE, Modality
from evaluation.coding import is_hit
from evaluation.labelled import GOLD, second_set, shared_articles
from evaluation.measure import Measure

_FOLDS = 5
_STEPS, _RATE = 20_000, 0.5  # of gradient descent: more change nothing in the third digit
_SURE = 0.8


@dataclass(frozen=True, slots=True)
class _Scored:
    """The coded events of labelled articles: article, score, whether it is right."""

    article: NDArray[np.int64]
    score: NDArray[np.float64]
    is_right: NDArray[np.float64]


def scored_events(reference: Reference) -> _Scored:
    """Code the labelled articles; events whose labels are optional are left out."""
    rows: list[tuple[int, float, bool]] = []
    for number, (page, row) in enumerate([*shared_articles(), *second_set()]):
        for event in code_article(page, reference).events if "events" in row else ():
            is_right = any(is_hit(event, label) for label in row["events"])
            is_optional = any(is_hit(event, label) for label in row["events_optional"])
            if event.modality is not Modality.DENIED and (is_right or not is_optional):
                rows.append((number, score_of(event.confidence), is_right))
    articles, scores, right = zip(*rows, strict=True)
    return _Scored(np.array(articles), np.array(scores), np.array(right, dtype=float))


def fit(score: NDArray[np.float64], is_right: NDArray[np.float64]) -> tuple[float, float]:
    """Fit the logistic curve of a score; returns slope and offset."""
    columns = np.column_stack([score, np.ones(len(score))])
    weights = np.array([8.0, -5.0])
    for _ in range(_STEPS):
        predicted = 1 / (1 + np.exp(-columns @ weights))
        weights -= _RATE * columns.T @ (predicted - is_right) / len(score)
    return float(weights[0]), float(weights[1])


def cross_validated(events: _Scored, folds: int = _FOLDS) -> NDArray[np.float64]:
    """The confidence of each event by a curve fitted without the fifth that its article is in."""
    confidence = np.zeros(len(events.score))
    for fold in range(folds):
        held = events.article % folds == fold
        slope, offset = fit(events.score[~held], events.is_right[~held])
        confidence[held] = 1 / (1 + np.exp(-(slope * events.score[held] + offset)))
    return confidence


def measures() -> Iterator[Measure]:
    """Yield the share of right events at and above two confidences."""
    if not GOLD.is_dir():
        return
    events = scored_events(load_reference(LEXICON))
    confidence = cross_validated(events)
    for least in (COUNTED_CONFIDENCE, _SURE):
        yield _share(f"events_right_from_{least}", events.is_right[confidence >= least], least)


def _share(name: str, right: Sequence[float] | NDArray[np.float64], aim: float) -> Measure:
    value = float(np.mean(right)) if len(right) else 0.0
    note = "share of right events, confidence by cross-validation; baseline: the confidence"
    return Measure(name, value, "share", len(right), aim, note)


if __name__ == "__main__":
    coded = scored_events(load_reference(LEXICON))
    slope, offset = fit(coded.score, coded.is_right)
    print(f"slope {slope:.2f}, offset {offset:.2f}")
    for measure in measures():
        print(measure.line(), flush=True)
