"""Which articles are compared: those that share a key with one of the last before them."""

from dataclasses import dataclass

import numpy as np

from etl.stories.ragged import Hashes, Numbers


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs to compare, by positions.

    Attributes:
        later: the later article of each pair, ascending.
        earlier: the earlier one.
        cut: articles that share a key with more articles than they are compared with.
    """

    later: Numbers
    earlier: Numbers
    cut: Numbers


def predecessors(keys: Hashes, positions: Numbers, first_new: int, most: int) -> Candidates:
    """Pair each new article with the last articles before it that share a key with it.

    Args:
        keys: what articles may have in common.
        positions: the article that has each key; a key stands once for an article.
        first_new: articles from this position on are new.
        most: how many articles one key leads to. Keys of a formula are shared by thousands.

    Returns:
        Each pair once, whatever it has in common.
    """
    order = np.lexsort((positions, keys))
    keys, positions = keys[order], positions[order]
    places = np.flatnonzero(positions >= first_new)
    later, earlier = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for back in range(1, most + 1):
        places = _shared(keys, places, back)
        if not len(places):
            break
        later.append(positions[places])
        earlier.append(positions[places - back])
    cut = np.unique(positions[_shared(keys, places, most + 1)])
    size = int(positions.max(initial=0)) + 1
    pairs = np.unique(np.concatenate(later) * size + np.concatenate(earlier))
    return Candidates(pairs // size, pairs % size, cut)


def _shared(keys: Hashes, places: Numbers, back: int) -> Numbers:
    """Those of the places whose key also stands so many places before."""
    places = places[places >= back]
    shared: Numbers = places[keys[places] == keys[places - back]]
    return shared
