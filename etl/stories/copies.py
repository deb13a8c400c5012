"""Near-copies: texts that share most of their runs of words (wire copy, reprints, mirrors).

MinHash estimates the share of common shingles; signatures are cut into bands, and texts that
agree in every row of a band are compared in full. Hashes are fixed: a text always has the same
signature.

Source: A. Broder, On the resemblance and containment of documents (1997); J. Leskovec,
A. Rajaraman, J. Ullman, Mining of Massive Datasets, section 3.4.
"""

import re
import zlib

import numpy as np
import numpy.typing as npt

from etl.bangla.text import WORD_CHARACTERS
from etl.stories.candidates import Candidates, predecessors
from etl.stories.ragged import Hashes

_WORD = re.compile(f"[{WORD_CHARACTERS}]+")
SHINGLE_WORDS = 3
_HASHES = 96
BANDS = (
    32  # 32 bands of 3 rows: a pair of Jaccard 0.4 meets in some band with 88 %, of 0.2 with 23 %
)
_ROWS = _HASHES // BANDS
_MOST_WORDS = 800  # a copy shows in its beginning; longer texts only cost time
_LEAST_SHINGLES = 20  # a shorter text is a headline: equal by chance
# A copy cut short is contained in the longer one, so containment counts, not Jaccard. Two outlets
# share this much only by copying; one outlet repeats its own background in reports of other events
# (0.6 was measured), so there the bar is higher.
LEAST_CONTAINMENT = 0.4
LEAST_CONTAINMENT_AT_HOME = 0.7
# Articles that one band leads to. More share it only where a formula is filled in again and again
# (weather, prices, prayer times), and then the last ones tell as much as all.
_MOST_BY_BAND = 32
_FOLDED_BITS = 22

_SEEDS = np.random.Generator(np.random.PCG64(19_520_221))
_FACTORS = _SEEDS.integers(1, 2**63, _HASHES, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
_OFFSETS = _SEEDS.integers(0, 2**63, _HASHES, dtype=np.uint64)
_BAND_NUMBERS = np.arange(BANDS, dtype=np.uint64) << np.uint64(32)

Bands = npt.NDArray[np.uint32]  # a row an article, of none or ``BANDS`` values


def shingles(text: str) -> npt.NDArray[np.uint32]:
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
        return np.empty(0, dtype=np.uint32)
    combined = words[: len(words) - SHINGLE_WORDS + 1].copy()
    for shift in range(1, SHINGLE_WORDS):
        combined = (
            combined * np.uint64(1_000_003) ^ words[shift : len(words) - SHINGLE_WORDS + 1 + shift]
        )
    return np.unique((combined ^ (combined >> np.uint64(32))).astype(np.uint32))


def bands(hashes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """Hash the bands of a text's signature.

    Args:
        hashes: the ``shingles`` of the text.

    Returns:
        ``BANDS`` hashes; none for a text of fewer than 20 shingles, which is never a copy.
    """
    if len(hashes) < _LEAST_SHINGLES:
        return np.empty(0, dtype=np.uint32)
    products = hashes.astype(np.uint64)[:, None] * _FACTORS[None, :] + _OFFSETS[None, :]
    rows = (products.min(axis=0) >> np.uint64(32)).reshape(BANDS, _ROWS)
    mixed = rows[:, 0].copy()
    for row in range(1, _ROWS):
        mixed = (mixed ^ rows[:, row]) * _FACTORS[row]
    hashed: npt.NDArray[np.uint32] = (mixed >> np.uint64(32)).astype(np.uint32)
    return hashed


def containment(one: Hashes, other: Hashes) -> float:
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


def find_meeting(matrix: Bands, has_bands: npt.NDArray[np.bool_], first_new: int) -> Candidates:
    """Find the articles that agree in a band with a new one.

    Args:
        matrix: a row of bands for each article, in order of time.
        has_bands: whether the article has any.
        first_new: articles from this one on are new.
    """
    places = np.flatnonzero(has_bands)
    keys = (matrix[places].astype(np.uint64) | _BAND_NUMBERS).ravel()
    positions = np.repeat(places, BANDS)
    # Most keys are met by no new article: a table of their low bits leaves those out.
    folded = (keys ^ (keys >> np.uint64(27))) & np.uint64((1 << _FOLDED_BITS) - 1)
    is_met = np.zeros(1 << _FOLDED_BITS, dtype=bool)
    is_met[folded[positions >= first_new]] = True
    kept = is_met[folded]
    return predecessors(keys[kept], positions[kept], first_new, _MOST_BY_BAND)


def is_met(matrix: Bands, has_bands: npt.NDArray[np.bool_], others: Bands) -> bool:
    """Whether an article agrees in a band with one of the others, each of which has bands."""
    mine = (matrix[has_bands].astype(np.uint64) | _BAND_NUMBERS).ravel()
    return bool(np.isin(mine, (others.astype(np.uint64) | _BAND_NUMBERS).ravel()).any())
