"""Sparse rows of numbers: what many short lists of words are compared by."""

from dataclasses import dataclass

import numpy as np

from etl.stories.ragged import Floats, Numbers


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a sparse matrix: row ``i`` has its entries from ``starts[i]`` to ``starts[i + 1]``.

    ``columns`` says where they are, ``values`` what is there.
    """

    starts: Numbers
    columns: Numbers
    values: Floats

    def row(self, index: int) -> tuple[Numbers, Floats]:
        """The columns of one row, and its values."""
        inside = slice(self.starts[index], self.starts[index + 1])
        return self.columns[inside], self.values[inside]

    def products(self, rows: Numbers, dense: Floats) -> Floats:
        """The dot product of each of some rows with a dense one."""
        places, owners = self._places(rows)
        found = self.values[places] * dense[self.columns[places]]
        return np.bincount(owners, found, len(rows)).astype(np.float64, copy=False)

    def sums(self, rows: Numbers, dense: Floats) -> Floats:
        """For each of some rows, the sum of a dense row at its columns."""
        places, owners = self._places(rows)
        found = dense[self.columns[places]]
        return np.bincount(owners, found, len(rows)).astype(np.float64, copy=False)

    def _places(self, rows: Numbers) -> tuple[Numbers, Numbers]:
        """Where the entries of rows lie, and to which of them each belongs."""
        lengths = self.starts[rows + 1] - self.starts[rows]
        before = np.cumsum(lengths) - lengths
        owners = np.repeat(np.arange(len(rows)), lengths)
        return np.arange(lengths.sum()) + (self.starts[rows] - before)[owners], owners
