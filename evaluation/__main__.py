"""Run all evaluations: ``python -m evaluation`` prints one JSON object a line."""

import logging
from collections.abc import Iterator
from itertools import chain

from evaluation import calibration, coding, collection, extraction, golden, search
from evaluation.measure import Measure


def measures() -> Iterator[Measure]:
    """Yield every measure of quality; those on ``../shared`` where that folder exists."""
    return chain(
        golden.measures(),
        coding.measures(),
        calibration.measures(),
        collection.measures(),
        extraction.measures(),
        search.measures(),
    )


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    for measure in measures():
        print(measure.line(), flush=True)
