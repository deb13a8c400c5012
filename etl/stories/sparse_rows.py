"""Sparse rows of numbers: what many short lists of words are compared by."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.signedinteger]
Floats = npt.NDArray[np.float64]


class Rows:
    """Rows of a sparse matrix, each by its columns and the values there, one after the other."""

    def __init__(self, columns: Sequence[Numbers], values: Sequence[Floats] = ()) -> None:
        """Join rows into one matrix.

        Args:
            columns: the columns of each row.
            values: the values there, where rows are to be multiplied.
        """
        self._starts = np.cumsum([0, *(len(row) for row in columns)])
        self._columns = np.concatenate([np.empty(0, dtype=np.int32), *columns])
        self._values = np.concatenate([np.empty(0), *values])

    def row(self, index: int) -> tuple[Numbers, Floats]:
        """The columns of one row, and its values."""
        inside = slice(self._starts[index], self._starts[index + 1])
        return self._columns[inside], self._values[inside]

    def products(self, rows: Numbers, dense: Floats) -> Floats:
        """The dot product of each of some rows with a dense one."""
        places, owners = self._places(rows)
        found = self._values[places] * dense[self._columns[places]]
        return np.bincount(owners, found, len(rows)).astype(np.float64, copy=False)

    def sums(self, rows: Numbers, dense: Floats) -> Floats:
        """For each of some rows, the sum of a dense row at its columns."""
        places, owners = self._places(rows)
        found = dense[self._columns[places]]
        return np.bincount(owners, found, len(rows)).astype(np.float64, copy=False)

    def _places(self, rows: Numbers) -> tuple[Numbers, Numbers]:
        """Where the entries of rows lie, and to which of them each belongs."""
        lengths = self._starts[rows + 1] - self._starts[rows]
        before = np.cumsum(lengths) - lengths
        owners = np.repeat(np.arange(len(rows)), lengths)
        return np.arange(lengths.sum()) + (self._starts[rows] - before)[owners], owners
