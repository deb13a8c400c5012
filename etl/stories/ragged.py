"""Rows of different lengths in one array, as columns of bytes hold them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Numbers = npt.NDArray[np.signedinteger]
Hashes = npt.NDArray[np.unsignedinteger]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ragged:
    """Rows of hashes: row ``i`` is ``values[starts[i]:starts[i + 1]]``."""

    starts: Numbers
    values: Hashes

    def __len__(self) -> int:
        return len(self.starts) - 1

    def row(self, index: int) -> Hashes:
        """The hashes of one row."""
        return self.values[self.starts[index] : self.starts[index + 1]]

    def owners(self) -> Numbers:
        """The row that each value belongs to."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))


def to_bytes(hashes: Hashes) -> bytes:
    """A row as it is kept: 32 bits a hash, the lowest byte first."""
    return hashes.astype("<u4", copy=False).tobytes()


def from_bytes(rows: pa.ChunkedArray) -> Ragged:
    """The rows of a column of bytes, each of them as ``to_bytes`` wrote it."""
    column = rows.combine_chunks()
    if not len(column):
        return Ragged(np.zeros(1, np.int64), np.empty(0, np.uint32))
    _, offsets, data = column.buffers()
    ends = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    starts = (ends - ends[0]).astype(np.int64) // 4
    content = np.frombuffer(data or b"", "<u4", int(starts[-1]), int(ends[0]))
    return Ragged(starts, content)


def joined(parts: Sequence[Ragged]) -> Ragged:
    """The rows of several, one after the other."""
    lengths = [np.diff(part.starts) for part in parts]
    starts = np.concatenate(([0], np.cumsum(np.concatenate([np.empty(0, np.int64), *lengths]))))
    return Ragged(starts, np.concatenate([np.empty(0, np.uint32), *(p.values for p in parts)]))
