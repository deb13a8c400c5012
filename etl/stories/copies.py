"""Near-copies: texts that share most of their runs of words (wire copy, reprints, mirrors).

MinHash estimates the share of common shingles; signatures are cut into bands, and texts that
agree in every row of a band are compared in full. Hashes are fixed: a text always has the same
signature.

Source: A. Broder, On the resemblance and containment of documents (1997); J. Leskovec,
A. Rajaraman, J. Ullman, Mining of Massive Datasets, section 3.4.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from etl.bangla.text import WORD_CHARACTERS

_WORD = re.compile(f"[{WORD_CHARACTERS}]+")
SHINGLE_WORDS = 3
_HASHES = 96
_BANDS = (
    32  # 32 bands of 3 rows: a pair of Jaccard 0.4 meets in some band with 88 %, of 0.2 with 23 %
)
_ROWS = _HASHES // _BANDS
_MOST_WORDS = 800  # a copy shows in its beginning; longer texts only cost time
_LEAST_SHINGLES = 20  # a shorter text is a headline: equal by chance
# A copy cut short is contained in the longer one, so containment counts, not Jaccard. Two outlets
# share this much only by copying; one outlet repeats its own background in reports of other events
# (0.6 was measured), so there the bar is higher.
LEAST_CONTAINMENT = 0.4
LEAST_CONTAINMENT_AT_HOME = 0.7

_SEEDS = np.random.Generator(np.random.PCG64(19_520_221))
_FACTORS = _SEEDS.integers(1, 2**63, _HASHES, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
_OFFSETS = _SEEDS.integers(0, 2**63, _HASHES, dtype=np.uint64)


def shingles(text: str) -> npt.NDArray[np.uint64]:
    """Hash the runs of three words of a text's first 800.

    Args:
        text: in its normal form.

    Returns:
        Each hash once, ascending; empty for a text of fewer than three words.
    """
    words = np.array(
        [zlib.crc32(word.encode()) for word in _WORD.findall(text)[:_MOST_WORDS]], dtype=np.uint64
    )
    if len(words) < SHINGLE_WORDS:
        return np.empty(0, dtype=np.uint64)
    combined = words[: len(words) - SHINGLE_WORDS + 1].copy()
    for shift in range(1, SHINGLE_WORDS):
        combined = (
            combined * np.uint64(1_000_003) ^ words[shift : len(words) - SHINGLE_WORDS + 1 + shift]
        )
    return np.unique(combined)


def _signature(hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint32]:
    products = hashes[:, None] * _FACTORS[None, :] + _OFFSETS[None, :]
    lowest: npt.NDArray[np.uint64] = products.min(axis=0)
    return (lowest >> np.uint64(32)).astype(np.uint32)


def containment(one: npt.NDArray[np.uint64], other: npt.NDArray[np.uint64]) -> float:
    """The share of the shorter text's shingles that the longer one has too, 0 to 1.

    Args:
        one: the ``shingles`` of a text.
        other: those of another.

    Returns:
        0 where the shorter text has fewer than 20: it is a headline, equal by chance.
    """
    shortest = min(len(one), len(other))
    if shortest < _LEAST_SHINGLES:
        return 0.0
    return len(np.intersect1d(one, other, assume_unique=True)) / shortest


def find_copies(hashed: Sequence[npt.NDArray[np.uint64]]) -> dict[tuple[int, int], float]:
    """Find the near-copies among texts.

    Args:
        hashed: the ``shingles`` of each text.

    Returns:
        The containment of each pair of near-copies, by their positions, the lower one first.
    """
    long = [index for index, hashes in enumerate(hashed) if len(hashes) >= _LEAST_SHINGLES]
    pairs: set[tuple[int, int]] = set()
    if long:
        signatures = np.stack([_signature(hashed[index]) for index in long])
        for band in range(_BANDS):
            for group in _equal(signatures[:, band * _ROWS : (band + 1) * _ROWS]):
                pairs.update(combinations(sorted(long[place] for place in group), 2))
    scored = ((pair, containment(hashed[pair[0]], hashed[pair[1]])) for pair in pairs)
    return {pair: score for pair, score in scored if score >= LEAST_CONTAINMENT}


def _equal(rows: npt.NDArray[np.uint32]) -> Iterator[list[int]]:
    """Groups of the positions of equal rows, of two at least."""
    order = np.lexsort(rows.T)
    is_other = np.any(rows[order][1:] != rows[order][:-1], axis=1)
    bounds = np.concatenate(([0], np.flatnonzero(is_other) + 1, [len(order)]))
    for group in np.flatnonzero(np.diff(bounds) > 1):
        yield order[bounds[group] : bounds[group + 1]].tolist()
